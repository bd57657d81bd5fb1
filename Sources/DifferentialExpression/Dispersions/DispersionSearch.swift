import KernelArguments
import StatisticalKernels

/// One run of the dispersion search over some genes of a block, and its grid fallback.
///
/// Where the context asks for exact solutions, the root of the posterior's slope:
/// `iterations` then counts evaluations, and the posteriors are NaN.
struct DispersionSearch {
    /// Logarithms; NaN for genes that were not searched.
    var logDispersion: [Double]
    var iterations: [Int32]
    var firstPosterior: [Double]
    var lastPosterior: [Double]

    let block: CountBlock
    let means: [Double]
    let priorMean: [Double]?
    let priorVariance: Double
    let context: ModelContext

    /// - Parameters:
    ///   - start: Dispersions.
    ///   - priorMean: Log dispersions at which the normal prior is centred; nil for none.
    ///   - startSlope: The slope of the posterior at the starts where it is known, NaN elsewhere; for exact solutions.
    init(
        _ block: CountBlock, genes: [Int32], means: [Double], start: [Double], priorMean: [Double]?,
        priorVariance: Double, startSlope: [Double]? = nil, in context: ModelContext
    ) {
        self.block = block
        self.means = means
        self.priorMean = priorMean
        self.priorVariance = priorVariance
        self.context = context
        logDispersion = [Double](repeating: .nan, count: block.geneCount)
        iterations = [Int32](repeating: 0, count: block.geneCount)
        firstPosterior = logDispersion
        lastPosterior = logDispersion
        var logStart = logDispersion
        for gene in genes { logStart[Int(gene)] = log(start[Int(gene)]) }
        // Lanes whose dispersions are all low are spared the recurrence of the gamma function, so alike goes with alike.
        // No gene's result depends on its neighbours.
        let alike = ascendingOrder(of: genes.map { logStart[Int($0)] }).map { genes[$0] }
        let slopeColumn = startSlope.map { KernelColumn($0) }
        let freedom = max(context.sampleCount - context.coefficientCount, 1)
        let information = 1 / priorVariance + 1 / trigamma(0.5 * Double(freedom))
        withKernelArguments(alike, logStart) { model, arguments, search in
            if context.isExact {
                search.startSlope = slopeColumn.map { UnsafePointer($0.pointer) }
                search.startInformation = information
                context.kernels.solveDispersions(
                    model, arguments, &search, lowest: log(context.settings.minimumDispersion),
                    highest: log(context.maximumDispersion))
            } else {
                context.kernels.searchDispersions(model, arguments, &search)
            }
        }
        slopeColumn?.free()
    }

    /// Puts the best log dispersions of the grid in place of those of some genes.
    mutating func searchGrid(_ genes: [Int32]) {
        let lowest = log(context.settings.minimumDispersion)
        let highest = log(context.maximumDispersion)
        let kernels = context.kernels
        withKernelArguments(genes, logDispersion) { model, arguments, search in
            kernels.gridDispersions(model, arguments, &search, lowest: lowest, highest: highest)
        }
    }

    private mutating func withKernelArguments(
        _ genes: [Int32], _ logStart: [Double],
        _ body: (UnsafePointer<ModelArguments>, UnsafePointer<GeneArguments>, inout DispersionArguments) -> Void
    ) {
        let meanColumn = KernelColumn(means)
        let startColumn = KernelColumn(logStart)
        let priorColumn = priorMean.map { KernelColumn($0) }
        let dispersionColumn = KernelColumn(logDispersion)
        let iterationColumn = KernelColumn(iterations)
        let firstColumn = KernelColumn(firstPosterior)
        let lastColumn = KernelColumn(lastPosterior)
        context.withArguments(block, genes: genes) { model, arguments in
            var search = DispersionArguments(
                means: meanColumn.pointer, logStart: startColumn.pointer, priorMean: priorColumn?.pointer,
                priorVariance: priorVariance, logDispersion: dispersionColumn.pointer,
                iterations: iterationColumn.pointer, firstPosterior: firstColumn.pointer,
                lastPosterior: lastColumn.pointer)
            body(model, arguments, &search)
        }
        meanColumn.free()
        startColumn.free()
        priorColumn?.free()
        logDispersion = dispersionColumn.take()
        iterations = iterationColumn.take()
        firstPosterior = firstColumn.take()
        lastPosterior = lastColumn.take()
    }
}
