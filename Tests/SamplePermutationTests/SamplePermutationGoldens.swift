import DifferentialExpression
import ExpressionData
import ExpressionFormats
import Foundation

import SamplePermutation

/// The folders of goldens of the score statistics: the reference's beside the checkout, and the project's own.
struct SamplePermutationGoldens {
    let folder: URL

    private static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let shared = package.deletingLastPathComponent().appending(path: "shared/reference")

    static let reference = SamplePermutationGoldens(folder: shared.appending(path: "sample-permutation"))
    static let own = SamplePermutationGoldens(folder: package.appending(path: "datasets/goldens/sample-permutation"))

    /// Without the reference's folder there is nothing to compare with, except where its absence is a fault.
    static let isPresent =
        FileManager.default.fileExists(atPath: reference.folder.path)
        || ProcessInfo.processInfo.environment["CI"] == "true"

    func table(_ file: String) throws -> DelimitedTable {
        try DelimitedTable(path: folder.appending(path: file).path)
    }

    func doubles(_ file: String, _ column: String) throws -> [Double] { try table(file).doubles(column) }

    /// The columns of a table after the first, by row.
    func rows(_ file: String) throws -> [[Double]] {
        let table = try table(file)
        let columns = try (1..<table.columnCount).map { try table.doubles(column: $0) }
        return (0..<table.rowCount).map { row in columns.map { $0[row] } }
    }

    /// The small problem whose shuffles are all known.
    func tinyProblem() throws -> GoldenProblem {
        let samples = try table("tiny/samples.tsv")
        let batches = try samples.strings("batch")
        return GoldenProblem(
            counts: try Self.counts(table("tiny/counts.tsv")),
            design: DesignMatrix(
                columnNames: ["Intercept", "batch_B_vs_A"],
                values: batches.flatMap { [1, $0 == "B" ? 1 : 0] }, sampleCount: batches.count),
            sizeFactors: try samples.doubles("sizeFactor"), exposure: try samples.doubles("exposure"),
            dispersion: try doubles("tiny/genes.tsv", "dispersion"), strata: batches)
    }

    /// The cohort of 96 patients, with the reference's dispersions.
    static func cohortProblem() throws -> GoldenProblem {
        let folder = SamplePermutationGoldens(folder: shared.appending(path: "de/cohort"))
        let counts = try counts(folder.table("counts.tsv.gz"))
        let sheet = try folder.table("samples.tsv")
        let names = try sheet.strings("sample")
        let rowOfSample = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        let rows = counts.sampleNames.map { rowOfSample[$0]! }
        let flowcell = try sheet.strings("flowcell")
        let gender = try sheet.strings("gender")
        let age = try sheet.doubles("age")
        let volume = try sheet.doubles("stir_volume")
        let levels = Array(Set(flowcell)).sorted().dropFirst()
        let values = rows.flatMap { row -> [Double] in
            [1] + levels.map { flowcell[row] == $0 ? 1 : 0 } + [age[row], gender[row] == "M" ? 1 : 0]
        }
        let permutations = try reference.table("permutations.tsv")
        return GoldenProblem(
            counts: counts,
            design: DesignMatrix(
                columnNames: ["Intercept"] + levels.map { "flowcell_\($0)" } + ["age", "gender_M_vs_F"],
                values: values, sampleCount: rows.count),
            sizeFactors: try permutations.doubles("sizeFactor"), exposure: rows.map { volume[$0] },
            dispersion: try reference.doubles("score_observed.tsv.gz", "dispersion"),
            strata: rows.map { flowcell[$0] })
    }

    private static func counts(_ table: DelimitedTable) throws -> CountMatrix {
        let columns = try (1..<table.columnCount).map { try table.doubles(column: $0) }
        var counts: [Int32] = []
        counts.reserveCapacity(table.rowCount * columns.count)
        for gene in 0..<table.rowCount {
            for column in columns { counts.append(Int32(column[gene])) }
        }
        return CountMatrix(
            geneIDs: table.strings(column: 0), sampleNames: Array(table.columnNames.dropFirst()), counts: counts)
    }
}

/// What a score statistic is computed from.
struct GoldenProblem {
    let counts: CountMatrix
    let design: DesignMatrix
    let sizeFactors: [Double]
    let exposure: [Double]
    let dispersion: [Double]
    let strata: [String]

    var block: CountBlock { CountBlock(counts: counts.counts, sampleCount: counts.sampleNames.count) }

    func model() -> ScoreModel {
        ScoreModel(fitting: block, design: design, sizeFactors: sizeFactors, dispersion: dispersion)
    }

    /// The values of `values` in another order of samples, by the name of the sample that each takes its own from.
    func taking(_ values: [Double], from names: [String]) -> [Double] {
        let place = Dictionary(uniqueKeysWithValues: counts.sampleNames.enumerated().map { ($1, $0) })
        return names.map { values[place[$0]!] }
    }
}
