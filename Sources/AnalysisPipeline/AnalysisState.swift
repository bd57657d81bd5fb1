import DifferentialExpression
import ExpressionData
import JobEngine

/// One analysis on its way through the stages.
struct AnalysisState: Sendable {
    let input: StudyInputs.AnalysisInput
    let modelBlob: Blob
    private let context: ModelContext

    var geneWise: GeneWiseDispersions?

    /// The gene-wise payloads as they came, to be sent with the shards of the next stage.
    var geneWiseBlobs: [Blob] = []

    var trend: DispersionTrendFit?
    var dispersionModel: DispersionModel?
    var fits: ModelFits?
    var tests: [TestResults] = []

    private var isNewlyAllZero: Set<Int> = []
    private var isRefitted = false

    init(input: StudyInputs.AnalysisInput, model: AnalysisModel) throws {
        self.input = input
        modelBlob = Blob(model.encoded())
        context = ModelContext(design: model.design, sizeFactors: model.sizeFactors, settings: try model.settings())
    }

    /// What messages call the analysis.
    var label: String { input.name.isEmpty ? input.formula : input.name }

    /// Puts the refits of the replaced genes in the place of their first fits.
    ///
    /// The flags and Cook's distances stay those of the first fit, as in DESeq2:
    /// they say what was found, not what is left.
    mutating func putInRefits(_ newGeneWise: GeneWiseDispersions, _ newFits: ModelFits) {
        guard var geneWise, var fits else { return }
        let columns = input.design.columnCount
        let contrasts = input.tests.count
        for (source, replaced) in fits.replacedCounts.enumerated() {
            let gene = replaced.gene
            geneWise.baseMean[gene] = newGeneWise.baseMean[source]
            geneWise.baseVar[gene] = newGeneWise.baseVar[source]
            geneWise.allZero[gene] = newGeneWise.allZero[source]
            if newGeneWise.allZero[source] {
                isNewlyAllZero.insert(gene)
                continue
            }
            geneWise.dispGeneEst[gene] = newGeneWise.dispGeneEst[source]
            geneWise.dispGeneIter[gene] = newGeneWise.dispGeneIter[source]
            geneWise.meanIterations[gene] = newGeneWise.meanIterations[source]
            fits.dispMAP[gene] = newFits.dispMAP[source]
            fits.dispersion[gene] = newFits.dispersion[source]
            fits.dispIter[gene] = newFits.dispIter[source]
            fits.dispOutlier[gene] = newFits.dispOutlier[source]
            fits.betaConv[gene] = newFits.betaConv[source]
            fits.betaIter[gene] = newFits.betaIter[source]
            fits.deviance[gene] = newFits.deviance[source]
            for column in 0..<columns {
                fits.beta[gene * columns + column] = newFits.beta[source * columns + column]
                fits.standardError[gene * columns + column] = newFits.standardError[source * columns + column]
            }
            for contrast in 0..<contrasts {
                let (to, from) = (gene * contrasts + contrast, source * contrasts + contrast)
                fits.contrastEstimate[to] = newFits.contrastEstimate[from]
                fits.contrastStandardError[to] = newFits.contrastStandardError[from]
                fits.contrastAllZero[to] = newFits.contrastAllZero[from]
            }
        }
        self.geneWise = geneWise
        self.fits = fits
        isRefitted = true
    }

    /// Tests every coefficient or contrast, filters and adjusts.
    mutating func test(settings: StudyConfiguration.DifferentialExpression) throws {
        guard let geneWise, let fits else { return }
        let genes = geneWise.baseMean.indices
        let maxCooks = reportedMaxCooks(of: fits)
        let exempt = genes.map { input.design.isSingleTwoLevelFactor && fits.worstCooksExempt[$0] }
        tests = try input.tests.indices.map { index in
            let estimates = genes.map { estimate(ofTest: index, gene: $0, in: fits) }
            let walds = estimates.map {
                $0.isAllZero
                    ? (statistic: 0, pValue: 1)
                    : waldTest(log2FoldChange: $0.log2FoldChange, standardError: $0.standardError)
            }
            let table = try ResultsTable(
                of: GeneTests(
                    baseMeans: geneWise.baseMean, log2FoldChanges: estimates.map(\.log2FoldChange),
                    standardErrors: estimates.map(\.standardError), statistics: walds.map(\.statistic),
                    pValues: walds.map(\.pValue), maxCooks: maxCooks, isExemptFromCooksFilter: exempt,
                    isNewlyAllZero: genes.map(isNewlyAllZero.contains), hasConverged: fits.betaConv),
                settings: ResultsTable.Settings(
                    alpha: settings.alpha, filtersByMean: settings.independentFiltering,
                    cooksCutoff: context.cooksCutoff, fitsEmpiricalNull: settings.empiricalNull == "fdrtool"))
            return TestResults(name: input.tests[index].name, table: table)
        }
    }

    func results() -> AnalysisResults? {
        guard let geneWise, let fits, let trend, let dispersionModel else { return nil }
        return AnalysisResults(
            input: input, geneWise: geneWise, trend: trend, prior: dispersionModel.prior,
            dispFit: dispersionModel.dispFit(atMeans: geneWise.baseMean), fits: fits,
            maxCooks: reportedMaxCooks(of: fits), cooksCutoff: context.cooksCutoff,
            isNewlyAllZero: geneWise.baseMean.indices.map(isNewlyAllZero.contains), tests: tests)
    }

    /// `maxCooks` as it counts and is reported.
    ///
    /// After a refit only samples that could not be replaced count, and where
    /// every sample can be replaced there is none.
    private func reportedMaxCooks(of fits: ModelFits) -> [Double] {
        guard isRefitted else { return fits.maxCooks }
        return context.allSamplesAreReplaceable
            ? fits.maxCooks.map { _ in .nan } : fits.maxCooksOfNonReplaceable
    }

    /// The fold change of a test, on the log2 scale.
    private func estimate(ofTest index: Int, gene: Int, in fits: ModelFits) -> TestEstimate {
        let test = input.tests[index]
        let position = gene * input.tests.count + index
        var estimate: TestEstimate
        if let (coefficient, sign) = test.signedCoefficient {
            // The coefficient itself, or its mirror image: the stored standard error is exact for it.
            let stored = gene * input.design.columnCount + coefficient
            estimate = TestEstimate(
                log2FoldChange: sign * fits.beta[stored], standardError: fits.standardError[stored])
        } else {
            estimate = TestEstimate(
                log2FoldChange: fits.contrastEstimate[position], standardError: fits.contrastStandardError[position])
        }
        if fits.contrastAllZero[position], !estimate.log2FoldChange.isNaN {
            estimate.log2FoldChange = 0
            estimate.isAllZero = true
        }
        return estimate
    }
}

/// A fold change before it is tested.
private struct TestEstimate {
    var log2FoldChange: Double
    var standardError: Double

    /// Whether the contrast's samples have no counts: then there is no difference to test.
    var isAllZero = false
}
