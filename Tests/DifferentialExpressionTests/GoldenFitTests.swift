import DifferentialExpression
import ExpressionData
import ExpressionFormats
import StatisticalKernels
import Testing

// Fits of whole reference designs against DESeq2 1.38.3, gene by gene.
//
// A search that compares likelihoods at 1e-6 can take another turn where the
// last digits differ; the limits therefore hold for 99.9 % of the genes, and
// wider ones for all (docs/numerics.md §15). Genes whose coefficients went to the
// bounded search stop where that search stops, and are compared apart.
@Suite("Fits agree with DESeq2", .enabled(if: DesignReference.isPresent))
struct GoldenFitTests {
    @Test(arguments: [
        "pasilla_type_condition", "pasilla_condition", "airway_cell_dex", "cohort_stir_volume", "tbdc_status_treatment",
        "pasilla_normfactors", "pasilla_weights", "tbdc_extraction_treatment_rin", "tbdc_paired",
    ])
    func agreesStepByStep(_ name: String) throws {
        let golden = try GoldenFit(name)
        let table = try golden.reference.table("expected_genes.tsv.gz")
        let names = golden.genes.names
        let geneWise = GeneWiseDispersions(estimating: golden.block, in: golden.context)

        // Genes that were refitted show their second fit in the table.
        let wasReplaced = try table.position(ofColumn: "replace").map { _ in try table.booleans("replace") } ?? []
        let meanIterations = try table.position(ofColumn: "muIter").map { try table.doubles(column: $0) } ?? []
        let iterations = try table.doubles("betaIter")
        func isFirstFit(_ row: Int) -> Bool { wasReplaced.isEmpty || wasReplaced[row] == false }
        func isComparable(_ row: Int) -> Bool {
            isFirstFit(row) && iterations[row] < 100 && (meanIterations.isEmpty || meanIterations[row] < 100)
        }

        // Sums in another order: a few units in the last place.
        #expect(differences(geneWise.baseMean, "baseMean", where: isFirstFit).worst < 1e-14)
        #expect(differences(geneWise.baseVar, "baseVar", where: isFirstFit).worst < 1e-14)
        let allZero = try table.booleans("allZero")
        for row in names.indices where isFirstFit(row) { #expect(geneWise.allZero[row] == allZero[row]) }

        let expectedDispersion = try table.doubles("dispGeneEst")
        // At and below 1e-6 only the side counts: the digits are cancellation. A gene right
        // at the border may be drawn across it by the noise of the reference's own likelihood.
        let otherSide = names.indices.filter { row in
            isComparable(row) && (geneWise.dispGeneEst[row] > 1e-6) != (expectedDispersion[row] > 1e-6)
        }
        #expect(otherSide.count <= 1, "\(otherSide.map { names[$0] })")
        #expect(otherSide.allSatisfy { max(expectedDispersion[$0], geneWise.dispGeneEst[$0]) < 1e-5 })
        func isOverdispersed(_ row: Int) -> Bool {
            isComparable(row) && expectedDispersion[row] > 1e-6 && !otherSide.contains(row)
        }
        expectAgreement(differences(geneWise.dispGeneEst, "dispGeneEst", where: isOverdispersed))
        #expect(golden.context.usesLinearMeans == meanIterations.isEmpty)
        if !meanIterations.isEmpty {
            for row in names.indices where isFirstFit(row) && !meanIterations[row].isNaN {
                #expect(Double(geneWise.meanIterations[row]) == meanIterations[row], "\(names[row])")
            }
        }

        let fits = ModelFits(
            fitting: golden.block, geneWise: geneWise, dispFit: try table.doubles("dispFit"), prior: golden.prior,
            in: golden.context)
        expectAgreement(differences(fits.dispMAP, "dispMAP", where: isComparable))
        expectAgreement(differences(fits.dispersion, "dispersion", where: isComparable))
        let isOutlier = try table.booleans("dispOutlier")
        for row in names.indices where isComparable(row) { #expect(fits.dispOutlier[row] == isOutlier[row] ?? false) }

        let order = golden.context.coefficientCount
        for (index, column) in golden.context.design.columnNames.enumerated()
        where table.position(ofColumn: column) != nil {
            let beta = names.indices.map { fits.beta[$0 * order + index] }
            let standardError = names.indices.map { fits.standardError[$0 * order + index] }
            expectAgreement(differences(beta, column, isRelative: false, where: isComparable))
            expectAgreement(differences(standardError, "SE_" + column, where: isComparable))
            // Statistics of a hundred and more carry the relative error of their standard error.
            let expected = zip(try table.doubles(column), try table.doubles("SE_" + column)).map { $0 / $1 }
            let z = names.indices.map { beta[$0] / standardError[$0] / max(1, expected[$0].magnitude) }
            let scaled = expected.map { $0 / max(1, $0.magnitude) }
            expectAgreement(Differences(z, scaled, names: names, isRelative: false, where: isComparable))
        }
        let converged = try table.booleans("betaConv")
        for row in names.indices where isComparable(row) {
            #expect(fits.betaConv[row] == converged[row] ?? false)
            #expect(Double(fits.betaIter[row]) == iterations[row], "\(names[row])")
        }
        // Constants of up to 1e8 cancel in a log-likelihood of very high counts.
        #expect(differences(fits.deviance, "deviance", isRelative: false, where: isComparable).quantile(0.999) < 1e-5)

        // The bounded search runs along a flat valley for a hundred steps and more, where
        // rounding decides its end. Many ends are the same; none is a worse fit by more than
        // 0.05 in the deviance, a fifth of a standard error.
        var excess: [Double] = []
        let expectedDeviance = try table.doubles("deviance")
        for row in names.indices where iterations[row] == 100 && isFirstFit(row) {
            #expect(fits.betaIter[row] == 100, "\(names[row])")
            guard converged[row] == true else { continue }
            excess.append(fits.deviance[row] - expectedDeviance[row])
            #expect(excess[excess.count - 1] < 0.05, "\(names[row])")
        }
        #expect(excess.count { $0.magnitude < 1e-6 } * 5 >= excess.count)

        // The table shows what remains after replacement.
        let cooks = fits.replace.contains(true) ? fits.maxCooksOfNonReplaceable : fits.maxCooks
        expectAgreement(differences(cooks, "maxCooks", where: isComparable))

        func differences(
            _ values: [Double], _ column: String, isRelative: Bool = true, where included: (Int) -> Bool
        ) -> Differences {
            do {
                return Differences(
                    values, try table.doubles(column), names: names, isRelative: isRelative, where: included)
            } catch {
                Issue.record(error)
                return Differences([], [], names: [], isRelative: true)
            }
        }
        func expectAgreement(_ differences: Differences, sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(differences.share(above: 1e-6) <= 1e-3, "\(differences)", sourceLocation: sourceLocation)
            #expect(differences.worst < 1e-3, "\(differences)", sourceLocation: sourceLocation)
        }
    }

    @Test("Contrasts have the reference's estimates and errors, and its all-zero rule")
    func contrasts() throws {
        let golden = try GoldenFit("pasilla_interaction")
        let table = try golden.reference.table("expected_genes.tsv.gz")
        let geneWise = GeneWiseDispersions(estimating: golden.block, in: golden.context)
        let design = golden.context.design
        func samples(touchedBy weights: [Double]) -> [Int] {
            (0..<design.sampleCount).filter { sample in
                weights.indices.contains { weights[$0] != 0 && design[sample, $0] != 0 }
            }
        }
        let weights: [(file: String, weights: [Double])] = [
            ("cond_effect_paired", [0, 0, 1, 1]), ("numeric_pm", [0, 1, -1, 0]), ("numeric_0_0_1_0.5", [0, 0, 1, 0.5]),
        ]
        let contrasts = weights.map { entry in
            let hasBothSigns = entry.weights.contains { $0 < 0 }
            return ContrastWeights(
                weights: entry.weights, allZeroSamples: hasBothSigns ? samples(touchedBy: entry.weights) : nil)
        }
        let fits = ModelFits(
            fitting: golden.block, geneWise: geneWise, dispFit: try table.doubles("dispFit"), prior: golden.prior,
            contrasts: contrasts, in: golden.context)
        for (index, entry) in weights.enumerated() {
            let results = try golden.reference.table("expected_results_\(entry.file).tsv.gz")
            let rows = Dictionary(uniqueKeysWithValues: zip(results.strings(column: 0), 0...))
            let order = golden.genes.names.map { rows[$0]! }
            let expectedChange = try results.doubles("log2FoldChange")
            let expectedError = try results.doubles("lfcSE")
            let estimates = golden.genes.names.indices.map { gene -> Double in
                let position = gene * contrasts.count + index
                return fits.contrastAllZero[position] ? 0 : fits.contrastEstimate[position]
            }
            let errors = golden.genes.names.indices.map { fits.contrastStandardError[$0 * contrasts.count + index] }
            let change = Differences(
                estimates, order.map { expectedChange[$0] }, names: golden.genes.names, isRelative: false)
            let error = Differences(
                errors, order.map { expectedError[$0] }, names: golden.genes.names, isRelative: true)
            #expect(change.share(above: 1e-6) <= 1e-3 && change.worst < 1e-3, "\(entry.file): \(change)")
            #expect(error.share(above: 1e-6) <= 1e-3 && error.worst < 1e-3, "\(entry.file): \(error)")
        }
    }

    @Test(
        "The reduced model's deviance gives the likelihood-ratio statistic",
        arguments: [
            ("pasilla_type_condition", "expected_lrt_drop_condition.tsv.gz", 2),
            ("airway_cell_dex", "expected_lrt_drop_cell.tsv.gz", 0),
        ])
    func reducedModel(name: String, file: String, keptColumns: Int) throws {
        let golden = try GoldenFit(name)
        let table = try golden.reference.table("expected_genes.tsv.gz")
        let design = golden.context.design
        // Without the last column, or without the four of the cell line.
        let kept = keptColumns > 0 ? Array(0..<keptColumns) : [0, design.columnCount - 1]
        let reduced = DesignMatrix(
            columnNames: kept.map { design.columnNames[$0] },
            values: (0..<design.sampleCount).flatMap { sample in kept.map { design[sample, $0] } },
            sampleCount: design.sampleCount)
        let context = ModelContext(design: reduced, sizeFactors: golden.context.sizeFactors)
        let dispersion = try table.doubles("dispersion")
        let full = FixedDispersionFits(fitting: golden.block, dispersion: dispersion, in: golden.context)
        let fits = FixedDispersionFits(fitting: golden.block, dispersion: dispersion, in: context)
        let results = try golden.reference.table(file)
        let rows = Dictionary(uniqueKeysWithValues: zip(results.strings(column: 0), 0...))
        let expected = try results.doubles("stat")
        let iterations = try table.doubles("betaIter")
        let names = golden.genes.names
        let isListed = names.map { rows[$0] != nil }
        let differences = Differences(
            zip(fits.deviance, full.deviance).map { $0 - $1 }, names.map { rows[$0].map { expected[$0] } ?? .nan },
            names: names, isRelative: false,
            where: { isListed[$0] && iterations[$0] < 100 && fits.betaIter[$0] < 100 })
        #expect(differences.count > 1_000)
        #expect(differences.share(above: 1e-6) <= 1e-3 && differences.worst < 1e-3, "\(differences)")
    }
}
