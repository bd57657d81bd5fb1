import KernelArguments
import StatisticalKernels

/// The Cauchy prior of one coefficient over all genes (Zhu, Ibrahim & Love, 2019; docs/numerics.md §12).
package struct CauchyPrior: Equatable, Sendable {
    /// The variance of the true fold changes, natural-log scale.
    package let variance: Double

    /// The prior's scale, natural-log scale: the deviation, at most 1.
    package let scale: Double

    private static let smallestVariance = 1e-6
    private static let largestVariance = 400.0

    package init(variance: Double) {
        self.variance = variance
        scale = min(variance.squareRoot(), 1)
    }

    /// Matches the variance to the unshrunken estimates of all genes, by the moment equation of Efron & Morris (1975).
    ///
    /// - Parameters:
    ///   - log2FoldChanges: One per gene; NaN for genes without an estimate.
    ///   - standardErrors: On the log2 scale too.
    package init(matching log2FoldChanges: [Double], standardErrors: [Double]) {
        precondition(log2FoldChanges.count == standardErrors.count)
        let ln2 = 0.6931471805599453
        let genes = log2FoldChanges.indices.filter { !log2FoldChanges[$0].isNaN }
        let squares = genes.map { index -> Double in
            let change = ln2 * log2FoldChanges[index]
            return change * change
        }
        let errors = genes.map { index -> Double in
            let error = ln2 * standardErrors[index]
            return error * error
        }
        // What the moment equation gives in the place of a variance, less that variance.
        func excess(_ variance: Double) -> Double {
            let information = errors.map { 1 / (2 * ((variance + $0) * (variance + $0))) }
            let weighted = compensatedSum(squares.indices.lazy.map { (squares[$0] - errors[$0]) * information[$0] })
            return weighted / compensatedSum(information) - variance
        }
        // Without genes, or with too little spread for any prior, the narrowest.
        guard !genes.isEmpty, excess(Self.smallestVariance) >= 0 else {
            self.init(variance: Self.smallestVariance)
            return
        }
        // Fold changes of a thousandfold and more in every gene: no prior at all.
        guard excess(Self.largestVariance) <= 0 else {
            self.init(variance: Self.largestVariance)
            return
        }
        self.init(variance: root(in: Self.smallestVariance...Self.largestVariance, of: excess))
    }
}

