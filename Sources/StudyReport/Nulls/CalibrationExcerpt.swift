import ExpressionData
import ExpressionFormats
import StoredRuns

/// What `modicum calibrate` found of the nulls of a run, in the cells whose size is nearest to it.
package struct CalibrationExcerpt: Sendable {
    /// How often a scheme called what is not there, with the interval that the table has.
    package struct Row: Sendable {
        package let cell: String
        package let scheme: String

        /// `genes`, `co-regulated sets` or `random sets`.
        package let what: String
        package let rate: Double
        package let low: Double
        package let high: Double
        package let holds: Bool
        package let cohorts: Int

        /// As the page has it; shares in per cent.
        var shown: [String] {
            func percent(_ share: Double) -> String { NumberWords.decimals(100 * share, 1) }
            return [
                cell, scheme, what, percent(rate), "\(percent(low)) to \(percent(high))", holds ? "yes" : "no",
                NumberWords.grouped(cohorts),
            ]
        }
    }

    package let rows: [Row]
    package let words: String

    init(_ table: DelimitedTable, for run: StoredRun, bothNulls: BothNulls?) throws {
        let permutations = (run.analyses.map(\.permutation) + [run.permutation]).compactMap { $0 }
        let nulls =
            permutations.map { SetNullWords.Null(run, permutation: $0) }
            + (bothNulls?.analyses.map(\.nulls.there) ?? [])
        var schemes = Set(nulls.compactMap(Self.scheme))
        if permutations.isEmpty || bothNulls != nil { schemes.insert("gene-permutation") }
        try self.init(table, schemes: schemes, samples: run.samples.names.count)
    }

    /// What the table calls the scheme of a null.
    private static func scheme(of null: SetNullWords.Null) -> String? {
        switch null {
        case .permutedGenes: "gene-permutation"
        case .permutedSamples("residual", .robustScore): "robust"
        // Strata and blocks have their columns behind the scheme's name.
        case .permutedSamples(let scheme, _): String(scheme.prefix { $0 != ":" })
        case .permutedLabels: nil
        }
    }

    /// - Parameters:
    ///   - schemes: As the table calls them.
    ///   - samples: How many the study has.
    /// - Throws: `InputError` for a table without these schemes.
    package init(_ table: DelimitedTable, schemes: Set<String>, samples: Int) throws {
        func texts(_ name: String) throws -> [String] { try table.strings(name) }
        let (cells, names, what) = (try texts("cell"), try texts("scheme"), try texts("what"))
        let (quantities, holds) = (try texts("quantity"), try texts("holds"))
        let (rates, low, high) = (try table.doubles("estimate"), try table.doubles("low"), try table.doubles("high"))
        let cohorts = try table.integers("cohorts")
        let known = cells.indices.filter { quantities[$0] == "type1" && schemes.contains(names[$0]) }
        // How many times more samples, or fewer; of two that are as near the smaller one.
        let sizes = Set(known.compactMap { Self.samples(ofCell: cells[$0]) })
        func distance(_ size: Int) -> Double {
            Double(max(size, samples)) / Double(max(1, min(size, samples)))
        }
        guard let nearest = sizes.min(by: { (distance($0), $0) < (distance($1), $1) }) else {
            throw InputError(
                file: "calibration.tsv", "it has no type-I errors of \(schemes.sorted().joined(separator: " or "))",
                remedy: "Give --calibration the folder of `modicum calibrate` with this scheme.")
        }
        rows = known.filter { Self.samples(ofCell: cells[$0]) == nearest }.map { row in
            Row(
                cell: cells[row], scheme: names[row], what: what[row], rate: rates[row], low: low[row], high: high[row],
                holds: holds[row] == "TRUE", cohorts: cohorts[row])
        }
        words =
            "What modicum calibrate found in simulated cohorts of \(nearest) samples with nothing to find; this study has "
            + "\(NumberWords.grouped(samples)). A cell's name says what is the matter with its exposure; "
            + "see \(SetNullWords.page) of the manual."
    }

    /// 24 of `n24-plain`.
    private static func samples(ofCell cell: String) -> Int? { Int(cell.dropFirst().prefix { $0.isNumber }) }

    /// The table on disk, with all digits.
    var columns: [TableColumn] {
        [
            TableColumn("cell", .strings(rows.map(\.cell))), TableColumn("scheme", .strings(rows.map(\.scheme))),
            TableColumn("what", .strings(rows.map(\.what))), TableColumn("estimate", .doubles(rows.map(\.rate))),
            TableColumn("low", .doubles(rows.map(\.low))), TableColumn("high", .doubles(rows.map(\.high))),
            TableColumn("cohorts", .integers(rows.map(\.cohorts))), TableColumn("holds", .booleans(rows.map(\.holds))),
        ]
    }
}
