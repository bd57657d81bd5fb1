import StatisticalKernels

/// The trend fitted to gene-wise dispersions, and how it came about.
package struct DispersionTrendFit: Equatable, Sendable {
    package let trend: DispersionTrend

    /// Why a local trend stands in for the parametric one that was asked for; nil when it does not.
    package let fallback: ParametricTrendFailure?

    /// `varLogDispEsts`: the robust variance of log gene-wise dispersions about the trend.
    package let logResidualVariance: Double

    /// Fits the trend as DESeq2 does.
    ///
    /// - Parameters:
    ///   - geneWise: `dispGeneEst`, one per gene, NaN for genes without counts.
    ///   - baseMeans: The genes' means of normalized counts.
    /// - Throws: When no gene's dispersion is clearly above the smallest allowed.
    package init(
        _ kind: DispersionTrend.Kind,
        toGeneWise geneWise: [Double],
        baseMeans: [Double]
    ) throws(DispersionTrendError) {
        precondition(geneWise.count == baseMeans.count)
        let fitted = geneWise.indices.filter { geneWise[$0] > smallestDispersionForTrend }
        guard !fitted.isEmpty else { throw .allDispersionsMinimal }
        let dispersions = fitted.map { geneWise[$0] }
        let means = fitted.map { baseMeans[$0] }

        var fallback: ParametricTrendFailure?
        switch kind {
        case .mean: trend = .meanDispersion(of: geneWise)
        case .local: trend = try .localRegression(ofDispersions: dispersions, means: means)
        case .parametric:
            do {
                trend = try .parametricFit(toDispersions: dispersions, means: means)
            } catch {
                fallback = error
                trend = try .localRegression(ofDispersions: dispersions, means: means)
            }
        }
        self.fallback = fallback
        logResidualVariance = robustVariance(
            of: logDispersionResiduals(ofGeneWise: geneWise, baseMeans: baseMeans, about: trend))
    }
}

/// Genes below this say only that their dispersion is near zero, not how near.
///
/// A hundred times the smallest dispersion that the search allows.
private let smallestDispersionForTrend = 1e-6

package enum DispersionTrendError: Error, Equatable, CustomStringConvertible {
    case allDispersionsMinimal
    case tooFewGenesForLocalTrend(Int)

    package var description: String {
        switch self {
        case .allDispersionsMinimal:
            "no gene varies more between replicates than counting alone explains (all gene-wise dispersions are "
                + "at or below 1e-6), so no dispersion trend can be fitted; check that the counts are raw counts "
                + "of biological replicates"
        case .tooFewGenesForLocalTrend(let count):
            "\(count) genes have a dispersion above 1e-6, and their means lie such that no local trend can be fitted "
                + "to so few (DESeq2 stops, too: \"out of vertex space\"); use --dispersion-trend mean"
        }
    }
}

/// Returns `log dispGeneEst − log dispFit` of the genes with `dispGeneEst ≥ 1e-6`, in gene order.
package func logDispersionResiduals(
    ofGeneWise geneWise: [Double],
    baseMeans: [Double],
    about trend: DispersionTrend
) -> [Double] {
    geneWise.indices.lazy.filter { geneWise[$0] >= smallestDispersionForTrend }.map {
        log(geneWise[$0]) - log(trend.dispersion(atMean: baseMeans[$0]))
    }
}

/// Returns the squared median absolute deviation, scaled to agree with a normal distribution's variance.
private func robustVariance(of values: [Double]) -> Double {
    let centre = median(of: values)
    let deviation = 1.4826 * median(of: values.map { abs($0 - centre) })
    return deviation * deviation
}

extension DispersionTrend {
    /// The trimmed mean of the dispersions above 1e-7, without the outer thousandth at each end.
    fileprivate static func meanDispersion(of geneWise: [Double]) -> DispersionTrend {
        .mean(trimmedMean(ofSorted: sortedAscending(geneWise.filter { $0 > 1e-7 }), trimming: 0.001))
    }

    /// Log dispersion regressed on log mean; a gene weighs as much as its mean.
    ///
    /// Any number of genes will do unless a bandwidth reaches fewer genes than a parabola has coefficients: with so few the
    /// cells are halved until locfit has no room for more vertices, and DESeq2 stops. With more it is where most genes
    /// share one mean that cells are halved for long, and the trend is none the worse for it.
    fileprivate static func localRegression(
        ofDispersions dispersions: [Double],
        means: [Double]
    ) throws(DispersionTrendError) -> DispersionTrend {
        let regression = LocalRegression(x: means.map { log($0) }, y: dispersions.map { log($0) }, weights: means)
        guard dispersions.count >= 6 || regression.curve.knots.count <= LocalRegression.mostVertices else {
            throw .tooFewGenesForLocalTrend(dispersions.count)
        }
        return .local(regression)
    }
}