/// One coefficient of a block of genes, shrunken by a Cauchy prior as apeglm does (docs/numerics.md §12).
///
/// One entry per gene; NaN for all-zero genes. Two searches from opposite
/// starts must agree; where they do not, or the end is no maximum, a third
/// decides. Where the searches stop short of the maximum, so does apeglm.
package struct CauchyShrinkage: Equatable, Sendable {
    /// Posterior mode, log2 scale.
    package var log2FoldChange: [Double]

    /// Posterior deviation by Laplace's approximation, log2 scale; NaN where the mode was not found.
    package var standardDeviation: [Double]

    /// The posterior probability that the fold change has the other sign than the mode; with a threshold, that it
    /// has the other sign or is smaller.
    package var falseSignRate: [Double]

    /// Whether the two searches agreed on a maximum.
    package var isConverged: [Bool]

    private static let otherVariance = 225.0
    private static let largestDisagreement = 0.01

    /// - Parameters:
    ///   - block: The counts as measured, without replacements.
    ///   - dispersion: One per gene.
    ///   - coefficient: The column of the design; not the intercept.
    ///   - threshold: A log2 fold change below which a change counts as small, or 0.
    package init(
        fitting block: CountBlock, dispersion: [Double], coefficient: Int, prior: CauchyPrior, threshold: Double = 0,
        in context: ModelContext
    ) {
        let context = context.inGivenColumns
        precondition(block.sampleCount == context.sampleCount && dispersion.count == block.geneCount)
        let geneCount = block.geneCount
        let order = context.coefficientCount
        let genes = context.fittedGenes(block, dispersion: dispersion)
        let dispersionColumn = KernelColumn(dispersion)
        let coefficientColumn = KernelColumn(repeating: Double.nan, count: geneCount * order)
        let otherColumn = KernelColumn(repeating: Double.nan, count: geneCount * order)
        let varianceColumn = KernelColumn(repeating: Double.nan, count: geneCount * order)
        let convergedColumn = KernelColumn(repeating: false, count: geneCount)
        let otherConvergedColumn = KernelColumn(repeating: false, count: geneCount)
        context.withArguments(block, genes: genes) { model, arguments in
            var cauchy = CauchyArguments(
                dispersion: dispersionColumn.pointer, coefficient: coefficient,
                squaredScale: prior.scale * prior.scale, otherVariance: Self.otherVariance, start: -0.1,
                coefficients: otherColumn.pointer, variances: varianceColumn.pointer,
                isConverged: otherConvergedColumn.pointer)
            context.kernels.searchCauchyPosteriors(model, arguments, &cauchy)
            cauchy.start = 0.1
            cauchy.coefficients = coefficientColumn.pointer
            cauchy.isConverged = convergedColumn.pointer
            context.kernels.searchCauchyPosteriors(model, arguments, &cauchy)
            context.kernels.approximateCauchyVariances(model, arguments, &cauchy)
            var unsettled: [Int] = []
            for gene in genes.lazy.map(Int.init) {
                var isSettled = convergedColumn.pointer[gene]
                for entry in gene * order..<(gene + 1) * order {
                    let distance = (coefficientColumn.pointer[entry] - otherColumn.pointer[entry]).magnitude
                    if !(distance <= Self.largestDisagreement) || !(varianceColumn.pointer[entry] > 0) {
                        isSettled = false
                    }
                }
                convergedColumn.pointer[gene] = isSettled
                if !isSettled { unsettled.append(gene) }
            }
            Self.searchAgain(unsettled, context, model, arguments, &cauchy)
        }
        let unsettled = genes.filter { !convergedColumn.pointer[Int($0)] }
        context.withArguments(block, genes: unsettled) { model, arguments in
            var cauchy = CauchyArguments(
                dispersion: dispersionColumn.pointer, coefficient: coefficient,
                squaredScale: prior.scale * prior.scale, otherVariance: Self.otherVariance, start: 0,
                coefficients: coefficientColumn.pointer, variances: varianceColumn.pointer,
                isConverged: convergedColumn.pointer)
            context.kernels.approximateCauchyVariances(model, arguments, &cauchy)
        }
        dispersionColumn.free()
        otherColumn.free()
        otherConvergedColumn.free()
        let coefficients = coefficientColumn.take()
        let variances = varianceColumn.take()
        isConverged = convergedColumn.take()
        log2FoldChange = (0..<geneCount).map { coefficients[$0 * order + coefficient] * ModelFits.log2e }
        standardDeviation = [Double](repeating: .nan, count: geneCount)
        falseSignRate = standardDeviation
        for gene in genes.lazy.map(Int.init) {
            guard variances[gene * order..<(gene + 1) * order].allSatisfy({ $0 > 0 }) else { continue }
            standardDeviation[gene] = variances[gene * order + coefficient].squareRoot() * ModelFits.log2e
            falseSignRate[gene] = normalUpperTail(
                (log2FoldChange[gene].magnitude - threshold) / standardDeviation[gene])
        }
    }

    /// The search for genes whose first two searches ended apart or in no maximum, from where the second ended.
    ///
    /// Eight searches go on side by side: the kernel evaluates as many points at once.
    private static func searchAgain(
        _ genes: [Int], _ context: ModelContext, _ model: UnsafePointer<ModelArguments>,
        _ arguments: UnsafePointer<GeneArguments>, _ cauchy: inout CauchyArguments
    ) {
        let order = context.coefficientCount
        var waiting = genes[...]
        var searches: [(gene: Int, shift: Double?, search: QuasiNewton)] = []
        var values = [Double](repeating: 0, count: 8)
        var gradients = [Double](repeating: 0, count: 8 * order)
        while true {
            while searches.count < 8, let gene = waiting.popFirst() {
                let start = (0..<order).map { cauchy.coefficients[gene * order + $0] }
                searches.append((gene, nil, QuasiNewton(from: start)))
            }
            if searches.isEmpty { return }
            context.kernels.cauchyPosteriorsAtPoints(
                model, arguments, &cauchy, count: searches.count, positions: searches.map(\.gene),
                points: searches.flatMap { $0.search.request! }, values: &values, gradients: &gradients)
            for lane in searches.indices {
                let origin = [Double](repeating: 0, count: order)
                if searches[lane].shift == nil, !values[lane].isFinite, searches[lane].search.point != origin {
                    // The first searches ended where means exceed all numbers, and there R refuses all genes. At 0 the
                    // value is a number.
                    searches[lane].search = QuasiNewton(from: origin)
                    continue
                }
                // The tolerance is relative to the value, which begins at −1.
                let shift = searches[lane].shift ?? -values[lane]
                searches[lane].shift = shift
                searches[lane].search.take(
                    value: values[lane] + (shift - 1),
                    gradient: Array(gradients[lane * order..<(lane + 1) * order]))
            }
            for (gene, _, search) in searches where search.request == nil {
                for index in 0..<order { cauchy.coefficients[gene * order + index] = search.point[index] }
            }
            searches.removeAll { $0.search.request == nil }
        }
    }
}

/// Returns s-values: for each gene the mean false sign rate of the genes whose rate is no larger (Stephens, 2016).
///
/// - Parameter falseSignRates: Of all genes; NaN stays NaN. Of equal rates the earlier gene counts first.
package func sValues(_ falseSignRates: [Double]) -> [Double] {
    var result = falseSignRates
    var sum = 0.0
    var count = 0.0
    for gene in ascendingOrder(of: falseSignRates) where !falseSignRates[gene].isNaN {
        sum += falseSignRates[gene]
        count += 1
        result[gene] = sum / count
    }
    return result
}
