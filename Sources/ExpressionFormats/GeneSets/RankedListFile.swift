import ExpressionData

/// Ranked gene lists in the RNK format: a gene and its score, separated by a tab (or a comma, a semicolon, blanks).
package enum RankedListFile {
    package struct Content: Equatable, Sendable {
        package var list: RankedGeneList
        package var warnings: [InputWarning] = []
    }

    /// Reads a list and sorts it by descending score; equal scores keep their order in the file.
    ///
    /// Blank lines and lines that begin with `#` are skipped. The first line is
    /// a header if its first field is `Name`, its second `Rank` (in any case),
    /// or its second no number, not even one with a decimal comma. Quotes around a field are removed. Rows whose
    /// score is empty, `NA` or `NaN` are dropped with a warning; infinite scores stay.
    ///
    /// - Parameter singlePrecision: Whether scores are rounded to float32 before anything else, as
    ///   the GSEA desktop program does: scores that differ less are then ties.
    /// - Throws: `InputError` for a file without scores, a line with other than
    ///   two fields, a gene without a name and a score that is no number.
    package static func read(
        _ file: InputFile, duplicates: DuplicateRule = .lowestScore, singlePrecision: Bool = false
    ) throws -> Content {
        var reader = Reader(file: file)
        try reader.read()
        if singlePrecision { reader.scores = reader.scores.map { Double(Float($0)) } }
        var warnings = reader.warnings
        let (genes, scores, repeated) = resolved(reader.genes, reader.scores, by: duplicates)
        if !repeated.isEmpty {
            let rule =
                switch duplicates {
                case .lowestScore: "the lowest score"
                case .highestScore: "the highest score"
                case .largestMagnitude: "the score farthest from zero"
                }
            warnings.append(
                InputWarning(
                    .warning, place: InputPlace(file: file.name),
                    "\(counted(repeated.count, "gene")) listed more than once, \(rule) was kept: "
                        + listed(repeated, limit: 5)))
        }
        warnings += GeneNameRemarks.remarks(on: genes, file: file.name)
        if genes.count > 1, let first = scores.first, scores.allSatisfy({ $0 == first }) {
            warnings.append(
                InputWarning(
                    .warning, place: InputPlace(file: file.name),
                    "all \(grouped(genes.count)) genes have the same score, \(decimal(first)): the list ranks nothing, "
                        + "and enrichment would only show the order of its lines"))
        }
        warnings += remarks(onSignsOf: scores, file: file.name)
        return Content(list: RankedGeneList(genes: genes, scores: scores), warnings: warnings)
    }

    /// What to say of scores without a direction: p-values, or magnitudes. fgsea warns as well.
    private static func remarks(onSignsOf scores: [Double], file: String) -> [InputWarning] {
        guard scores.count >= leastWithBothSigns, Set(scores).count > 1,
            scores.allSatisfy({ $0 > 0 }) || scores.allSatisfy({ $0 < 0 })
        else { return [] }
        let isShare = scores.allSatisfy { $0 > 0 && $0 <= 1 }
        let text =
            "all \(grouped(scores.count)) scores are \(scores[0] > 0 ? "above" : "below") 0"
            + (isShare ? " and at most 1, as p-values are" : "")
            + ": a set at the end of the list has weak scores and is not down; "
            + "rank by signed scores, such as a fold change or Wald statistic"
        return [InputWarning(.warning, place: InputPlace(file: file), text)]
    }

    /// Fewer genes may all go one way.
    private static let leastWithBothSigns = 20

    package static func read(path: String, duplicates: DuplicateRule = .lowestScore) throws -> Content {
        try read(InputFile(path: path), duplicates: duplicates)
    }

    /// Keeps one occurrence of every gene, in the order of the occurrences kept.
    ///
    /// The order matters among equal scores only: of two equal occurrences the
    /// lowest rule keeps the later one, which is the one that stands lower.
    package static func resolved(
        _ genes: [String], _ scores: [Double], by rule: DuplicateRule
    ) -> (genes: [String], scores: [Double], repeated: [String]) {
        var kept: [String: Int] = [:]
        kept.reserveCapacity(genes.count)
        var repeated: [String] = []
        var isRepeated: Set<String> = []
        for (row, gene) in genes.enumerated() {
            guard let other = kept[gene] else {
                kept[gene] = row
                continue
            }
            if isRepeated.insert(gene).inserted { repeated.append(gene) }
            let (new, old) = (scores[row], scores[other])
            let replaces =
                switch rule {
                case .lowestScore: new <= old
                case .highestScore: new > old
                case .largestMagnitude: new.magnitude > old.magnitude || (new.magnitude == old.magnitude && new > old)
                }
            if replaces { kept[gene] = row }
        }
        guard !repeated.isEmpty else { return (genes, scores, []) }
        let rows = genes.indices.filter { kept[genes[$0]] == $0 }
        return (rows.map { genes[$0] }, rows.map { scores[$0] }, repeated)
    }
}

/// The rows of one file, before they are sorted.
private struct Reader {
    let file: InputFile
    var genes: [String] = []
    var scores: [Double] = []
    var warnings: [InputWarning] = []

    /// What stands between gene and score, as the first line shows; nil before it.
    private var separator: UInt8?

