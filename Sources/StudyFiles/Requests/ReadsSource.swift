import AnalysisPipeline
import ExpressionData
import ExpressionFormats

/// `reads: {sheet: sheet.csv, reference: genome.fa, annotation: genes.gtf}`, in the place of `counts`.
package struct ReadsSource: Sendable, Equatable {
    package var sheet: String
    package var reference: String
    package var annotation: String

    /// What stands for the counts until they are made, below the folder of the results.
    package static let countsName = "reads/counts.tsv.gz"

    /// Where the genes' lengths are once the counts are made, beside them.
    static func lengthsName(besideCounts counts: String) -> String {
        name("gene_lengths.tsv", besideCounts: counts)
    }

    /// Where what became of each sample's reads is told, beside the counts.
    static func qualityName(besideCounts counts: String) -> String { name("quality.tsv", besideCounts: counts) }

    private static func name(_ file: String, besideCounts counts: String) -> String {
        String(counts.prefix(counts.count - countsName.count)) + "reads/" + file
    }

    /// `quality.tsv`, for the store.
    ///
    /// - Throws: `InputError` for what is no such table.
    static func quality(_ file: InputFile) throws -> [StudyInputs.SampleColumn] {
        let table = try DelimitedTable(file)
        let names = try table.strings("sample")
        return [StudyInputs.SampleColumn(name: "sample", texts: names)]
            + table.columnNames.indices.filter { table.columnNames[$0] != "sample" }.map { column in
                let texts = table.strings(column: column)
                let name = table.columnNames[column]
                return switch TableColumn.Values(read: texts) {
                case .integers(let values):
                    StudyInputs.SampleColumn(name: name, values: .numeric(values.map { $0.map(Double.init) ?? .nan }))
                case .doubles(let values): StudyInputs.SampleColumn(name: name, values: .numeric(values))
                default: StudyInputs.SampleColumn(name: name, texts: texts)
                }
            }
    }

    init(_ value: StudyValue, file: String) throws {
        var mapping = try StudyMapping(value.node, file: file, path: "reads")
        let values = ["sheet", "reference", "annotation"].map { ($0, mapping.optional($0)) }
        try mapping.finish()
        let texts = try values.map { try mapping.required($1, $0).string() }
        (sheet, reference, annotation) = (texts[0], texts[1], texts[2])
    }

    static func besideCounts(file: String, line: Int) -> InputError {
        InputError(
            file: file, line: line, column: "counts", "`counts` and `reads` cannot both be given",
            remedy: "`reads` has the counts made from FASTQ files: leave one of the two out.")
    }
}
