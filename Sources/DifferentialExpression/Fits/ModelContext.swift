import ExpressionData
import KernelArguments
import StatisticalKernels

/// Everything besides counts that a gene's fit needs, built once per analysis and shared by all threads.
package struct ModelContext: Sendable {
    package let design: DesignMatrix

    /// The design that is fitted, and how its coefficients become those of `design`.
    private let conditioned: ConditionedDesign?

    /// One per sample.
    package let sizeFactors: [Double]
    package let settings: ModelSettings

    /// Samples whose model-matrix rows are identical.
    let cells: ReplicateCells

    /// Which build of the kernels runs; no result depends on it.
    package let kernels: ModelKernels

    /// The variances of the coefficients' normal priors where they were given.
    package let prior: CoefficientPrior?

    /// The penalty of each coefficient on the log2 scale: one over its prior variance.
    let ridges: [Double]

    /// Whether the design has more columns than rank, as it may have under a prior.
    ///
    /// Least squares then gives no start for the coefficients.
    let isOverparametrised: Bool

    /// Model matrix, products of its column pairs, least-squares operator, size factors and their
    /// logarithms, ridge penalties, zeros in the place of these, and the matrix's entries that are not zero.
    private let columns: ConstantColumns

    /// The column of each entry that is not zero, and where each sample's entries end.
    private let entryColumns: ConstantIndices
    private let entryEnds: ConstantIndices

    /// Which product of columns each pair of coefficients has, and the samples and ends of the blocks of products.
    private let pairSources: ConstantIndices
    private let pairSamples: ConstantIndices
    private let pairBlockEnds: ConstantIndices
    private let pairBlockCount: Int
    private let meanInverseSizeFactor: Double

    /// The Cook's distance from which a count is replaced: the 99 % quantile of
    /// F with `p` and `m − p` degrees of freedom, NaN without residual freedom.
    let replacementCutoff: Double

    /// The same quantile for the coefficients of the design, whatever the settings count for replacement.
    private let designCutoff: Double

    /// - Parameter sizeFactors: With normalization factors in the blocks, the
    ///   means of each sample's factors over the genes that are not all zero.
    ///   - prior: Of the coefficients, in the order of the design's columns; nil for
    ///     the ridge of the settings alone.
    /// - Precondition: One positive size factor per sample; without a prior the design has full
    ///   rank and more samples than coefficients.
    package init(
        design: DesignMatrix, sizeFactors: [Double], settings: ModelSettings = ModelSettings(),
        prior: CoefficientPrior? = nil, cpuLevel: CPULevel = .current
    ) {
        precondition(sizeFactors.count == design.sampleCount)
        precondition(
            prior.map { $0.variances.count == design.columnCount } ?? (design.sampleCount > design.columnCount))
        self.prior = prior
        let isExact = settings.optimizer == .exact && prior == nil
        conditioned = isExact ? ConditionedDesign(of: design) : nil
        let fitted = conditioned?.matrix ?? design
        let ridge = isExact ? 0 : settings.ridge
        ridges = prior.map { $0.variances.map { 1 / $0 } } ?? design.columnNames.map { _ in ridge }
        isOverparametrised = prior != nil && !design.hasFullRank
        let naturalRidges = ridges.map { $0 / (0.6931471805599453 * 0.6931471805599453) }
        self.design = design
        self.sizeFactors = sizeFactors
        self.settings = settings
        kernels = ModelKernels(level: cpuLevel)
        cells = ReplicateCells(of: design)
        let entries = fitted.values.enumerated().filter { $0.element != 0 }
        entryColumns = ConstantIndices(entries.map { Int32($0.offset % design.columnCount) })
        var ends = [Int32](repeating: 0, count: design.sampleCount)
        for (index, entry) in entries.enumerated() { ends[entry.offset / design.columnCount] = Int32(index + 1) }
        // A sample without entries ends where the one before does.
        for sample in ends.indices.dropFirst() { ends[sample] = max(ends[sample], ends[sample - 1]) }
        entryEnds = ConstantIndices(ends)
        let pairs = ColumnPairs(of: fitted)
        pairSources = ConstantIndices(pairs.sources)
        pairSamples = ConstantIndices(pairs.samples)
        pairBlockEnds = ConstantIndices(pairs.blockEnds)
        pairBlockCount = pairs.blockEnds.count
        columns = ConstantColumns([
            fitted.values,
            pairs.products,
            isOverparametrised
                ? [Double](repeating: 0, count: design.values.count)
                : leastSquaresOperator(
                    fitted.values, rowCount: design.sampleCount, columnCount: design.columnCount),
            sizeFactors,
            sizeFactors.map { log($0) },
            naturalRidges,
            naturalRidges.map { _ in 0 },
            entries.map(\.element),
        ])
        meanInverseSizeFactor = sizeFactors.reduce(0) { $0 + 1 / $1 } / Double(sizeFactors.count)
        designCutoff = Self.cutoff(coefficients: design.columnCount, samples: design.sampleCount)
        replacementCutoff =
            settings.replacementCoefficientCount.map { Self.cutoff(coefficients: $0, samples: design.sampleCount) }
            ?? designCutoff
    }

    private static func cutoff(coefficients: Int, samples: Int) -> Double {
        samples > coefficients ? fQuantile(0.99, Double(coefficients), Double(samples - coefficients)) : .nan
    }

    package var sampleCount: Int { design.sampleCount }
    package var coefficientCount: Int { design.columnCount }

    /// Whether there are as many distinct model-matrix rows as coefficients.
    ///
    /// The means of the dispersion step are then those of the linear model,
    /// unless the counts have observation weights.
    package var usesLinearMeans: Bool { cells.cellSizes.count == coefficientCount }

    func usesLinearMeans(for block: CountBlock) -> Bool { usesLinearMeans && block.weights.isEmpty }

    /// The Cook's distance above which a gene is an outlier's; NaN when the filter is off.
    package var cooksCutoff: Double {
        switch settings.cooksCutoff {
        case .automatic: designCutoff
        case .off: .nan
        case .above(let cutoff): cutoff
        }
    }

    /// Whether the design is an intercept alone, which needs no iteration.
    var isInterceptOnly: Bool {
        coefficientCount == 1 && ridges[0] <= 1e-6 && design.values.allSatisfy { $0 == 1 }
    }

    /// Whether dispersions and coefficients are solved for to all digits.
    var isExact: Bool { conditioned != nil }

    /// The same analysis with the design's own columns and the reference's searches.
    var inGivenColumns: ModelContext {
        guard isExact else { return self }
        var settings = settings
        settings.optimizer = .reference
        return ModelContext(design: design, sizeFactors: sizeFactors, settings: settings, cpuLevel: kernels.level)
    }

    /// The coefficients of the design's columns from those that were fitted, `gene * coefficientCount + coefficient`.
    func reported(_ fitted: [Double]) -> [Double] {
        conditioned?.transform.map { product(of: $0, with: fitted) } ?? fitted
    }

    /// The other way round: coefficients of the design's columns as those that are fitted.
    func fittedCoefficients(_ reported: [Double]) -> [Double] {
        conditioned?.mixing.map { product(of: $0, with: reported) } ?? reported
    }

    /// A matrix's product with the coefficients of every gene.
    private func product(of matrix: [Double], with coefficients: [Double]) -> [Double] {
        let order = coefficientCount
        var result = coefficients
        for first in stride(from: 0, to: coefficients.count, by: order) {
            for i in 0..<order {
                var sum = 0.0
                for j in 0..<order { sum += matrix[i * order + j] * coefficients[first + j] }
                result[first + i] = sum
            }
        }
        return result
    }

    /// Weights of the design's coefficients as weights of the fitted ones.
    func fittedWeights(_ weights: [Double]) -> [Double] {
        guard let transform = conditioned?.transform else { return weights }
        let order = coefficientCount
        return (0..<order).map { j in
            (0..<order).reduce(0.0) { $0 + weights[$1] * transform[$1 * order + j] }
        }
    }

    /// Whether the fitted coefficients differ from the design's.
    var hasOtherColumns: Bool { conditioned?.transform != nil }

    /// The largest dispersion: ten, or the number of samples where that is larger.
    var maximumDispersion: Double { max(10, Double(sampleCount)) }

    /// Whether outliers are replaced in this design.
    var replacesOutliers: Bool {
        guard let replicates = settings.minimumReplicatesForReplacement else { return false }
        return cells.sizes.contains { $0 >= replicates }
    }

    /// Whether a sample has enough replicates for its outliers to be replaced.
    func isReplaceable(sample: Int) -> Bool {
        guard let replicates = settings.minimumReplicatesForReplacement else { return false }
        return cells.sizes[sample] >= replicates
    }

    /// Calls `body` with the kernels' view of this context and of some genes of a block.
    ///
    /// - Parameter unpenalized: Without ridge and floor, as the closed form of
    ///   an intercept-only design has neither.
    package func withArguments(
        _ block: CountBlock, genes: [Int32], unpenalized: Bool = false,
        _ body: (UnsafePointer<ModelArguments>, UnsafePointer<GeneArguments>) -> Void
    ) {
        guard !genes.isEmpty else { return }
        var model = ModelArguments(
            sampleCount: sampleCount, coefficientCount: coefficientCount, design: columns.pointers[0],
            designEntries: columns.pointers[7], entryColumns: entryColumns.pointer, entryEnds: entryEnds.pointer,
            designPairs: columns.pointers[1], pairSamples: pairSamples.pointer, pairBlockEnds: pairBlockEnds.pointer,
            pairBlockCount: pairBlockCount, pairSources: pairSources.pointer,
            leastSquares: columns.pointers[2], sizeFactors: columns.pointers[3],
            logSizeFactors: columns.pointers[4], meanInverseSizeFactor: meanInverseSizeFactor,
            minimumMean: unpenalized ? 0 : settings.minimumMean, ridges: columns.pointers[unpenalized ? 6 : 5],
            minimumDispersion: settings.minimumDispersion, maximumDispersion: maximumDispersion,
            coefficientTolerance: settings.coefficientTolerance, dispersionTolerance: settings.dispersionTolerance,
            maximumIterations: settings.maximumIterations)
        let byteCount = KernelScratch.byteCount(sampleCount: sampleCount, coefficientCount: coefficientCount)
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        defer { scratch.deallocate() }
        withExtendedLifetime((columns, entryColumns, entryEnds, pairSources, pairSamples, pairBlockEnds)) {
            block.counts.withUnsafeBufferPointer { counts in
                genes.withUnsafeBufferPointer { genes in
                    withPresent(block.normalizationFactors, block.logNormalizationFactors) { factors, logFactors in
                        withPresent(block.weights, block.relativeWeights) { weights, relativeWeights in
                            var arguments = GeneArguments(
                                genes: genes.baseAddress!, geneCount: genes.count, counts: counts.baseAddress!,
                                normalizationFactors: factors, logNormalizationFactors: logFactors,
                                weights: weights, relativeWeights: relativeWeights, scratch: scratch)
                            body(&model, &arguments)
                        }
                    }
                }
            }
        }
    }
}

/// Lends the memory of two columns that are either both there or both empty.
private func withPresent(
    _ first: [Double], _ second: [Double], _ body: (UnsafePointer<Double>?, UnsafePointer<Double>?) -> Void
) {
    guard !first.isEmpty else { return body(nil, nil) }
    first.withUnsafeBufferPointer { first in
        second.withUnsafeBufferPointer { second in body(first.baseAddress, second.baseAddress) }
    }
}
