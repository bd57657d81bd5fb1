import ExpressionData

/// One sample's file of salmon, kallisto or RSEM.
struct Quantification {
    let names: [String]

    /// Transcripts per million.
    let abundances: [Double]

    /// Estimated numbers of reads.
    let counts: [Double]

    /// Effective lengths in bases.
    let lengths: [Double]

    /// Which columns hold what.
    struct Layout {
        let name: String
        let abundance: String
        let count: String
        let length: String

        static func of(_ format: CountsFormat, isGeneLevel: Bool) -> Layout {
            switch format {
            case .kallisto: Layout(name: "target_id", abundance: "tpm", count: "est_counts", length: "eff_length")
            case .rsem:
                Layout(
                    name: isGeneLevel ? "gene_id" : "transcript_id", abundance: "TPM", count: "expected_count",
                    length: "effective_length")
            default: Layout(name: "Name", abundance: "TPM", count: "NumReads", length: "EffectiveLength")
            }
        }
    }

    init(_ file: InputFile, layout: Layout, sample: String) throws {
        let table = try DelimitedTable(file, delimiter: .tab)
        for column in [layout.name, layout.length, layout.abundance, layout.count]
        where table.position(ofColumn: column) == nil {
            throw InputError(
                file: file.name, sample: sample, "there is no column \(column)",
                remedy: "Expected \(layout.name), \(layout.length), \(layout.count) and \(layout.abundance); "
                    + "choose the program that wrote the file with --counts-format.")
        }
        try self.init(
            names: table.strings(layout.name), abundances: Self.numbers(layout.abundance, in: table, sample: sample),
            counts: Self.numbers(layout.count, in: table, sample: sample),
            lengths: Self.numbers(layout.length, in: table, sample: sample), fileName: file.name, sample: sample)
    }

    /// Takes what was read already.
    ///
    /// - Throws: `InputError` when there is not a single transcript.
    init(
        names: [String], abundances: [Double], counts: [Double], lengths: [Double], fileName: String, sample: String
    ) throws {
        guard !names.isEmpty else {
            throw InputError(
                file: fileName, sample: sample, "the file has a header and no rows",
                remedy: "Expected one line per transcript.")
        }
        self.names = names
        self.abundances = abundances
        self.counts = counts
        self.lengths = lengths
    }

    private static func numbers(_ column: String, in table: DelimitedTable, sample: String) throws -> [Double] {
        let numbers = try table.doubles(column)
        if let row = numbers.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
            throw InputError(
                file: table.fileName, line: table.line(ofRow: row), sample: sample, column: column,
                "\"\(table.string(row: row, column: table.position(ofColumn: column)!))\" is not a number of at least 0",
                remedy: "Quantify the sample again.")
        }
        return numbers
    }
}
