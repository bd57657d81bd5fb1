import AnalysisPipeline
import DifferentialExpression

/// What the columns `stat` and `pvalue` are, in the words of the file's readers.
struct TestDefinitions {
    let statistic: String
    let pValue: String

    init(_ analysis: AnalysisResults, settings: AnalysisSettings?) {
        let missing = "; NA for the given reason"
        guard let settings, analysis.reduced == nil else {
            statistic = "likelihood-ratio statistic of the design against the reduced one"
            pValue = "p-value of the likelihood-ratio test" + missing
            return
        }
        let distribution = settings.useT ? " under Student's t" : ""
        let threshold = settings.lfcThreshold
        switch settings.alternative {
        case .greaterAbs:
            statistic = threshold > 0 ? "Wald statistic of |log2FoldChange| > \(threshold)" : "Wald statistic"
        case .lessAbs:
            statistic = "Wald statistic of |log2FoldChange| < \(threshold)"
        case .greater:
            statistic = "Wald statistic of log2FoldChange > \(threshold)"
        case .less:
            statistic = "Wald statistic of log2FoldChange < -\(threshold)"
        }
        let sides = settings.alternative == .greaterAbs ? "two-sided " : ""
        pValue = sides + "Wald p-value" + distribution + missing
    }
}

extension ResultColumn {
    /// The columns of `results.<coefficient>.tsv` with shrunken fold changes, where they were asked for.
    package static func shrunken(of test: TestResults, spread: GeneSpread) -> [ResultColumn] {
        guard let shrunken = test.shrunken else { return [] }
        var columns = [
            ResultColumn(
                "log2FoldChangeShrunk", spread.doubles(shrunken.log2FoldChange), "shrunken log2 fold change",
                unit: .log2),
            ResultColumn(
                "lfcSEShrunk", spread.doubles(shrunken.standardError),
                "its standard error under a normal prior, or posterior deviation under apeglm's", unit: .log2),
        ]
        if !shrunken.sValue.isEmpty {
            columns.append(
                ResultColumn(
                    "svalue", spread.doubles(shrunken.sValue),
                    "mean probability of a false sign, or of a change below the threshold, among genes at least as sure",
                    unit: .probability))
        }
        return columns
    }

    /// The columns of `genes.tsv` that only some options bring.
    package static func special(of analysis: AnalysisResults, spread: GeneSpread, fitted: [Bool]) -> [ResultColumn] {
        var columns: [ResultColumn] = []
        if let reduced = analysis.reduced, let design = analysis.input.reducedDesign {
            let tests = reduced.deviance.indices.map { gene in
                likelihoodRatioTest(
                    fullDeviance: analysis.fits.deviance[gene], reducedDeviance: reduced.deviance[gene],
                    degreesOfFreedom: analysis.input.design.columnCount - design.columnCount)
            }
            columns += [
                ResultColumn("LRTStatistic", spread.doubles(tests.map(\.statistic)), "likelihood-ratio statistic"),
                ResultColumn("LRTPvalue", spread.doubles(tests.map(\.pValue)), "its p-value", unit: .probability),
                ResultColumn(
                    "fullBetaConv", spread.logicals(analysis.fits.betaConv, where: fitted),
                    "whether the fit of the full design converged"),
                ResultColumn(
                    "reducedBetaConv", spread.logicals(reduced.betaConv, where: fitted),
                    "whether the fit of the reduced design converged"),
            ]
        }
        if analysis.priorFits != nil {
            let names = analysis.input.design.columnNames
            let (betas, count) = (analysis.fits.beta, names.count)
            columns += names.enumerated().map { column, name in
                ResultColumn(
                    "MLE_" + name, spread.doubles { betas[$0 * count + column] }, "log2 coefficient without a prior",
                    unit: .log2)
            }
        }
        if !analysis.degreesOfFreedom.isEmpty {
            // A gene without counts once its outliers are replaced has no test, and so no degrees of freedom.
            let (betas, count) = (analysis.fits.beta, analysis.input.design.columnCount)
            let degreesOfFreedom = analysis.degreesOfFreedom
            columns.append(
                ResultColumn(
                    "tDegreesFreedom",
                    spread.doubles { betas[$0 * count].isNaN ? .nan : degreesOfFreedom[$0] },
                    "degrees of freedom of the Wald statistics"))
        }
        if !analysis.weightsFail.isEmpty {
            columns.append(
                ResultColumn(
                    "weightsFail", spread.logicals(analysis.weightsFail, where: analysis.weightsFail.map { _ in true }),
                    "whether the weights leave the design without full rank"))
        }
        return columns
    }
}
