import DifferentialExpression
import ExpressionData
import StatisticalKernels
import Testing

/// From counts to adjusted p-values, every stage fed by the one before.
struct WholeAnalysis {
    var sizeFactors: SizeFactors
    var trend: DispersionTrendFit
    var prior: DispersionPrior
    var table: ResultsTable
    var replacedGenes: [Int]

    /// Tests the coefficient `column` of the design.
    init(of counts: CountMatrix, design: DesignMatrix, column: Int) throws {
        sizeFactors = try SizeFactors(estimatedFrom: counts)
        let context = ModelContext(design: design, sizeFactors: sizeFactors.values)
        let block = CountBlock(counts: counts.counts, sampleCount: counts.sampleCount)
        let geneWise = GeneWiseDispersions(estimating: block, in: context)
        let trend = try DispersionTrendFit(
            .parametric, toGeneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean)
        prior = DispersionPrior(
            about: trend, geneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean,
            residualDegreesOfFreedom: design.sampleCount - design.columnCount)
        self.trend = trend
        let fits = ModelFits(
            fitting: block, geneWise: geneWise,
            dispFit: geneWise.baseMean.map { trend.trend.dispersion(atMean: $0) }, prior: prior, in: context)

        let coefficient = { (fits: ModelFits, gene: Int) in gene * design.columnCount + column }
        var tests = GeneTests(
            baseMeans: geneWise.baseMean,
            log2FoldChanges: geneWise.baseMean.indices.map { fits.beta[coefficient(fits, $0)] },
            standardErrors: geneWise.baseMean.indices.map { fits.standardError[coefficient(fits, $0)] },
            statistics: [Double](repeating: .nan, count: counts.geneCount),
            pValues: [Double](repeating: .nan, count: counts.geneCount),
            maxCooks: fits.maxCooks,
            isExemptFromCooksFilter: fits.worstCooksExempt.map { $0 && design.isSingleTwoLevelFactor },
            isNewlyAllZero: [Bool](repeating: false, count: counts.geneCount),
            hasConverged: fits.betaConv)

        replacedGenes = fits.replacedCounts.map(\.gene)
        if !replacedGenes.isEmpty {
            let replaced = CountBlock(
                counts: fits.replacedCounts.flatMap(\.counts), sampleCount: counts.sampleCount)
            let again = GeneWiseDispersions(estimating: replaced, in: context)
            let refits = ModelFits(
                fitting: replaced, geneWise: again,
                dispFit: again.baseMean.map { trend.trend.dispersion(atMean: $0) }, prior: prior, in: context)
            for (row, gene) in replacedGenes.enumerated() {
                tests.baseMeans[gene] = again.baseMean[row]
                tests.isNewlyAllZero[gene] = again.allZero[row]
                tests.log2FoldChanges[gene] = refits.beta[coefficient(refits, row)]
                tests.standardErrors[gene] = refits.standardError[coefficient(refits, row)]
                tests.hasConverged[gene] = refits.betaConv[row]
            }
            tests.maxCooks = fits.maxCooksOfNonReplaceable
        }
        for gene in tests.baseMeans.indices {
            (tests.statistics[gene], tests.pValues[gene]) = waldTest(
                log2FoldChange: tests.log2FoldChanges[gene], standardError: tests.standardErrors[gene])
        }
        table = try ResultsTable(of: tests, settings: ResultsTable.Settings(cooksCutoff: context.cooksCutoff))
    }
}

@Suite("A whole analysis")
struct WholeAnalysisTests {
    @Test(
        "From counts to adjusted p-values agrees with DESeq2",
        .enabled(if: DesignReference.isPresent),
        arguments: [
            ("pasilla_condition", "condition_treated_vs_untreated"),
            ("pasilla_type_condition", "condition_treated_vs_untreated"),
            ("pasilla_interaction", "typepaired.end.conditiontreated"),
            ("tbdc_status_treatment", "treatment_infect_vs_noninf"),
            ("cohort_stir_volume", "stir_volume"),
        ])
    func agreesWithReference(name: String, coefficient: String) throws {
        let reference = DesignReference(name)
        let matrix = try reference.table("expected_model_matrix.tsv")
        let columns = Array(matrix.columnNames.dropFirst())
        let values = try columns.map { try matrix.doubles($0) }
        let design = DesignMatrix(
            columnNames: columns, values: (0..<matrix.rowCount).flatMap { row in values.map { $0[row] } },
            sampleCount: matrix.rowCount, isSingleTwoLevelFactor: name == "pasilla_condition")
        let analysis = try WholeAnalysis(
            of: reference.counts(), design: design, column: columns.firstIndex(of: coefficient)!)

        let parameters = try reference.json("design.json")
        // Two or three genes per thousand stand on the brink of a stopping rule and end
        // elsewhere. One of them shifts the trend by about one in the number of genes.
        #expect(worstRelativeDifference([analysis.prior.varLogDispEsts], [parameters.number("varLogDispEsts")]) < 1e-3)
        #expect(worstRelativeDifference([analysis.prior.priorVariance], [parameters.number("dispPriorVar")]) < 1e-3)
        #expect(analysis.replacedGenes.count == Int(parameters.number("n_replaced_genes")))

        let results = try reference.table("expected_results_\(coefficient).tsv.gz")
        let z = try results.doubles("stat")
        // What the trend is off reaches every statistic; rows that fell back on the
        // bounded search stop anywhere.
        let offStatistics = z.indices.filter { gene in
            abs(analysis.table.statistics[gene] - z[gene]) > 1e-3 * max(1, abs(z[gene]))
        }
        #expect(offStatistics.count <= z.count / 200)
        #expect(z.indices.allSatisfy { z[$0].isNaN == analysis.table.statistics[$0].isNaN })
        let pValues = try results.doubles("pvalue")
        let adjusted = try results.doubles("padj")
        #expect(z.indices.filter { pValues[$0].isNaN != analysis.table.pValues[$0].isNaN } == [])
        #expect(z.indices.filter { adjusted[$0].isNaN != analysis.table.adjustedPValues[$0].isNaN } == [])
        let chosen = (parameters["results"] as? [String: Any])?[coefficient] as? [String: Any] ?? [:]
        let rejections = analysis.table.adjustedPValues.filter { $0 < 0.1 }.count
        #expect(rejections == Int(chosen.number("alpha0.1", "nrej")))
    }
}
