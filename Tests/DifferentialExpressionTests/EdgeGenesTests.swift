import DifferentialExpression
import ExpressionData
import ExpressionFormats
import StatisticalKernels
import Testing

/// Simulated genes that begin with hand-made ones: all zero, a single count,
/// zeros in one group, constant, underdispersed, near the 32-bit limit, with
/// outliers.
@Suite("Extreme genes agree with DESeq2", .enabled(if: DesignReference.isPresent))
struct EdgeGenesTests {
    private struct Run {
        let names: [String]
        let block: CountBlock
        let context: ModelContext
        let table: DelimitedTable
        let geneWise: GeneWiseDispersions
        let fits: ModelFits
        let sampleNames: [String]

        init(_ name: String, design columns: [String], minimumReplicates: Int = 7) throws {
            let reference = DesignReference("edge")
            let countTable = try reference.table("counts.tsv.gz")
            let samples = try reference.table("samples.tsv")
            sampleNames = Array(countTable.columnNames.dropFirst())
            names = countTable.strings(column: 0)
            let counts = try sampleNames.map { try countTable.doubles($0) }
            block = CountBlock(
                counts: names.indices.flatMap { gene in counts.map { Int32($0[gene]) } }, sampleCount: sampleNames.count
            )
            let condition = try samples.strings("cond")
            let batch = try samples.strings("batch")
            let age = try samples.doubles("age")
            let values = sampleNames.indices.flatMap { sample in
                columns.map { column -> Double in
                    switch column {
                    case "batch_y_vs_x": batch[sample] == "y" ? 1 : 0
                    case "batch_z_vs_x": batch[sample] == "z" ? 1 : 0
                    case "age": age[sample]
                    case "cond_B_vs_A": condition[sample] == "B" ? 1 : 0
                    default: 1
                    }
                }
            }
            var settings = ModelSettings()
            settings.minimumReplicatesForReplacement = minimumReplicates
            context = ModelContext(
                design: DesignMatrix(columnNames: columns, values: values, sampleCount: sampleNames.count),
                sizeFactors: try reference.table("expected_size_factors_\(name).tsv").doubles("sizeFactor"),
                settings: settings)
            table = try reference.table("expected_genes_\(name).tsv.gz")
            geneWise = GeneWiseDispersions(estimating: block, in: context)
            let dispFit = try table.doubles("dispFit")
            let estimates = try table.doubles("dispGeneEst")
            let residuals = names.indices.filter { estimates[$0] >= 1e-6 }.map {
                StatisticalKernels.log(estimates[$0]) - StatisticalKernels.log(dispFit[$0])
            }
            let centre = Self.median(residuals)
            let deviation = 1.4826 * Self.median(residuals.map { ($0 - centre).magnitude })
            let residualDegrees = Double(sampleNames.count - columns.count)
            let prior = DispersionPrior(
                varLogDispEsts: deviation * deviation,
                priorVariance: max(deviation * deviation - trigamma(residualDegrees / 2), 0.25))
            fits = ModelFits(
                fitting: block, geneWise: geneWise, dispFit: dispFit, prior: prior, in: context)
        }

        private static func median(_ values: [Double]) -> Double {
            let sorted = values.sorted()
            return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
    }

    @Test(arguments: [
        ("cond", ["Intercept", "cond_B_vs_A"]),
        ("batch_age_cond", ["Intercept", "batch_y_vs_x", "batch_z_vs_x", "age", "cond_B_vs_A"]),
    ])
    func agrees(name: String, columns: [String]) throws {
        let run = try Run(name, design: columns)
        let names = run.names
        let nearLimit = "g007"
        let iterations = try run.table.doubles("betaIter")
        let meanIterations =
            run.table.position(ofColumn: "muIter") == nil ? iterations : try run.table.doubles("muIter")
        let estimates = try run.table.doubles("dispGeneEst")
        func isComparable(_ row: Int) -> Bool { !(iterations[row] >= 100) && !(meanIterations[row] >= 100) }
        func compare(
            _ values: [Double], _ column: String, isRelative: Bool, where included: (Int) -> Bool,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let expected = try run.table.doubles(column)
            let differences = Differences(
                values, expected, names: names, isRelative: isRelative,
                where: { included($0) && names[$0] != nearLimit })
            #expect(differences.worst < 1e-5, "\(column): \(differences)", sourceLocation: sourceLocation)
            // Log-likelihoods of counts of a billion are near 1e10: the search's 1e-6 is below their last digit.
            let extreme = Differences(
                values, expected, names: names, isRelative: isRelative,
                where: { included($0) && names[$0] == nearLimit })
            #expect(extreme.worst < 1e-2, "\(column): \(extreme)", sourceLocation: sourceLocation)
        }
        try compare(run.geneWise.dispGeneEst, "dispGeneEst", isRelative: true) {
            isComparable($0) && !(estimates[$0] <= 1e-6)
        }
        for row in names.indices where isComparable(row) && estimates[row] <= 1e-6 {
            #expect(run.geneWise.dispGeneEst[row] <= 1e-6)
        }
        try compare(run.fits.dispersion, "dispersion", isRelative: true, where: isComparable)
        for (index, column) in columns.enumerated() {
            let order = columns.count
            try compare(
                names.indices.map { run.fits.beta[$0 * order + index] }, column, isRelative: false,
                where: isComparable)
            try compare(
                names.indices.map { run.fits.standardError[$0 * order + index] }, "SE_" + column, isRelative: true,
                where: isComparable)
        }
        try compare(run.fits.deviance, "deviance", isRelative: true, where: isComparable)
        try compare(run.fits.maxCooks, "maxCooks", isRelative: true, where: isComparable)
    }

    @Test("Replicates are counted as asked")
    func replacement() throws {
        let run = try Run("cond_minrep6", design: ["Intercept", "cond_B_vs_A"], minimumReplicates: 6)
        let expected = try DesignReference("edge").table("expected_replaced_cond_minrep6.tsv")
        let samples = try expected.strings("sample")
        let replaced = try expected.integers("replaced")
        let wanted = Set(
            expected.strings(column: 0).indices.map {
                "\(expected.string(row: $0, column: 0)) \(samples[$0]) \(replaced[$0])"
            })
        let width = run.sampleNames.count
        var found: Set<String> = []
        for replacement in run.fits.replacedCounts {
            for (sample, count) in replacement.counts.enumerated()
            where count != run.block.counts[replacement.gene * width + sample] {
                found.insert("\(run.names[replacement.gene]) \(run.sampleNames[sample]) \(count)")
            }
        }
        #expect(found == wanted)
    }
}
