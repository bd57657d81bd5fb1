import KernelArguments
import StatisticalKernels

/// What follows from the fitted coefficients of a block: variances, deviance and Cook's distances.
struct FitSummary {
    /// `gene * coefficientCount + coefficient`, natural-log scale.
    var variances: [Double]

    /// `gene * contrasts + contrast`, natural-log scale.
    var contrastVariances: [Double]

    /// −2 log-likelihood.
    var deviance: [Double]

    /// `gene * sampleCount + sample`; empty where no sample has replicates.
    var cooks: [Double]

    /// - Parameters:
    ///   - wantsCooks: Whether Cook's distances are computed where the design has replicates.
    ///   - cooksMeans: The means they are taken from, one per count; nil: the fitted ones.
    init(
        _ block: CountBlock, genes: [Int32], dispersion: [Double], fits: CoefficientFits, contrasts: [ContrastWeights],
        wantsCooks: Bool = true, cooksMeans: [Double]? = nil, in context: ModelContext
    ) {
        let geneCount = block.geneCount
        let order = context.coefficientCount
        // Without replicates nothing can be told about outliers, and nothing is replaced.
        let wantsCooks = wantsCooks && context.cells.hasReplicates
        var robust = [Double](repeating: .nan, count: wantsCooks ? geneCount : 0)
        if wantsCooks {
            var estimator = RobustDispersion(context)
            for gene in genes.lazy.map(Int.init) {
                robust[gene] = estimator.dispersion(
                    of: block.counts(ofGene: gene),
                    factors: block.factors(ofGene: gene, sizeFactors: context.sizeFactors))
            }
        }
        // The coefficients of the given columns are combinations of those that were fitted.
        var combinations = contrasts.map { context.fittedWeights($0.weights) }
        if context.hasOtherColumns {
            combinations =
                (0..<order).map { column in context.fittedWeights((0..<order).map { $0 == column ? 1 : 0 }) }
                + combinations
        }
        let varianceColumn = KernelColumn(repeating: Double.nan, count: geneCount * order)
        let contrastColumn = KernelColumn(repeating: Double.nan, count: geneCount * combinations.count)
        let devianceColumn = KernelColumn(repeating: Double.nan, count: geneCount)
        let cooksColumn = KernelColumn(repeating: Double.nan, count: wantsCooks ? block.counts.count : 0)
        let inputs = ConstantColumns([
            dispersion, fits.likelihoodConstant, fits.coefficients, fits.weightCoefficients,
            combinations.flatMap { $0 }, robust, cooksMeans ?? [],
        ])
        let flooredColumn = KernelColumn(fits.usedBoundedSearch)
        context.withArguments(block, genes: genes, unpenalized: context.isInterceptOnly) { model, arguments in
            var summary = FitSummaryArguments(
                dispersion: inputs.pointers[0], likelihoodConstant: inputs.pointers[1],
                coefficients: inputs.pointers[2], weightCoefficients: inputs.pointers[3],
                likelihoodAtFlooredMeans: flooredColumn.pointer, contrasts: inputs.pointers[4],
                contrastCount: combinations.count, variances: varianceColumn.pointer,
                contrastVariances: contrastColumn.pointer, deviance: devianceColumn.pointer,
                robustDispersion: wantsCooks ? inputs.pointers[5] : nil, cooks: cooksColumn.pointer,
                cooksMeans: cooksMeans == nil ? nil : inputs.pointers[6])
            withExtendedLifetime(inputs) { context.kernels.summarizeFits(model, arguments, &summary) }
        }
        flooredColumn.free()
        variances = varianceColumn.take()
        contrastVariances = contrastColumn.take()
        // DESeq2 weighs an intercept alone by its closed form, but a combination of it as it weighs any other: with the
        // ridge, and with means of at least 0.5.
        if context.isInterceptOnly && !context.isExact && !contrasts.isEmpty {
            contrastVariances = Self.penalizedVariances(
                block, genes: genes, inputs: inputs, contrastCount: contrasts.count, in: context)
        }
        if context.hasOtherColumns {
            let all = contrastVariances
            let width = combinations.count
            for gene in 0..<geneCount {
                variances.replaceSubrange(
                    gene * order..<(gene + 1) * order, with: all[gene * width..<gene * width + order])
            }
            contrastVariances = (0..<geneCount).flatMap { all[$0 * width + order..<($0 + 1) * width] }
        }
        deviance = devianceColumn.take()
        cooks = cooksColumn.take()
    }

    /// The variances of contrasts under the model's ridges and smallest mean; `gene * contrasts + contrast`.
    private static func penalizedVariances(
        _ block: CountBlock, genes: [Int32], inputs: ConstantColumns, contrastCount: Int, in context: ModelContext
    ) -> [Double] {
        let geneCount = block.geneCount
        let variances = KernelColumn(repeating: Double.nan, count: geneCount * context.coefficientCount)
        let contrastVariances = KernelColumn(repeating: Double.nan, count: geneCount * contrastCount)
        let deviance = KernelColumn(repeating: Double.nan, count: geneCount)
        let floored = KernelColumn([Bool](repeating: false, count: geneCount))
        context.withArguments(block, genes: genes) { model, arguments in
            var summary = FitSummaryArguments(
                dispersion: inputs.pointers[0], likelihoodConstant: inputs.pointers[1],
                coefficients: inputs.pointers[2], weightCoefficients: inputs.pointers[2],
                likelihoodAtFlooredMeans: floored.pointer, contrasts: inputs.pointers[4],
                contrastCount: contrastCount, variances: variances.pointer,
                contrastVariances: contrastVariances.pointer, deviance: deviance.pointer, robustDispersion: nil,
                cooks: deviance.pointer, cooksMeans: nil)
            withExtendedLifetime(inputs) { context.kernels.summarizeFits(model, arguments, &summary) }
        }
        variances.free()
        deviance.free()
        floored.free()
        return contrastVariances.take()
    }
}
