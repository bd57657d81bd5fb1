import DifferentialExpression
import ExpressionData
import Testing

@Suite("Dispersion trend and prior")
struct DispersionTrendTests {
    @Test("Exact dispersions give back their curve")
    func exactParametricCurve() throws {
        let means = (1...200).map { Double($0) }
        let fit = try DispersionTrendFit(.parametric, toGeneWise: means.map { 0.05 + 3 / $0 }, baseMeans: means)
        guard case .parametric(let asymptotic, let extraPoisson) = fit.trend else {
            Issue.record("the trend is not parametric")
            return
        }
        // A weighted least-squares line through exact points, conditioned like 1/mean.
        #expect(abs(asymptotic - 0.05) < 1e-13)
        #expect(abs(extraPoisson - 3) < 1e-12)
        #expect(fit.fallback == nil)
        #expect(fit.logResidualVariance < 1e-20)
    }

    @Test("Dispersions that rise with the mean fall back on the local trend")
    func parametricFallback() throws {
        let means = (1...200).map { Double($0) }
        let fit = try DispersionTrendFit(.parametric, toGeneWise: means.map { 0.001 * $0 }, baseMeans: means)
        #expect(fit.fallback == .coefficientNotPositive)
        #expect(fit.trend.kind == .local)
    }

    /// Means, dispersions, and what R makes of them: `DESeq2:::localDispersionFit(means, dispersions, 1e-8)(at)` of DESeq2
    /// 1.38.3 with locfit 1.5.
    struct LocalTrend: Sendable {
        var means: [Double]
        var dispersions: [Double]
        var at: [Double]
        var expected: [Double]
    }

    @Test(
        "A local trend of few genes, where they do not determine a parabola, is locfit's",
        arguments: [
            LocalTrend(means: [30, 30], dispersions: [0.3, 0.2], at: [30], expected: [0.244948974278]),
            LocalTrend(
                means: [20, 90, 400], dispersions: [0.3, 0.1, 0.2], at: [20, 90, 400, 50, 10, 900],
                expected: [0.3, 0.1, 0.2, 0.188974964196, 0.363381256167, 0.25999461813]),
            LocalTrend(
                means: [127, 43, 26, 188, 0.4], dispersions: [0.05, 0.2, 0.12, 0.09, 1.5],
                at: [43, 26, 188, 60, 5, 300],
                expected: [0.199321808468, 0.128854817166, 0.09, 0.189360659761, 0.123473561549, 0.130612550224]),
            LocalTrend(
                means: [18, 35, 80, 150, 300, 900], dispersions: [0.2, 0.4, 0.1, 0.05, 0.3, 0.08], at: [35, 60, 1500],
                expected: [0.399999999453, 0.191332553638, 0.0128041066695]),
            // Two pairs of genes with one mean: five places for seven genes.
            LocalTrend(
                means: [18, 18, 80, 150, 150, 900, 600], dispersions: [0.2, 0.4, 0.1, 0.05, 0.3, 0.08, 0.2],
                at: [18, 60, 150, 400, 1500],
                expected: [0.282842712475, 0.0987391462302, 0.122765699076, 0.20477412433, 0.0438835556263]),
        ])
    func fewGenes(trend: LocalTrend) throws {
        let fit = try DispersionTrendFit(.local, toGeneWise: trend.dispersions, baseMeans: trend.means)
        for (mean, expected) in zip(trend.at, trend.expected) {
            // What 12 printed digits and sums in another order leave of nearly singular parabolas.
            #expect(abs(fit.trend.dispersion(atMean: mean) / expected - 1) < 1e-7, "at \(mean)")
        }
    }

    @Test("One gene has a level trend, and two a parametric one where it falls")
    func oneAndTwoGenes() throws {
        let one = try DispersionTrendFit(.parametric, toGeneWise: [1e-8, 0.2, 1e-8], baseMeans: [10, 50, 300])
        #expect(one.fallback != nil)
        for mean in [10.0, 50, 300] { #expect(abs(one.trend.dispersion(atMean: mean) - 0.2) < 1e-14) }
        let two = try DispersionTrendFit(.parametric, toGeneWise: [0.3, 0.1], baseMeans: [20, 200])
        guard case .parametric(let asymptotic, let extraPoisson) = two.trend else {
            Issue.record("the trend is not parametric")
            return
        }
        // R: DESeq2:::parametricDispersionFit(c(20, 200), c(0.3, 0.1)), which is 0.07 / 0.9 and 40 / 9.
        #expect(abs(asymptotic - 0.07 / 0.9) < 1e-9 && abs(extraPoisson - 40.0 / 9) < 1e-7)
    }

    @Test(
        "Genes whose means lie such that locfit runs out of vertices are refused, with what to do",
        arguments: [([30, 50], [0.2, 0.3]), ([20, 20, 90, 90], [0.3, 0.2, 0.1, 0.4])])
    func outOfVertices(means: [Double], dispersions: [Double]) {
        let error = #expect(throws: DispersionTrendError.self) {
            try DispersionTrendFit(.parametric, toGeneWise: dispersions, baseMeans: means)
        }
        #expect(error == .tooFewGenesForLocalTrend(means.count))
        #expect(error?.description.contains("--dispersion-trend mean") == true)
    }

