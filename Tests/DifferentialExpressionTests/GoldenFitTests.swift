import DifferentialExpression
import ExpressionFormats
import Testing

@Suite("Fits agree with DESeq2", .enabled(if: DesignReference.isPresent), .serialized)
struct GoldenFitTests {
    @Test(arguments: [
        "pasilla_type_condition", "pasilla_condition", "airway_cell_dex", "cohort_stir_volume", "tbdc_status_treatment",
    ])
    func dispersionsAndCoefficients(_ name: String) throws {
        let golden = try GoldenFit(name)
        let table = try golden.reference.table("expected_genes.tsv.gz")
        let names = golden.genes.names
        let clock = ContinuousClock()
        var geneWise: GeneWiseDispersions!
        let t1 = clock.measure { geneWise = GeneWiseDispersions(estimating: golden.block, in: golden.context) }
        let replaced = table.position(ofColumn: "replace") == nil ? [] : try table.booleans("replace")
        let muIter = table.position(ofColumn: "muIter") == nil ? [] : try table.doubles("muIter")
        let betaIter = try table.doubles("betaIter")
        func usable(_ row: Int) -> Bool {
            (muIter.isEmpty || muIter[row] < 100) && betaIter[row] < 100 && (replaced.isEmpty || replaced[row] == false)
        }
        let dispGeneEst = try table.doubles("dispGeneEst")
        print(name, "baseMean", Differences(geneWise.baseMean, try table.doubles("baseMean"), names: names, isRelative: true, where: { usable($0) }))
        print(name, "baseVar", Differences(geneWise.baseVar, try table.doubles("baseVar"), names: names, isRelative: true, where: { usable($0) }))
        print(name, "dispGeneEst", Differences(geneWise.dispGeneEst, dispGeneEst, names: names, isRelative: true, where: { usable($0) && dispGeneEst[$0] > 1e-6 }))
        print(name, "sides", dispGeneEst.indices.filter { usable($0) && (dispGeneEst[$0] > 1e-6) != (geneWise.dispGeneEst[$0] > 1e-6)}.count)
        if !muIter.isEmpty {
            print(name, "muIter equal", dispGeneEst.indices.count { !muIter[$0].isNaN && Double(geneWise.meanIterations[$0]) != muIter[$0] })
        }
        if table.position(ofColumn: "dispGeneIter") != nil {
            let iter = try table.doubles("dispGeneIter")
            print(name, "dispGeneIter different", dispGeneEst.indices.count { !iter[$0].isNaN && Double(geneWise.dispGeneIter[$0]) != iter[$0] })
        }
        var fits: ModelFits!
        let dispFit = try table.doubles("dispFit")
        let t2 = clock.measure { fits = ModelFits(fitting: golden.block, geneWise: geneWise, dispFit: dispFit, prior: golden.prior, in: golden.context) }
        print(name, names.count, "genes", t1, t2)
        print(name, "dispMAP", Differences(fits.dispMAP, try table.doubles("dispMAP"), names: names, isRelative: true, where: { usable($0) && dispGeneEst[$0] > 1e-6}))
        print(name, "dispersion", Differences(fits.dispersion, try table.doubles("dispersion"), names: names, isRelative: true, where: { usable($0)}))
        let order = golden.context.coefficientCount
        for (c, column) in golden.context.design.columnNames.enumerated() where table.position(ofColumn: column) != nil {
            let b = names.indices.map { fits.beta[$0 * order + c] }
            let se = names.indices.map { fits.standardError[$0 * order + c] }
            print(name, column, Differences(b, try table.doubles(column), names: names, isRelative: false, where: { usable($0) }))
            print(name, "SE", column, Differences(se, try table.doubles("SE_" + column), names: names, isRelative: true, where: { usable($0) }))
        }
        print(name, "betaIter different", dispGeneEst.indices.count { !betaIter[$0].isNaN && Double(fits.betaIter[$0]) != betaIter[$0] }, "100s", betaIter.count { $0 == 100 }, fits.betaIter.count { $0 == 100 })
        let dev = try table.doubles("deviance")
        print(name, "deviance", Differences(fits.deviance, dev, names: names, isRelative: false, where: { usable($0) }))
        print(name, "deviance worse in fallback rows", dev.indices.filter { betaIter[$0] == 100 }.map { fits.deviance[$0] - dev[$0] }.sorted().suffix(20))
        print(name, "maxCooks", Differences(fits.maxCooks, try table.doubles("maxCooks"), names: names, isRelative: true, where: { usable($0) }))
        print(name, "replace", fits.replace.count { $0 }, replaced.count { $0 == true })
        print("cutoff", golden.context.cooksCutoff)
    }
}