    init(file: InputFile) {
        self.file = file
    }

    mutating func read() throws {
        var dropped: [String] = []
        var infinite: [String] = []
        var isFirst = true
        try file.bytes.withUnsafeBufferPointer { bytes in
            var lines = Lines(bytes)
            while let line = lines.next() {
                let trimmed = line.trimmedText
                if trimmed.allSatisfy({ $0 == UInt8(ascii: "\t") }) || trimmed[0] == UInt8(ascii: "#") { continue }
                if separator == nil { chooseSeparator(of: trimmed) }
                let fields = try fields(of: line, number: lines.number)
                defer { isFirst = false }
                let score = NumberText.double(fields.score)
                if isFirst, isHeader(fields, score: score, line: lines.number) { continue }
                let gene = fields.gene.string
                guard !gene.isEmpty else {
                    throw InputError(
                        file: file.name, line: lines.number, "the gene has no name",
                        remedy: "Expected a gene and its score, separated by a tab.")
                }
                if let score {
                    if score.isInfinite { infinite.append(gene) }
                    genes.append(gene)
                    scores.append(score)
                } else if NumberText.isMissing(fields.score) {
                    dropped.append(gene)
                } else {
                    if NumberText.double(fields.gene) != nil {
                        throw InputError(
                            file: file.name, line: lines.number,
                            "the score seems to stand before the gene: \(gene), then \(fields.score.string)",
                            remedy: "Put the gene first and its score second.")
                    }
                    throw InputError(
                        file: file.name, line: lines.number, gene: gene,
                        "the score \"\(fields.score.string)\" is not a number"
                            + (DecoratedNumbers.fault(of: fields.score.string).map { ": " + $0 } ?? ""),
                        remedy: "Expected a decimal number, Infinity, or NA where there is no score.")
                }
            }
        }
        let place = InputPlace(file: file.name)
        if !dropped.isEmpty {
            let text = "\(counted(dropped.count, "gene")) without a score dropped: \(listed(dropped, limit: 5))"
            warnings.append(InputWarning(.warning, place: place, text))
        }
        if !infinite.isEmpty {
            let text = "\(counted(infinite.count, "gene")) with an infinite score: \(listed(infinite, limit: 5))"
            warnings.append(InputWarning(.warning, place: place, text))
        }
        guard !genes.isEmpty else {
            throw InputError(
                file: file.name, "the file holds no score",
                remedy: "Expected one line per gene: its name and its score, separated by a tab.")
        }
    }

    private typealias Fields = (gene: UnsafeBufferPointer<UInt8>, score: UnsafeBufferPointer<UInt8>)

    private func fields(of line: UnsafeBufferPointer<UInt8>, number: Int) throws -> Fields {
        var fields = line.split(separator: separator ?? tab, omittingEmptySubsequences: separator == blank)
            .map { UnsafeBufferPointer(rebasing: $0) }
        // Spreadsheets pad lines.
        while fields.count > 2, fields.last!.trimmedText.isEmpty { fields.removeLast() }
        guard fields.count == 2 else {
            throw InputError(
                file: file.name, line: number, "the line has \(counted(fields.count, "field"))",
                remedy: "Expected a gene and its score, separated by a tab."
                    + (fields.count > 2
                        ? " Of a table of results keep two columns: the gene, and the statistic that ranks it, such as stat."
                        : ""))
        }
        return (withoutQuotes(fields[0].trimmedText), withoutQuotes(fields[1].trimmedText))
    }

    /// A tab if the first line has one, else a semicolon, a comma, or blanks, whichever it has.
    private mutating func chooseSeparator(of line: UnsafeBufferPointer<UInt8>) {
        let others = [tab, UInt8(ascii: ";"), UInt8(ascii: ","), blank]
        let found = others.first { line.contains($0) } ?? tab
        separator = found
        guard found != tab else { return }
        let name = found == blank ? "blanks" : found == UInt8(ascii: ",") ? "commas" : "semicolons"
        let text = "genes and scores are separated by \(name), not by tabs, and were read so"
        warnings.append(InputWarning(.note, place: InputPlace(file: file.name), text))
    }

    private func withoutQuotes(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        let quote = UInt8(ascii: "\"")
        guard text.count >= 2, text.first == quote, text.last == quote else { return text }
        return UnsafeBufferPointer(rebasing: text[1..<text.count - 1])
    }

    private mutating func isHeader(_ fields: Fields, score: Double?, line: Int) -> Bool {
        let isNamed = fields.gene.string.lowercased() == "name" || fields.score.string.lowercased() == "rank"
        if isNamed, score != nil {
            let place = InputPlace(file: file.name, line: line)
            let text =
                "the line was taken for a header, as its first field is \(fields.gene.string); "
                + "put a header above it if this is a gene"
            warnings.append(InputWarning(.warning, place: place, text))
        }
        guard !isNamed, score == nil else { return isNamed }
        guard NumberText.double(fields.gene) == nil else { return false }
        return !NumberText.isMissing(fields.score) && DecoratedNumbers.fault(of: fields.score.string) == nil
    }
}

private let tab = UInt8(ascii: "\t")
private let blank = UInt8(ascii: " ")
