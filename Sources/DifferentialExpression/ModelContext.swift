import ExpressionData
import KernelArguments
import StatisticalKernels

/// Everything besides counts that a gene's fit needs, built once per analysis and shared by all threads.
package struct ModelContext: Sendable {
    package let design: DesignMatrix

    /// One per sample.
    package let sizeFactors: [Double]
    package let settings: ModelSettings

    /// Samples whose model-matrix rows are identical.
    let cells: ReplicateCells

    /// Which build of the kernels runs; no result depends on it.
    let kernels: ModelKernels

    /// Model matrix, products of its column pairs, least-squares operator, size factors and their logarithms.
    private let columns: ConstantColumns

    /// Which product of columns each pair of coefficients has.
    private let pairSources: ConstantIndices
    private let distinctPairCount: Int
    private let meanInverseSizeFactor: Double

    /// The Cook's distance from which a count is replaced: the 99 % quantile of
    /// F with `p` and `m − p` degrees of freedom, NaN without residual freedom.
    let replacementCutoff: Double

    /// - Parameter sizeFactors: With normalization factors in the blocks, the
    ///   means of each sample's factors over the genes that are not all zero.
    /// - Precondition: One positive size factor per sample; the design has full
    ///   rank and more samples than coefficients.
    package init(
        design: DesignMatrix, sizeFactors: [Double], settings: ModelSettings = ModelSettings(),
        cpuLevel: CPULevel = .current
    ) {
        precondition(sizeFactors.count == design.sampleCount && design.sampleCount > design.columnCount)
        self.design = design
        self.sizeFactors = sizeFactors
        self.settings = settings
        kernels = ModelKernels(level: cpuLevel)
        cells = ReplicateCells(of: design)
        let pairs = ColumnPairs(of: design)
        pairSources = ConstantIndices(pairs.sources)
        distinctPairCount = pairs.distinctCount
        columns = ConstantColumns([
            design.values,
            pairs.products,
            leastSquaresOperator(design.values, rowCount: design.sampleCount, columnCount: design.columnCount),
            sizeFactors,
            sizeFactors.map { log($0) },
        ])
        meanInverseSizeFactor = sizeFactors.reduce(0) { $0 + 1 / $1 } / Double(sizeFactors.count)
        let coefficients = Double(design.columnCount)
        replacementCutoff = fQuantile(0.99, coefficients, Double(design.sampleCount) - coefficients)
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
        case .automatic: replacementCutoff
        case .off: .nan
        case .above(let cutoff): cutoff
        }
    }

    /// Whether the design is an intercept alone, which needs no iteration.
    var isInterceptOnly: Bool { coefficientCount == 1 && design.values.allSatisfy { $0 == 1 } }

    /// The largest dispersion: ten, or the number of samples where that is larger.
    var maximumDispersion: Double { max(10, Double(sampleCount)) }

    /// The ridge penalty on the natural-log scale.
    var naturalRidge: Double { settings.ridge / (0.6931471805599453 * 0.6931471805599453) }

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
    func withArguments(
        _ block: CountBlock, genes: [Int32], unpenalized: Bool = false,
        _ body: (UnsafePointer<ModelArguments>, UnsafePointer<GeneArguments>) -> Void
    ) {
        guard !genes.isEmpty else { return }
        var model = ModelArguments(
            sampleCount: sampleCount, coefficientCount: coefficientCount, design: columns.pointers[0],
            designPairs: columns.pointers[1], pairSources: pairSources.pointer, distinctPairCount: distinctPairCount,
            leastSquares: columns.pointers[2], sizeFactors: columns.pointers[3],
            logSizeFactors: columns.pointers[4], meanInverseSizeFactor: meanInverseSizeFactor,
            minimumMean: unpenalized ? 0 : settings.minimumMean, ridge: unpenalized ? 0 : naturalRidge,
            minimumDispersion: settings.minimumDispersion, maximumDispersion: maximumDispersion,
            coefficientTolerance: settings.coefficientTolerance, dispersionTolerance: settings.dispersionTolerance,
            maximumIterations: settings.maximumIterations)
        let byteCount = KernelScratch.byteCount(sampleCount: sampleCount, coefficientCount: coefficientCount)
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        defer { scratch.deallocate() }
        withExtendedLifetime((columns, pairSources)) {
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
