import ExpressionData
import StatisticalKernels

/// Independent normal priors of the coefficients about zero (Love, Huber & Anders, 2014; docs/numerics.md §12).
///
/// Their variances are matched to the upper end of the unshrunken estimates of all
/// genes. A fit under the prior is a `FixedDispersionFits` in a `ModelContext` made with it.
package struct CoefficientPrior: Equatable, Sendable {
    /// One per column of the design it is for, log2 scale.
    package let variances: [Double]

    /// What an intercept has: next to no prior.
    package static let interceptVariance = 1e6

    package init(variances: [Double]) {
        precondition(variances.allSatisfy { $0 > 0 })
        self.variances = variances
    }

    /// For the design the estimates are of: DESeq2's `lfcShrink(type = "normal", coef = …)`.
    package init(matching estimates: UnshrunkenEstimates, of design: DesignMatrix) {
        self.init(
            variances: design.columnNames.enumerated().map { column, name in
                name == "Intercept" ? Self.interceptVariance : estimates.variance { gene in gene(column) }
            })
    }

    /// For an expanded design: DESeq2's `betaPrior = TRUE` and `lfcShrink(type = "normal", contrast = …)`.
    ///
    /// - Parameter design: The expanded form of the design the estimates are of.
    package init(matching estimates: UnshrunkenEstimates, of design: ExpandedDesign) {
        self.init(
            variances: design.priorSources.map { source in
                switch source {
                case .intercept: return Self.interceptVariance
                case .coefficient(let column): return estimates.variance { gene in gene(column) }
                case .factor(let columns):
                    var all = columns.map { column in estimates.variance { gene in gene(column) } }
                    for (index, low) in columns.enumerated() {
                        for high in columns[(index + 1)...] {
                            all.append(estimates.variance { gene in gene(high) - gene(low) })
                        }
                    }
                    return all.reduce(0, +) / Double(all.count)
                }
            })
    }
}

/// The maximum-likelihood coefficients of all genes, as a prior is matched to them.
package struct UnshrunkenEstimates: Sendable {
    private let beta: [Double]
    private let order: Int

    /// The genes that were fitted, and how much each counts.
    private let genes: [Int]
    private let weights: [Double]

    /// Estimates beyond this are those of separated groups and say nothing about the width.
    private static let largest = 10.0

    /// - Parameters:
    ///   - beta: `gene * coefficientCount + coefficient`, log2 scale; NaN for genes that were not fitted.
    ///   - baseMeans: One per gene.
    ///   - dispFit: The trend at each mean.
    package init(beta: [Double], baseMeans: [Double], dispFit: [Double]) {
        order = beta.count / max(baseMeans.count, 1)
        precondition(beta.count == order * baseMeans.count && dispFit.count == baseMeans.count)
        self.beta = beta
        let order = order
        genes = baseMeans.indices.filter { baseMeans[$0] > 0 && !beta[$0 * order].isNaN }
        // One over the variance of a log count, to first order.
        weights = genes.map { 1 / (1 / baseMeans[$0] + dispFit[$0]) }
    }

    /// The variance of the normal distribution whose upper 5 % of magnitudes begin where the estimates' do.
    ///
    /// - Parameter estimate: A combination of a gene's coefficients, given by their columns.
    fileprivate func variance(of estimate: (_ gene: (Int) -> Double) -> Double) -> Double {
        var magnitudes: [Double] = []
        var kept: [Double] = []
        for (gene, weight) in zip(genes, weights) {
            let value = estimate { column in beta[gene * order + column] }
            guard value.magnitude < Self.largest else { continue }
            magnitudes.append(value.magnitude)
            kept.append(weight)
        }
        // A single gene is its own prior.
        if genes.count == 1 { return magnitudes.isEmpty ? Self.noWidth : magnitudes[0] * magnitudes[0] }
        return magnitudes.isEmpty ? Self.noWidth : matchedVariance(magnitudes, weights: kept)
    }

    private static let noWidth = 1e6
}

/// The variance of the centred normal distribution whose 95 % quantile of magnitudes is the weighted one of the values.
func matchedVariance(_ magnitudes: [Double], weights: [Double]) -> Double {
    let deviation = weightedQuantile(0.95, of: magnitudes, weights: weights) / 1.959963984540054
    return deviation * deviation
}
