import KernelArguments
import StatisticalKernels

/// Coefficients of the genes of a block at given dispersions (docs/numerics.md §6), natural-log scale.
///
/// Iteratively reweighted least squares with a tiny ridge; genes that do not
/// converge go to a bounded quasi-Newton search. Where the context asks for exact
/// solutions, Newton's method instead, of the same equations without the ridge;
/// the coefficients are then those of the context's conditioned design.
struct CoefficientFits {
    /// `gene * coefficientCount + coefficient`; NaN for genes that were not fitted.
    var coefficients: [Double]

    /// The coefficients of the last weights, from which hat values come.
    var weightCoefficients: [Double]

    /// The maximum where the gene went to the bounded search.
    var iterations: [Int32]
    var isConverged: [Bool]

    /// Whether the bounded search decided the coefficients.
    var usedBoundedSearch: [Bool]

    /// The part of the log-likelihood that does not depend on the means.
    var likelihoodConstant: [Double]

    /// - Parameter near: Coefficients near the solution, for an exact fit to start from; NaN or empty for none.
    init(
        _ block: CountBlock, genes: [Int32], dispersion: [Double], near: [Double] = [], in context: ModelContext
    ) {
        let geneCount = block.geneCount
        let order = context.coefficientCount
        let coefficientColumn = KernelColumn(repeating: Double.nan, count: geneCount * order)
        let weightColumn = KernelColumn(repeating: Double.nan, count: geneCount * order)
        let startColumn = KernelColumn(repeating: Double.nan, count: geneCount * order)
        let iterationColumn = KernelColumn(repeating: Int32(0), count: geneCount)
        let constantColumn = KernelColumn(repeating: Double.nan, count: geneCount)
        let dispersionColumn = KernelColumn(dispersion)
        context.withArguments(block, genes: genes) { model, arguments in
            var fit = CoefficientArguments(
                dispersion: dispersionColumn.pointer, likelihoodConstant: constantColumn.pointer,
                start: startColumn.pointer, coefficients: coefficientColumn.pointer,
                weightCoefficients: weightColumn.pointer, iterations: iterationColumn.pointer)
            context.kernels.prepareCoefficientFits(model, arguments, &fit)
            if context.isOverparametrised {
                Self.startAtMeans(block, genes, into: startColumn.pointer, in: context)
            }
            if context.isExact && !near.isEmpty {
                for gene in genes.lazy.map(Int.init) where !near[gene * order].isNaN {
                    for index in gene * order..<(gene + 1) * order { startColumn.pointer[index] = near[index] }
                }
            }
            if context.isExact && !context.isInterceptOnly {
                context.kernels.solveCoefficients(model, arguments, &fit)
            } else if !context.isInterceptOnly {
                context.kernels.fitCoefficients(model, arguments, &fit)
            }
        }
        dispersionColumn.free()
        let start = startColumn.take()
        coefficients = coefficientColumn.take()
        weightCoefficients = weightColumn.take()
        iterations = iterationColumn.take()
        likelihoodConstant = constantColumn.take()
        isConverged = [Bool](repeating: false, count: geneCount)
        usedBoundedSearch = isConverged
        if context.isInterceptOnly {
            takeMeans(block, genes, in: context)
            return
        }
        let limit = Int32(context.settings.maximumIterations)
        for gene in genes.lazy.map(Int.init) {
            let range = gene * order..<(gene + 1) * order
            isConverged[gene] = iterations[gene] < limit
            if context.isExact { continue }
            if isConverged[gene] && coefficients[range].allSatisfy({ !$0.isNaN }) { continue }
            let fit = BoundedCoefficientFit(
                block, gene: gene, dispersion: dispersion[gene], likelihoodConstant: likelihoodConstant[gene],
                stopped: Array(coefficients[range]), start: Array(start[range]), in: context)
            self.coefficients.replaceSubrange(range, with: fit.coefficients)
            isConverged[gene] = fit.isConverged
            usedBoundedSearch[gene] = true
        }
    }

    /// Where the fit of a design with more columns than rank starts: the log mean in the intercept and zeros,
    /// or ones where there is no intercept.
    private static func startAtMeans(
        _ block: CountBlock, _ genes: [Int32], into start: UnsafeMutablePointer<Double>, in context: ModelContext
    ) {
        let order = context.coefficientCount
        let intercept = context.design.columnNames.firstIndex(of: "Intercept")
        for gene in genes.lazy.map(Int.init) {
            for column in 0..<order { start[gene * order + column] = intercept == nil ? 1 : 0 }
            guard let intercept else { continue }
            start[gene * order + intercept] = log(
                block.meanNormalizedCount(ofGene: gene, sizeFactors: context.sizeFactors))
        }
    }

    /// With an intercept alone the maximum is the mean of the normalized counts.
    private mutating func takeMeans(_ block: CountBlock, _ genes: [Int32], in context: ModelContext) {
        let samples = context.sampleCount
        for gene in genes.lazy.map(Int.init) {
            var sum = 0.0
            var weightSum = 0.0
            let factors = block.factors(ofGene: gene, sizeFactors: context.sizeFactors)
            for (sample, pair) in zip(block.counts(ofGene: gene), factors).enumerated() {
                let weight = block.weights.isEmpty ? 1 : block.relativeWeights[gene * samples + sample]
                sum += weight * Double(pair.0) / pair.1
                weightSum += weight
            }
            coefficients[gene] = log(sum / weightSum)
            weightCoefficients[gene] = coefficients[gene]
            iterations[gene] = 1
            isConverged[gene] = true
        }
    }
}
