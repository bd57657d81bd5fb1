import ExpressionData

/// Which gene each transcript belongs to.
package struct TranscriptGenes: Sendable {
    /// The file's name, for messages.
    let fileName: String

    private let genes: [String: String]

    /// Transcripts that the table has without a gene.
    private let withoutGene: Set<String>

    private(set) var warnings: [InputWarning] = []

    /// How names of transcripts are cut before they are looked up.
    enum Cut: CaseIterable {
        case none
        /// `ENST1.2|ENSG1.3|…` as GENCODE's sequences are called, to `ENST1.2`.
        case afterBar
        /// `ENST1.2` to `ENST1`, in both files.
        case version
        case barAndVersion

        func callAsFunction(_ name: String) -> String {
            switch self {
            case .none: name
            case .afterBar: String(name.prefix { $0 != "|" })
            case .version: String(name.prefix { $0 != "." })
            case .barAndVersion: String(name.prefix { $0 != "." && $0 != "|" })
            }
        }

        var explanation: String {
            switch self {
            case .none: ""
            case .afterBar: "names of transcripts are cut at their first |"
            case .version: "versions of transcripts are left out of account"
            case .barAndVersion: "names of transcripts are cut at their first |, and versions are left out of account"
            }
        }
    }

    /// Reads a table with transcripts in its first column and genes in its second,
    /// separated by tabs, commas or semicolons; a header does no harm, as no transcript is called so.
    ///
    /// A gene that is empty, or a spelling of `MissingValue`, is none.
    ///
    /// - Throws: `InputError`.
    package init(_ file: InputFile) throws {
        fileName = file.name
        let text = try DelimitedText(file)
        var genes: [String: String] = [:]
        var conflicting: [String] = []
        var withoutGene: Set<String> = []
        for row in text.rows where !text.isBlank(row) {
            let fields = text.fields[row.fields].prefix(2).map { trimmed(text.string($0)) }
            guard fields.count == 2, !fields[0].isEmpty else {
                throw InputError(
                    file: file.name, line: row.line, "the line does not name a transcript and its gene",
                    remedy: "Expected the transcript and the gene in the first two columns.")
            }
            if MissingValue.isCertain(fields[1]) || MissingValue.isPossible(fields[1]) {
                withoutGene.insert(fields[0])
            } else if let first = genes[fields[0]] {
                if first != fields[1] { conflicting.append(fields[0]) }
            } else {
                genes[fields[0]] = fields[1]
            }
        }
        guard !genes.isEmpty else {
            throw InputError(file: file.name, "the file is empty", remedy: "Expected one line per transcript.")
        }
        if !conflicting.isEmpty {
            warnings = [
                InputWarning(
                    .warning, place: InputPlace(file: file.name),
                    "\(counted(conflicting.count, "transcript")) \(conflicting.count == 1 ? "has" : "have") two genes, of "
                        + "which the first is taken: \(listed(conflicting, limit: 3))")
            ]
        }
        warnings += GeneNameRemarks.remarks(on: Set(genes.values).sorted(), file: file.name)
        self.genes = genes
        self.withoutGene = withoutGene.subtracting(genes.keys)
    }

    /// How many of the transcripts the table has without a gene.
    func countWithoutGene(among transcripts: [String], cut: Cut) -> Int {
        let names = cut == .version || cut == .barAndVersion ? Set(withoutGene.map { Cut.version($0) }) : withoutGene
        return transcripts.count { names.contains(cut($0)) }
    }

    /// The gene of every transcript, nil where the table has none, by the first
    /// way of cutting names by which any is found.
    ///
    /// - Throws: `InputError` when no transcript is found.
    func genes(of transcripts: [String], in quantification: String) throws -> (genes: [String?], cut: Cut) {
        for cut in Cut.allCases {
            var table = genes
            if cut == .version || cut == .barAndVersion {
                table = Dictionary(genes.map { (Cut.version($0.key), $0.value) }) { first, _ in first }
            }
            let found = transcripts.map { table[cut($0)] }
            if found.contains(where: { $0 != nil }) { return (found, cut) }
        }
        let examples = genes.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.prefix(3)
        throw InputError(
            file: fileName,
            "none of the \(transcripts.count) transcripts of \(quantification) is in the table: it has "
                + "\(listed(Array(examples))), the quantification has \(listed(Array(transcripts.prefix(3))))",
            remedy: "Make the table from the annotation that the transcripts were quantified with.")
    }
}
