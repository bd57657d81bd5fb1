import DifferentialExpression
import ExpressionData
import KernelArguments
import StatisticalKernels

/// The null of shuffled samples: one shuffle for all genes and sets at a time, so that correlation between genes stays.
///
/// Under each shuffle every gene has a statistic, the list is ranked anew and every set rescored. Null scores are
/// summarised in two passes over the permutations, both in exact integers:
///
/// 1. `countScores`, by any worker for any range; `PassOne` puts ranges together.
/// 2. The barrier: `normalization(of:)` makes the means of the null scores.
/// 3. `countNormalizedScores`, again for any range; `PassTwo` puts them together.
/// 4. `results(_:_:)`.
///
/// What is observed is scored by the same kernels, and set scores are rounded to float32 before anything is done with
/// them, observed and null alike; so the second pass gets the same numbers whether they were kept or are computed again.
package struct SamplePermutationModel: Sendable {
    package private(set) var inputs: SamplePermutationInputs
    package private(set) var shuffles: SampleShuffles
    package private(set) var catalogue: SetCatalogue

    /// Rows of the genes with a fit; all that follows is by place in this list.
    package var genes: [Int32] { scores.genes }

    /// The observed statistics.
    package var observedZ: [Double] { observedGenes.z }

    /// By set statistic and set, the observed scores.
    package private(set) var observedScores: [[Float]] = []

    /// The places, among the fitted genes, of those in the ranked list; ascending.
    package private(set) var listed: [Int32]

    private(set) var observedGenes: ObservedGenes
    private let scores: ScoreModel

    /// Where the exposure has several columns.
    private var joint: JointScores?

    /// Where the statistic is Wald's.
    private var refits: WaldRefits?

    /// Fits the reduced models of all genes, which takes about a second for 26,000 genes of 96 samples.
    ///
    /// - Precondition: The parts of `inputs` are of the same samples and genes, and the covariates have full rank.
    package init(_ inputs: SamplePermutationInputs, cpuLevel: CPULevel = .current) throws(ShuffleProblem) {
        precondition(inputs.isConsistent)
        if inputs.statistic == .wald {
            if inputs.scheme == .flip { throw .flipsOfWald }
            if inputs.variance == .robust { throw .robustWald }
            if inputs.isJoint { throw .jointWald }
        }
        let samples = inputs.sizeFactors.count
        self.inputs = inputs
        shuffles = try SampleShuffles(
            inputs.scheme, exposure: inputs.exposure, furtherColumns: inputs.furtherColumns,
            design: inputs.covariates, labels: inputs.labels, seed: inputs.seed)
        let block = CountBlock(
            counts: inputs.counts, sampleCount: samples, normalizationFactors: inputs.normalizationFactors)
        let scores = ScoreModel(
            fitting: block, design: inputs.covariates, sizeFactors: inputs.sizeFactors, dispersion: inputs.dispersion,
            cpuLevel: cpuLevel)
        self.scores = scores
        let refits =
            inputs.statistic == .score
            ? nil
            : WaldRefits(block, inputs: inputs, reduced: scores.coefficients, cpuLevel: cpuLevel)
        self.refits = refits
        joint = inputs.isJoint ? JointScores(inputs.columns, covariates: inputs.covariates) : nil
        let z =
            refits?.statistics(of: inputs.exposure, genes: scores.genes)
            ?? Self.observed(shuffles, scores, joint, inputs)
        observedGenes = ObservedGenes(z: z)
        listed = Self.listedPlaces(of: z, genes: scores.genes, names: inputs.names)
        catalogue = SetCatalogue([], genes: [])
        take(inputs.sets)
    }

    /// The same with other sets; the fits stay.
    package func testing(_ sets: [[Int32]]) -> SamplePermutationModel {
        var model = self
        model.take(sets)
        return model
    }

    /// The same with its arrangements enumerated, or drawn; the fits stay.
    package func enumerating(_ isEnumerated: Bool) -> SamplePermutationModel {
        var model = self
        model.inputs.isEnumerated = isEnumerated
        return model
    }

    /// The same data under sign flips, which have score statistics and a variance of their own; the fits stay.
    package func flipped() throws(ShuffleProblem) -> SamplePermutationModel { try scored(.flip) }

    /// The same data with score statistics under another scheme; the fits stay.
    package func scored(
        _ scheme: PermutationScheme, labels: [String] = [], variance: VarianceEstimate = .model
    ) throws(ShuffleProblem) -> SamplePermutationModel {
        var model = self
        model.inputs.scheme = scheme
        model.inputs.labels = labels
        model.inputs.statistic = .score
        model.inputs.refittedTrend = nil
        model.inputs.variance = variance
        model.refits = nil
        model.shuffles = try SampleShuffles(
            scheme, exposure: inputs.exposure, design: inputs.covariates, labels: labels, seed: inputs.seed)
        let z = Self.observed(model.shuffles, scores, joint, model.inputs)
        model.observedGenes = ObservedGenes(z: z)
        model.listed = Self.listedPlaces(of: z, genes: scores.genes, names: inputs.names)
        model.take(inputs.sets)
        return model
    }

    /// The observed score statistics.
    private static func observed(
        _ shuffles: SampleShuffles, _ scores: ScoreModel, _ joint: JointScores?, _ inputs: SamplePermutationInputs
    ) -> [Double] {
        joint?.statistics(under: shuffles.columns(under: .none), by: scores, kind: inputs.kind).values
            ?? scores.scores(under: shuffles.observed, kind: inputs.kind, exposure: inputs.exposure).z
    }

    /// By gene, the degrees of freedom of an observed joint statistic; empty where it is a z.
    package var degreesOfFreedom: [Int] {
        joint?.statistics(under: shuffles.columns(under: .none), by: scores, kind: inputs.kind).ranks ?? []
    }

    /// The same statistics with another exposure kept: the residuals of this one on it and the covariates are shuffled.
    ///
    /// - Returns: Nil for `flip`, and where the other exposure and the covariates leave nothing of this one.
    func keeping(_ columns: [[Double]]) -> SamplePermutationModel? {
        let samples = inputs.exposure.count
        let covariates = inputs.covariates
        let design = DesignMatrix(
            columnNames: covariates.columnNames + columns.indices.map { "kept\($0)" },
            values: (0..<samples).flatMap { sample in
                (0..<covariates.columnCount).map { covariates[sample, $0] } + columns.map { $0[sample] }
            }, sampleCount: samples)
        guard design.hasFullRank, let shuffles = shuffles.shufflingResiduals(on: design) else { return nil }
        var model = self
        model.shuffles = shuffles
        return model
    }

    private mutating func take(_ sets: [[Int32]]) {
        inputs.sets = sets
        let catalogue = SetCatalogue(sets, genes: listed.map { scores.genes[Int($0)] })
        self.catalogue = catalogue
        let scorer = SetScorer(catalogue, geneCount: listed.count, isOneSided: inputs.isJoint)
        let z = listed.map { observedZ[Int($0)] }
        observedScores = inputs.setStatistics.map { statistic in
            var observed = [Float](repeating: 0, count: catalogue.setCount)
            observed.withUnsafeMutableBufferPointer { observed in
                z.withUnsafeBufferPointer { z in
                    guard let target = observed.baseAddress, let source = z.baseAddress else { return }
                    scorer.score(source, statistic, into: target)
                }
            }
            return observed
        }
    }

    private static func listedPlaces(of z: [Double], genes: [Int32], names: [Int32]) -> [Int32] {
        guard !names.isEmpty else { return genes.indices.map(Int32.init) }
        var placeOfName: [Int32: Int] = [:]
        for place in genes.indices {
            let name = names[Int(genes[place])]
            if let kept = placeOfName[name], z[place].magnitude <= z[kept].magnitude { continue }
            placeOfName[name] = place
        }
        return genes.indices.filter { placeOfName[names[Int(genes[$0])]] == $0 }.map(Int32.init)
    }

    /// How many permutations a complete enumeration has; nil where permutations are drawn.
    package var enumeratedCount: Int? { inputs.isEnumerated ? shuffles.distinctCount : nil }

    /// How many scores a permutation has: of every set, one set statistic after the other.
    package var scoresPerPermutation: Int { inputs.setStatistics.count * catalogue.setCount }

    /// About how many nanoseconds a permutation takes on one core.
    package var permutationCost: Double {
        Self.cost(
            genes: genes.count, samples: inputs.exposure.count, covariates: inputs.covariates.columnCount,
            members: scoresPerPermutation == 0 ? 0 : catalogue.memberCount * inputs.setStatistics.count,
            statistic: inputs.statistic, columns: inputs.columns.count,
            refitsDispersion: inputs.refittedTrend != nil)
    }

    /// - Parameters:
    ///   - members: Of all sets together, once for each set statistic.
    ///   - columns: Of the exposure.
    package static func cost(
        genes: Int, samples: Int, covariates: Int, members: Int, statistic: PermutedStatistic, columns: Int = 1,
        refitsDispersion: Bool = false
    ) -> Double {
        let ranking = 20 * Double(genes) + 3 * Double(members)
        let cells = Double(genes * samples)
        // A product for each covariate and two more, for each column and each pair of them; or a fit of some steps, and the
        // searches for dispersions.
        let products = Double(covariates + 2) * Double(columns * (columns + 1) / 2)
        switch statistic {
        case .score: return ranking + cells * 0.03 * products
        case .wald: return ranking + cells * (refitsDispersion ? 400 : 100)
        }
    }

    // MARK: The passes

    /// Pass 1 over a range of permutations.
    ///
    /// - Parameters:
    ///   - keeping: Called with every permutation's scores in order, for those who store them.
    ///   - betweenBlocks: Called every few permutations; throws to stop.
    /// - Precondition: Not empty, and inside the enumeration where there is one.
    package func countScores(
        _ permutations: Range<Int>, keeping: ((UnsafeBufferPointer<Float>) -> Void)? = nil,
        betweenBlocks: () throws -> Void
    ) rethrows -> PassOne {
        var counts = PassOne.Counts(
            statisticCount: inputs.setStatistics.count, setCount: catalogue.setCount, geneCount: genes.count)
        let scales = inputs.setStatistics.map(FixedPoint.scale)
        try forEachPermutation(permutations, betweenBlocks) { z, scores in
            counts.genes.add(z, observed: observedGenes)
            for statistic in scales.indices {
                let own = scores[statistic * catalogue.setCount..<(statistic + 1) * catalogue.setCount]
                counts.sets[statistic].add(
                    UnsafeBufferPointer(rebasing: own), observed: observedScores[statistic], scale: scales[statistic])
            }
            keeping?(scores)
        }
        return PassOne(permutations, counts)
    }

    /// Pass 1 that nobody stops.
    package func countScores(
        _ permutations: Range<Int>, keeping: ((UnsafeBufferPointer<Float>) -> Void)? = nil
    ) -> PassOne {
        countScores(permutations, keeping: keeping) {}
    }

    /// The barrier; nil where permutations before the last are missing.
    package func normalization(of pass: PassOne) -> ScoreNormalization? {
        guard let counts = pass.ranges.whole?.counts else { return nil }
        return ScoreNormalization(
            inputs.setStatistics.indices.map { statistic in
                let means = counts.sets[statistic].map {
                    $0.means(scale: FixedPoint.scale(of: inputs.setStatistics[statistic]))
                }
                return ScoreNormalization.Family(
                    scores: observedScores[statistic], positiveMeans: means.map(\.positive),
                    negativeMeans: means.map(\.negative))
            })
    }

    /// The normalization that `ScoreNormalization.encoded()` gave.
    package func normalization(decoding bytes: [UInt8]) throws -> ScoreNormalization {
        try ScoreNormalization(decoding: bytes, observed: observedScores)
    }

    /// Pass 2 over a range of permutations, whose scores are computed again.
    ///
    /// - Parameter betweenBlocks: Called every few permutations; throws to stop.
    package func countNormalizedScores(
        _ permutations: Range<Int>, _ normalization: ScoreNormalization, betweenBlocks: () throws -> Void
    ) rethrows -> PassTwo {
        var counter = NormalizedCounter(normalization, observed: observedScores)
        try forEachPermutation(permutations, betweenBlocks) { _, scores in counter.add(scores) }
        return PassTwo(permutations, counter.counts)
    }

    /// Pass 2 that nobody stops.
    package func countNormalizedScores(_ permutations: Range<Int>, _ normalization: ScoreNormalization) -> PassTwo {
        countNormalizedScores(permutations, normalization) {}
    }

    /// Pass 2 over a range of permutations whose scores were kept.
    ///
    /// - Parameter scores: `permutation * scoresPerPermutation + score`, as pass 1 gave them.
    package func countNormalizedScores(
        _ permutations: Range<Int>, _ normalization: ScoreNormalization, kept scores: UnsafeBufferPointer<Float>
    ) -> PassTwo {
        precondition(scores.count == permutations.count * scoresPerPermutation)
        var counter = NormalizedCounter(normalization, observed: observedScores)
        for place in 0..<permutations.count {
            counter.add(
                UnsafeBufferPointer(
                    rebasing: scores[place * scoresPerPermutation..<(place + 1) * scoresPerPermutation]))
        }
        return PassTwo(permutations, counter.counts)
    }

    /// Vector π that the genes are scored under.
    package func vector(_ permutation: Int) -> [Double] {
        shuffles.columns(under: shuffle(permutation))[0]
    }

    /// Shuffle π, of all columns of the exposure.
    func shuffle(_ permutation: Int) -> SampleShuffles.Shuffle {
        inputs.isEnumerated ? shuffles.enumeratedShuffle(permutation) : shuffles.drawnShuffle(permutation)
    }

    /// The statistics of all genes under one permutation.
    package func statistics(_ permutation: Int) -> [Double] {
        let columns = shuffles.columns(under: shuffle(permutation))
        return joint?.statistics(under: columns, by: scores, kind: inputs.kind).values
            ?? refits?.statistics(of: columns[0], genes: genes)
            ?? scores.scores(under: columns[0], kind: inputs.kind, exposure: inputs.exposure).z
    }

    /// Squared Pearson residuals of one gene's reduced fit, by sample.
    package func squaredResiduals(ofGene place: Int) -> [Double] { scores.squaredResiduals(ofGene: place) }

    /// How many shuffles a block of the kernel has: their statistics take 8 bytes a gene and shuffle.
    private static let blockSize = 8 * ShuffledScoreArguments.width

    /// Goes through permutations in order, with the statistics of all genes and the scores of all sets.
    private func forEachPermutation(
        _ permutations: Range<Int>, _ betweenBlocks: () throws -> Void,
        _ body: (UnsafePointer<Double>, UnsafeBufferPointer<Float>) -> Void
    ) rethrows {
        precondition(!permutations.isEmpty && permutations.upperBound <= enumeratedCount ?? .max)
        let statistics = LaneMemory(count: blockMemory(permutations.count))
        let setScores = SetScoresOfPermutation(self)
        for first in stride(from: permutations.lowerBound, to: permutations.upperBound, by: blockSize) {
            let block = first..<min(first + blockSize, permutations.upperBound)
            score(block.map { shuffles.columns(under: shuffle($0)) }, into: statistics.doubles)
            for place in 0..<block.count {
                let z = UnsafePointer(statistics.doubles + place * scores.stride)
                body(z, setScores.score(z))
            }
            try betweenBlocks()
        }
        withExtendedLifetime((statistics, setScores)) {}
    }

    /// How many permutations are scored together.
    ///
    /// A refit of all genes is dear enough to be alone between two signs of progress, and a joint statistic has several
    /// numbers a gene and shuffle.
    var blockSize: Int {
        if refits != nil { return 1 }
        return joint == nil ? Self.blockSize : ShuffledScoreArguments.width
    }

    /// How many numbers lie between the statistics of one permutation and those of the next.
    var rowLength: Int { scores.stride }

    /// How many numbers a block of so many permutations needs at most.
    func blockMemory(_ permutationCount: Int) -> Int {
        (min(blockSize, permutationCount) + ShuffledScoreArguments.width) * rowLength
    }

    /// The statistics of all genes under a block of shuffles, a row of `rowLength` for each.
    ///
    /// - Parameter block: By shuffle, the columns of the exposure; for `flip` the signs.
    func score(_ block: [[[Double]]], into statistics: UnsafeMutablePointer<Double>) {
        if let joint { return joint.score(block, by: scores, kind: inputs.kind, into: statistics) }
        guard let refits else {
            scores.score(
                ShuffleBlock(vectors: block.map { $0[0] }, sampleCount: inputs.exposure.count), kind: inputs.kind,
                exposure: inputs.exposure, into: statistics)
            return
        }
        for (place, columns) in block.enumerated() {
            let z = refits.statistics(of: columns[0], genes: genes)
            for gene in z.indices { statistics[place * scores.stride + gene] = z[gene] }
        }
    }
}