    @Test("Dispersions that are all minimal are an error")
    func minimalDispersions() {
        #expect(throws: DispersionTrendError.allDispersionsMinimal) {
            try DispersionTrendFit(.parametric, toGeneWise: [1e-8, .nan, 1e-8], baseMeans: [3, 0, 5])
        }
    }

    @Test("A trend survives encoding", arguments: DispersionTrend.Kind.allCases)
    func encoding(kind: DispersionTrend.Kind) throws {
        let means = (1...100).map { Double($0) }
        let fit = try DispersionTrendFit(kind, toGeneWise: means.map { 0.1 + 2 / $0 }, baseMeans: means)
        #expect(DispersionTrend(encoded: fit.trend.encoded) == fit.trend)
        #expect(DispersionTrend(encoded: fit.trend.encoded + [1]) == nil)
        #expect(DispersionTrend(encoded: []) == nil)
        #expect(fit.trend.dispersion(atMean: 0).isNaN)
    }

    @Test(
        "The parametric trend and the prior agree with DESeq2",
        .enabled(if: DesignReference.isPresent),
        arguments: [
            "pasilla_type_condition", "pasilla_condition", "pasilla_interaction", "pasilla_nointercept",
            "pasilla_normfactors", "pasilla_poscounts", "pasilla_weights",
        ])
    func parametricAgreesWithReference(design: String) throws {
        let reference = DesignReference(design)
        let genes = try reference.table("expected_genes.tsv.gz")
        let parameters = try reference.json("design.json")
        let (geneWise, means) = (try genes.doubles("dispGeneEst"), try genes.doubles("baseMean"))
        let fit = try DispersionTrendFit(.parametric, toGeneWise: geneWise, baseMeans: means)
        guard case .parametric(let asymptotic, let extraPoisson) = fit.trend else {
            Issue.record("the trend is not parametric")
            return
        }
        // R solves by QR and adds in another order: some hundred ulps at 12,000 genes.
        let coefficients = parameters["dispersion_trend_coefficients"] as? [String: Any] ?? [:]
        #expect(
            worstRelativeDifference(
                [asymptotic, extraPoisson], [coefficients.number("asymptDisp"), coefficients.number("extraPois")])
                < 1e-12)
        #expect(
            worstRelativeDifference(
                means.map { fit.trend.dispersion(atMean: $0) }, try genes.doubles("dispFit")) < 1e-12)
        #expect(worstRelativeDifference([fit.logResidualVariance], [parameters.number("varLogDispEsts")]) < 1e-12)

        let prior = DispersionPrior(
            about: fit, geneWise: geneWise, baseMeans: means,
            residualDegreesOfFreedom: Int(parameters.number("n_samples"))
                - (parameters["coefficients"] as? [String] ?? []).count)
        #expect(worstRelativeDifference([prior.priorVariance], [parameters.number("dispPriorVar")]) < 1e-12)
    }

    @Test("The mean trend agrees with DESeq2", .enabled(if: DesignReference.isPresent))
    func meanAgreesWithReference() throws {
        let reference = DesignReference("pasilla_type_condition")
        let genes = try reference.table("expected_genes.tsv.gz")
        let parameters = try reference.json("design.json")
        let fit = try DispersionTrendFit(
            .mean, toGeneWise: genes.doubles("dispGeneEst"), baseMeans: genes.doubles("baseMean"))
        // A mean of 9,000 numbers; the residuals are logarithms of it.
        #expect(
            worstRelativeDifference(
                [fit.trend.dispersion(atMean: 1), fit.logResidualVariance],
                [parameters.number("trend_mean", "mean"), parameters.number("trend_mean", "varLogDispEsts")]) < 1e-13)
    }

    @Test("The local trend agrees with locfit, at its vertices and between", .enabled(if: DesignReference.isPresent))
    func localAgreesWithReference() throws {
        let reference = DesignReference("pasilla_type_condition")
        let genes = try reference.table("expected_genes.tsv.gz")
        let parameters = try reference.json("design.json")
        let (geneWise, means) = (try genes.doubles("dispGeneEst"), try genes.doubles("baseMean"))
        let fit = try DispersionTrendFit(.local, toGeneWise: geneWise, baseMeans: means)
        guard case .local(let regression) = fit.trend else {
            Issue.record("the trend is not local")
            return
        }
        let knots = try reference.table("expected_trend_local_knots.tsv")
        let curve = regression.curve.knots
        // locfit's slopes are the least-squares solution, but its values are up to
        // 5e-9 off it; ours agree with R's `lm` to 1e-13.
        #expect(worstRelativeDifference(curve.map(\.location), try knots.doubles("log_mean")) < 1e-14)
        #expect(worstRelativeDifference(curve.map(\.value), try knots.doubles("fit")) < 1e-8)
        #expect(worstRelativeDifference(curve.map(\.slope), try knots.doubles("slope"), floor: 1) < 1e-13)

        let expected = try reference.table("expected_trend_local.tsv.gz").doubles("dispFit")
        let fitted = means.map { fit.trend.dispersion(atMean: $0) }
        #expect(worstRelativeDifference(fitted, expected) < 1e-8)
        #expect(
            worstRelativeDifference([fit.logResidualVariance], [parameters.number("trend_local", "varLogDispEsts")])
                < 1e-8)
    }

    @Test("The simulated histograms are those of DESeq2", .enabled(if: DesignReference.isPresent))
    func simulatedHistograms() throws {
        let table = try DesignReference("mc_prior").table("random_histograms.tsv.gz")
        let degreesOfFreedom = try table.integers("df")
        let bins = try (1...40).map { try table.integers("bin\($0)") }
        let expected = Dictionary(grouping: 0..<table.rowCount) { degreesOfFreedom[$0] }
        #expect(table.rowCount == 600)
        for degrees in 1...3 {
            let counts = SimulatedDispersionHistograms.counts(residualDegreesOfFreedom: degrees)
            #expect(counts == expected[degrees]?.map { row in bins.map { $0[row] } })
        }
    }

    @Test(
        "Matching with simulations follows DESeq2 step by step",
        .enabled(if: DesignReference.isPresent), arguments: ["pasilla_interaction"])
    func simulatedMatch(design: String) throws {
        let genes = try DesignReference(design).table("expected_genes.tsv.gz")
        let (geneWise, means) = (try genes.doubles("dispGeneEst"), try genes.doubles("baseMean"))
        let fit = try DispersionTrendFit(.parametric, toGeneWise: geneWise, baseMeans: means)
        let residuals = logDispersionResiduals(ofGeneWise: geneWise, baseMeans: means, about: fit.trend)

        let reference = DesignReference("mc_prior")
        let observed = try reference.table("\(design)_obs_hist.tsv").integers("count")
        #expect(ResidualHistogram(of: residuals).counts == observed)
        let match = SimulatedPriorMatch(ofLogResiduals: residuals, residualDegreesOfFreedom: 3)
        // Both are sums of some forty terms of order one.
        #expect(
            worstRelativeDifference(match.divergences, try reference.table("\(design)_kl.tsv").doubles("kl")) < 1e-12)
        #expect(
            worstRelativeDifference(match.smoothed, try reference.table("\(design)_fine.tsv").doubles("loess")) < 1e-11)
    }

    @Test("A given histogram finds DESeq2's prior width", .enabled(if: DesignReference.isPresent))
    func simulatedMatchOfHistogram() throws {
        let reference = DesignReference("mc_prior")
        let observed = try reference.table("airway_cell_dex_obs_hist.tsv").integers("count")
        // One residual in the middle of its bin for each that was counted.
        let residuals = observed.enumerated().flatMap { bin, count in
            [Double](repeating: -9.75 + 0.5 * Double(bin), count: count)
        }
        let match = SimulatedPriorMatch(ofLogResiduals: residuals, residualDegreesOfFreedom: 3)
        let expected = try reference.table("airway_cell_dex_fine.tsv").doubles("loess")
        #expect(worstRelativeDifference(match.smoothed, expected) < 1e-11)
        let width = try DesignReference("airway_cell_dex").json("design.json").number("dispPriorVar")
        #expect(worstRelativeDifference([match.bestVariance], [width]) < 1e-15)
    }
}
