import StatisticalKernels

/// A run of genes: every gene's counts side by side, `counts[gene * sampleCount + sample]`.
package struct CountBlock: Equatable, Sendable {
    package let counts: [Int32]
    package let sampleCount: Int

    /// What each count is divided by, in the place of size factors; empty where size factors apply.
    ///
    /// For counts with offsets of their own, such as average transcript lengths.
    package let normalizationFactors: [Double]
    let logNormalizationFactors: [Double]

    /// Observation weights as given, and with each gene's largest taken as 1; empty for none.
    package let weights: [Double]
    let relativeWeights: [Double]

    /// Which genes have no count in any sample.
    let allZero: [Bool]

    /// - Precondition: Whole genes; no count is negative; every factor is positive; no weight is
    ///   negative, and every gene has a positive one.
    package init(counts: [Int32], sampleCount: Int, normalizationFactors: [Double] = [], weights: [Double] = []) {
        precondition(sampleCount > 0 && counts.count % sampleCount == 0)
        precondition(normalizationFactors.isEmpty || normalizationFactors.count == counts.count)
        precondition(weights.isEmpty || weights.count == counts.count)
        self.counts = counts
        self.sampleCount = sampleCount
        self.weights = weights
        relativeWeights = stride(from: 0, to: weights.count, by: sampleCount).flatMap { first -> [Double] in
            let row = weights[first..<first + sampleCount]
            let largest = row.max() ?? 1
            return row.map { $0 / largest }
        }
        self.normalizationFactors = normalizationFactors
        logNormalizationFactors = normalizationFactors.map { log($0) }
        allZero = stride(from: 0, to: counts.count, by: sampleCount).map { first in
            !counts[first..<first + sampleCount].contains { $0 != 0 }
        }
    }

    package init(counts: ArraySlice<Int32>, sampleCount: Int) {
        self.init(counts: Array(counts), sampleCount: sampleCount)
    }

    package var geneCount: Int { allZero.count }

    /// What one gene's counts are divided by, given the size factors of its samples.
    func factors(ofGene gene: Int, sizeFactors: [Double]) -> ArraySlice<Double> {
        guard !normalizationFactors.isEmpty else { return sizeFactors[...] }
        return normalizationFactors[gene * sampleCount..<(gene + 1) * sampleCount]
    }

    /// The mean of one gene's normalized counts.
    func meanNormalizedCount(ofGene gene: Int, sizeFactors: [Double]) -> Double {
        var sum = 0.0
        for (count, factor) in zip(counts(ofGene: gene), factors(ofGene: gene, sizeFactors: sizeFactors)) {
            sum += Double(count) / factor
        }
        return sum / Double(sampleCount)
    }

    /// One gene's counts.
    func counts(ofGene gene: Int) -> ArraySlice<Int32> {
        counts[gene * sampleCount..<(gene + 1) * sampleCount]
    }
}
