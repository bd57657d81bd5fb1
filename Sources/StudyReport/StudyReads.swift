import ExpressionFormats
import Foundation
import StoredRuns

/// What became of the reads that a study's counts were made of: `reads/` in the folder of its results.
package struct StudyReads {
    /// `quality.tsv`, a row for each sample.
    package let columns: [TableColumn]

    /// Aligned and assigned shares of the cohort.
    package let sentences: [String]

    /// The samples that stand apart from the others.
    package let warnings: [String]

    /// Programs by their executables' names, and their versions.
    package let programs: [String: String]

    /// The part of the record of counting that is needed here.
    private struct Record: Decodable {
        /// The SHA-256 of the counts.
        var identity: String
        var programs: [String: String]
    }

    /// Nil for a run whose counts came otherwise, and where the folder was removed.
    ///
    /// - Throws: `InputError` for a `quality.tsv` that is no table.
    init?(of run: StoredRun) throws {
        let folder = run.folder + "/reads"
        // Only the counts that are in the results: a folder may hold what an earlier command has left there.
        guard let counts = run.configuration.inputs.first(where: { $0.role == "counts" })?.sha256,
            let data = FileManager.default.contents(atPath: folder + "/run.json"),
            let record = try? JSONDecoder().decode(Record.self, from: data), record.identity == counts,
            FileManager.default.fileExists(atPath: folder + "/quality.tsv")
        else { return nil }
        try self.init(DelimitedTable(path: folder + "/quality.tsv"), programs: record.programs)
    }

    package init(_ table: DelimitedTable, programs: [String: String]) throws {
        self.programs = programs
        columns = table.columnNames.indices.map { column in
            let name = table.columnNames[column]
            let texts = table.strings(column: column)
            // Numbers need not be guarded against spreadsheets; names stay as they are, also where they are digits.
            return TableColumn(name, name == "sample" ? .strings(texts) : .init(read: texts))
        }
        let (names, flags) = (try table.strings("sample"), try table.strings("flags"))
        warnings = zip(names, flags).filter { !$1.isEmpty }.map { name, flags in
            "The reads of sample \(name) stand apart from the others' (\(flags.split(separator: ";").joined(separator: ", ")))."
        }
        func numbers(_ name: String) throws -> [Double] { try table.strings(name).compactMap { Double($0) } }
        let pairs = try table.strings("layout").allSatisfy { $0 == "paired" }
        let reads = try numbers("reads").reduce(0, +)
        sentences = [
            "Of \(NumberWords.grouped(Int(reads))) \(pairs ? "read pairs" : "reads") of "
                + "\(NumberWords.counted(names.count, "sample")), "
                + "\(Self.percent(try numbers("aligned_fraction"))) of the reads were aligned on average, and "
                + "\(Self.percent(try numbers("assigned_fraction"))) of what was aligned was assigned to genes."
        ]
    }

    /// `96.6 % (94.1 to 98.0 %)`: mean, least and greatest over the samples.
    private static func percent(_ fractions: [Double]) -> String {
        guard let least = fractions.min(), let greatest = fractions.max() else { return "an unknown share" }
        func text(_ fraction: Double) -> String { NumberWords.decimals(100 * fraction, 1) }
        let mean = fractions.reduce(0, +) / Double(fractions.count)
        return "\(text(mean)) % (\(text(least)) to \(text(greatest)) %)"
    }
}
