import KernelArguments
import StatisticalKernels

/// The gene-wise dispersion estimates of a block of genes, one entry per gene (docs/numerics.md §3).
///
/// All-zero genes have mean and variance 0 and NaN in every other
/// floating-point column.
package struct GeneWiseDispersions: Equatable, Sendable {
    /// Mean and sample variance of the normalized counts.
    package var baseMean: [Double] = []
    package var baseVar: [Double] = []
    package var allZero: [Bool] = []

    package var dispGeneEst: [Double] = []
    package var dispGeneIter: [Int32] = []

    /// Iterations of the coefficient fit behind the means: 100 where it fell back on the bounded search, 0 with
    /// linear means.
    package var meanIterations: [Int32] = []

    /// `gene * coefficientCount + coefficient`, natural log; empty with linear means.
    ///
    /// The means of the dispersion steps are recomputed from these, bit for bit.
    package var meanCoefficients: [Double] = []

    package init() {}

    package init(estimating block: CountBlock, in context: ModelContext) {
        precondition(block.sampleCount == context.sampleCount)
        let geneCount = block.geneCount
        allZero = context.unfitted(block)
        let genes = context.fittedGenes(block)
        let meanColumn = KernelColumn(repeating: 0.0, count: geneCount)
        let varianceColumn = KernelColumn(repeating: 0.0, count: geneCount)
        let startColumn = KernelColumn(repeating: Double.nan, count: geneCount)
        // Genes whose weights do not allow a fit have means all the same.
        let counted = block.allZero.indices.filter { !block.allZero[$0] }.map { Int32($0) }
        context.withArguments(block, genes: counted) { model, arguments in
            var moments = MomentArguments(
                baseMean: meanColumn.pointer, baseVar: varianceColumn.pointer,
                startingDispersion: startColumn.pointer)
            context.kernels.estimateMoments(model, arguments, &moments)
        }
        baseMean = meanColumn.take()
        baseVar = varianceColumn.take()
        let start = startColumn.take()
        meanIterations = [Int32](repeating: 0, count: geneCount)
        meanCoefficients = []
        if !context.usesLinearMeans(for: block) {
            let fits = CoefficientFits(block, genes: genes, dispersion: start, in: context)
            meanCoefficients = fits.coefficients
            meanIterations = fits.iterations
        }
        let means = dispersionMeans(block, genes: genes, coefficients: meanCoefficients, in: context)
        var search = DispersionSearch(
            block, genes: genes, means: means, start: start, priorMean: nil, priorVariance: 1, in: context)
        dispGeneIter = search.iterations
        dispGeneEst = [Double](repeating: .nan, count: geneCount)
        var unsettled: [Int32] = []
        let limit = Int32(context.settings.maximumIterations)
        for gene in genes {
            let index = Int(gene)
            if context.isExact {
                dispGeneEst[index] = exp(search.logDispersion[index])
                continue
            }
            let first = search.firstPosterior[index]
            let didIncrease = !(search.lastPosterior[index] < first + first.magnitude / 1e6)
            let found = min(exp(search.logDispersion[index]), context.maximumDispersion)
            dispGeneEst[index] = didIncrease ? found : start[index]
            let isSettled = dispGeneIter[index] < limit && dispGeneIter[index] != 1
            // Below ten times the minimum a dispersion is zero for every later use.
            if !isSettled && dispGeneEst[index] > 10 * context.settings.minimumDispersion { unsettled.append(gene) }
        }
        search.searchGrid(unsettled)
        for gene in unsettled { dispGeneEst[Int(gene)] = exp(search.logDispersion[Int(gene)]) }
        for gene in search.indifferentGenes(unsettled, dispersions: dispGeneEst) {
            dispGeneEst[Int(gene)] = context.settings.minimumDispersion
        }
        for gene in genes { dispGeneEst[Int(gene)] = context.clamped(dispGeneEst[Int(gene)]) }
    }
}

extension ModelContext {
    /// A dispersion within the limits.
    func clamped(_ dispersion: Double) -> Double {
        min(max(dispersion, settings.minimumDispersion), maximumDispersion)
    }
}
