import ExpressionData

/// `reads: {sheet: sheet.csv, reference: genome.fa, annotation: genes.gtf}`, in the place of `counts`.
package struct ReadsSource: Sendable, Equatable {
    package var sheet: String
    package var reference: String
    package var annotation: String

    /// What stands for the counts until they are made, below the folder of the results.
    package static let countsName = "reads/counts.tsv.gz"

    /// Where the genes' lengths are once the counts are made, beside them.
    static func lengthsName(besideCounts counts: String) -> String {
        String(counts.prefix(counts.count - countsName.count)) + "reads/gene_lengths.tsv"
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