/// The scores of all sets under one permutation after the other, in working memory of one thread.
final class SetScoresOfPermutation {
    private let model: SamplePermutationModel
    private let scorer: SetScorer
    private let scores: UnsafeMutableBufferPointer<Float>

    /// The statistics of the listed genes, where some are not listed.
    private var listed: [Double]

    init(_ model: SamplePermutationModel) {
        self.model = model
        scorer = SetScorer(model.catalogue, geneCount: model.listed.count, isOneSided: model.inputs.isJoint)
        scores = .allocate(capacity: max(1, model.scoresPerPermutation))
        listed = model.listed.count == model.genes.count ? [] : [Double](repeating: 0, count: model.listed.count)
    }

    deinit { scores.deallocate() }

    /// - Parameter z: By place among the fitted genes.
    /// - Returns: Of every set, one set statistic after the other; valid until the next call.
    func score(_ z: UnsafePointer<Double>) -> UnsafeBufferPointer<Float> {
        for (index, place) in model.listed.enumerated() where !listed.isEmpty { listed[index] = z[Int(place)] }
        listed.withUnsafeBufferPointer { gathered in
            let source = gathered.isEmpty ? z : gathered.baseAddress!
            for (index, statistic) in model.inputs.setStatistics.enumerated() {
                scorer.score(source, statistic, into: scores.baseAddress! + index * model.catalogue.setCount)
            }
        }
        return UnsafeBufferPointer(rebasing: scores[..<model.scoresPerPermutation])
    }
}

extension SamplePermutationInputs {
    /// The kernel of the scheme and variance.
    var kind: ScoreKind {
        if scheme == .flip { return .flip }
        return variance == .robust ? .robust : .model
    }
}
