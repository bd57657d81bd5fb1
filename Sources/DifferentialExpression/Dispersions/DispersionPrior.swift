import StatisticalKernels

extension DispersionPrior {
    /// Estimates the prior's width as DESeq2 does.
    ///
    /// A log dispersion estimated with `d` residual degrees of freedom is taken to
    /// vary like a log chi-square variable, whose variance `ψ′(d/2)` is taken off.
    /// With three or fewer, where that fails, the residuals' histogram is matched
    /// with simulated ones instead. Never below 0.25.
    ///
    /// - Parameters:
    ///   - geneWise: `dispGeneEst`, one per gene, NaN for genes without counts.
    ///   - baseMeans: The genes' means of normalized counts.
    ///   - residualDegreesOfFreedom: Samples less coefficients, at least 1.
    package init(
        about fit: DispersionTrendFit,
        geneWise: [Double],
        baseMeans: [Double],
        residualDegreesOfFreedom: Int
    ) {
        precondition(residualDegreesOfFreedom >= 1)
        let variance: Double
        if residualDegreesOfFreedom <= 3 {
            let residuals = logDispersionResiduals(ofGeneWise: geneWise, baseMeans: baseMeans, about: fit.trend)
            let match = SimulatedPriorMatch(
                ofLogResiduals: residuals, residualDegreesOfFreedom: residualDegreesOfFreedom)
            variance = match.bestVariance
        } else {
            variance = fit.logResidualVariance - trigamma(Double(residualDegreesOfFreedom) / 2)
        }
        self.init(varLogDispEsts: fit.logResidualVariance, priorVariance: max(variance, smallestPriorVariance))
    }
}

/// A narrower prior would pull genes onto the trend that are known to differ from it.
private let smallestPriorVariance = 0.25
