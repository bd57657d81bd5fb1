import ExpressionData
import StatisticalKernels

/// Expression values and what their samples are compared by.
///
/// Samples are in the order in which they are shuffled: of two classes those of A
/// first, then those of B, each in the order of the file.
package struct PhenotypeComparison: Sendable, Equatable {
    /// What the samples are.
    package enum Phenotype: Sendable, Equatable {
        /// The first so many samples are of class A, the others of class B.
        case classes(sizeOfFirst: Int)

        /// A number per sample.
        case profile([Double])
    }

    /// How lists are ordered.
    package struct Order: Sendable, Equatable {
        package var isAbsolute = false
        package var isAscending = false

        package init() {}
    }

    package let geneCount: Int
    package let sampleCount: Int

    /// `values[gene * sampleCount + sample]`; NaN where it is missing.
    let values: [Double]
    package let phenotype: Phenotype
    package let metric: PhenotypeMetric
    package let usesMedian: Bool
    package let order: Order

    /// - Precondition: The metric is of the phenotype's kind, and a profile has a number per sample.
    package init(
        values: [Double], sampleCount: Int, phenotype: Phenotype, metric: PhenotypeMetric, usesMedian: Bool,
        order: Order
    ) {
        self.values = values
        self.sampleCount = sampleCount
        geneCount = values.count / sampleCount
        self.phenotype = phenotype
        self.metric = metric
        self.usesMedian = usesMedian
        self.order = order
    }

    /// A list of all genes: positions among the genes in order of rank, and scores by rank.
    struct Ranking {
        var genes: [Int32]
        var scores: [Double]
    }

    /// Ranks the genes under a labelling.
    ///
    /// - Parameters:
    ///   - source: By sample: the sample whose label or number it takes.
    ///   - missingScore: What a score that cannot be computed counts as; NaN stands at the bottom.
    func ranking(source: [Int], missingScore: Double) -> Ranking {
        var scorer = PhenotypeScorer(metric: metric, usesMedian: usesMedian)
        var scores = [Double](repeating: 0, count: geneCount)
        values.withUnsafeBufferPointer { values in
            func row(_ gene: Int) -> UnsafeBufferPointer<Double> {
                UnsafeBufferPointer(rebasing: values[gene * sampleCount..<(gene + 1) * sampleCount])
            }
            switch phenotype {
            case .classes(let sizeOfFirst):
                let isFirst = source.map { $0 < sizeOfFirst }
                for gene in 0..<geneCount { scores[gene] = scorer.score(row(gene), isFirst: isFirst) }
            case .profile(let profile):
                let shuffled = source.map { profile[$0] }
                for gene in 0..<geneCount { scores[gene] = scorer.score(row(gene), profile: shuffled) }
            }
        }
        if !missingScore.isNaN { scores = scores.map { $0.isNaN ? missingScore : $0 } }
        let keys = scores.map { key(of: $0) }
        let genes = keys.indices.sorted { keys[$0] != keys[$1] ? keys[$0] > keys[$1] : $0 < $1 }
        return Ranking(genes: genes.map { Int32($0) }, scores: genes.map { scores[$0] })
    }

    /// What larger values of come first; equal ones keep the order of the genes.
    private func key(of score: Double) -> Double {
        // The program's least value is NaN: last in descending order, and first in ascending.
        if score.isNaN { return order.isAscending ? .infinity : -.infinity }
        let value = order.isAbsolute ? score.magnitude : score
        return order.isAscending ? -value : value
    }
}

/// Which sample's label every sample takes, permutation by permutation.
package enum PhenotypeShuffles: Sendable, Equatable {
    /// Permutation π is the Fisher–Yates shuffle of the Philox stream of seed and π.
    case free(seed: UInt64)

    /// As `free`; then half of class A takes labels of its own class, and half those of B.
    case balanced(seed: UInt64)

    /// The GSEA desktop's: positions drawn from one generator, those drawn already drawn again.
    case desktop(seed: Int64)

    /// Returns the sources of a range of permutations.
    func sources(_ permutations: Range<Int>, sampleCount: Int, sizeOfFirst: Int?) -> [[Int]] {
        switch self {
        case .free(let seed):
            return permutations.map { permutation in
                var stream = PhiloxStream(seed: seed, stream: UInt64(permutation))
                return PhenotypeShuffles.shuffled(Array(0..<sampleCount), by: &stream)
            }
        case .balanced(let seed):
            let first = sizeOfFirst ?? sampleCount / 2
            return permutations.map { permutation in
                var stream = PhiloxStream(seed: seed, stream: UInt64(permutation))
                let a = PhenotypeShuffles.shuffled(Array(0..<first), by: &stream)
                let b = PhenotypeShuffles.shuffled(Array(first..<sampleCount), by: &stream)
                // The new class A: the larger half of the old one, and as many of B as it lacks.
                let isNewFirst = Set(a.prefix((first + 1) / 2) + b.prefix(first / 2))
                var source = [Int](repeating: 0, count: sampleCount)
                var (nextFirst, nextSecond) = (0, first)
                for sample in 0..<sampleCount {
                    if isNewFirst.contains(sample) {
                        source[sample] = nextFirst
                        nextFirst += 1
                    } else {
                        source[sample] = nextSecond
                        nextSecond += 1
                    }
                }
                return source
            }
        case .desktop(let seed):
            var generator = JavaRandom(seed: seed)
            var sources: [[Int]] = []
            for permutation in 0..<permutations.upperBound {
                var seen = [Bool](repeating: false, count: sampleCount)
                var source: [Int] = []
                while source.count < sampleCount {
                    let sample = generator.next(below: sampleCount)
                    if seen[sample] { continue }
                    seen[sample] = true
                    source.append(sample)
                }
                if permutation >= permutations.lowerBound { sources.append(source) }
            }
            return sources
        }
    }

    private static func shuffled(_ values: [Int], by stream: inout PhiloxStream) -> [Int] {
        var values = values
        for position in values.indices.dropFirst().reversed() {
            values.swapAt(position, stream.next(below: position + 1))
        }
        return values
    }
}
