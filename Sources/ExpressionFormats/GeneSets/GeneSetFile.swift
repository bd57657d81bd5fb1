import ExpressionData

/// Gene sets: in the GMT format a name, a description and the genes, separated by tabs.
///
/// Also as columns (GMX), one set of a gene per line (GRP), and pairs of set and gene.
package enum GeneSetFile {
    /// Whose reading of the format to follow.
    package enum Dialect: Sendable {
        /// Names keep their case; an empty description is an empty description.
        case plain

        /// As the GSEA desktop program reads it: names in upper case, and runs
        /// of tabs count as one, so that behind an empty description the first
        /// gene is lost to it.
        case gseaDesktop
    }

    package struct Content: Equatable, Sendable {
        /// In the order of the files and of their lines.
        package var sets: [GeneSet] = []

        package var warnings: [InputWarning] = []
    }

    /// Reads the sets of several files, one after the other.
    ///
    /// Blank lines and lines that begin with `#` are skipped, a gene that is
    /// repeated within its set is dropped, and so are empty fields. A name that
    /// two files share stays two sets, told apart by their source.
    ///
    /// - Throws: `InputError` for a file without sets, a line with fewer than
    ///   two fields, and a name that occurs twice in one file.
    package static func read(_ files: [InputFile], as dialect: Dialect = .plain) throws -> Content {
        var content = Content()
        var sources: [String: String] = [:]
        var shared: [String] = []
        var contents: [(name: String, bytes: [UInt8])] = []
        for file in files {
            let bytes = try file.bytes
            if let other = contents.first(where: { $0.bytes == bytes }) {
                content.warnings.append(
                    InputWarning(
                        .warning, place: InputPlace(file: file.name),
                        "it has the same content as \(other.name), and its sets take part once"))
                continue
            }
            if files.count > 1 { contents.append((file.name, bytes)) }
            let first = content.sets.count
            try append(file, as: dialect, to: &content)
            for set in content.sets[first...] {
                if sources.updateValue(set.source, forKey: set.name) != nil { shared.append(set.name) }
            }
        }
        var seen: Set<String> = []
        for file in files where seen.insert(file.name).inserted {
            let genes = Set(content.sets.lazy.filter { $0.source == file.baseName }.flatMap(\.genes))
            content.warnings += GeneNameRemarks.remarks(on: genes.sorted(), file: file.name)
        }
        if !shared.isEmpty {
            content.warnings.append(
                InputWarning(
                    .warning,
                    "\(counted(shared.count, "set name")) in more than one file, kept apart by source: "
                        + listed(shared, limit: 5)))
        }
        return content
    }

    package static func read(paths: [String], as dialect: Dialect = .plain) throws -> Content {
        try read(paths.map { try InputFile(path: $0) }, as: dialect)
    }

    private static func append(_ file: InputFile, as dialect: Dialect, to content: inout Content) throws {
        var linesOfNames: [String: Int] = [:]
        var names = NameTable()
        var repeatedGenes = 0
        var emptySets: [String] = []
        let source = file.baseName
        try refuseJSON(file)
        let first = content.sets.count
        let layout = try Layout(of: file)
        if layout != .gmt {
            let (sets, repeated, warnings) = try sets(of: file, layout: layout)
            content.warnings += warnings
            for set in sets {
                linesOfNames[set.name] = 0
                if set.genes.isEmpty { emptySets.append(set.name) }
            }
            repeatedGenes = repeated
            content.sets += sets.map { set in
                var set = set
                if dialect == .gseaDesktop { set.name = set.name.uppercased() }
                return set
            }
        }
        if layout == .gmt {
            try file.bytes.withUnsafeBufferPointer { bytes in
                var lines = Lines(bytes)
                var isFirst = true
                while let line = lines.next() {
                    let trimmed = line.trimmedText
                    if trimmed.allSatisfy({ $0 == UInt8(ascii: "\t") }) || trimmed[0] == UInt8(ascii: "#") { continue }
                    let place = InputPlace(file: file.name, line: lines.number)
                    defer { isFirst = false }
                    if isFirst, isHeader(line) {
                        content.warnings.append(headerWarning(place))
                        continue
                    }
                    let set = try set(
                        of: line, as: dialect, at: place, source: source, group: linesOfNames.count, names: &names,
                        repeated: &repeatedGenes)
                    if let first = linesOfNames.updateValue(lines.number, forKey: set.name) {
                        throw InputError(
                            file: file.name, line: lines.number, "the set \(set.name) is already on line \(first)",
                            remedy: "Every set of a file needs a name of its own; rename or remove one of them.")
                    }
                    if set.genes.isEmpty { emptySets.append(set.name) }
                    content.sets.append(set)
                }
            }
        }
        removeWeights(from: &content, since: first, file: file.name)
        guard !linesOfNames.isEmpty else {
            throw InputError(
                file: file.name, "the file holds no gene set",
                remedy: "Expected one line per set: name, description and genes, separated by tabs.")
        }
        let place = InputPlace(file: file.name)
        if repeatedGenes > 0 {
            let text = "\(counted(repeatedGenes, "gene")) named more than once in a set; each was kept once"
            content.warnings.append(InputWarning(.note, place: place, text))
        }
        if !emptySets.isEmpty {
            let text = "\(counted(emptySets.count, "set")) without genes: \(listed(emptySets, limit: 5))"
            content.warnings.append(InputWarning(.warning, place: place, text))
        }
    }

    /// Takes the weights off genes that all have one, as in Enrichr's libraries: `TP53,1.0`.
    private static func removeWeights(from content: inout Content, since first: Int, file: String) {
        var bare: [[String]] = []
        for set in content.sets[first...] {
            var genes: [String] = []
            for gene in set.genes {
                guard let comma = gene.lastIndex(of: ","), comma > gene.startIndex,
                    Double(gene[gene.index(after: comma)...]) != nil
                else { return }
                genes.append(String(gene[..<comma]))
            }
            bare.append(genes)
        }
        guard let example = content.sets[first...].lazy.compactMap(\.genes.first).first else { return }
        for (offset, genes) in bare.enumerated() {
            var seen: Set<String> = []
            content.sets[first + offset].genes = genes.filter { seen.insert($0).inserted }
        }
        let text =
            "every gene has a weight behind it, such as \(example); the weights were left out, and sets have none"
        content.warnings.append(InputWarning(.warning, place: InputPlace(file: file), text))
    }

    /// - Throws: `InputError` for MSigDB's sets as JSON.
    private static func refuseJSON(_ file: InputFile) throws {
        let start = try file.bytes.prefix(256).drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        guard start.first == UInt8(ascii: "{") || start.starts(with: Array("[{".utf8)) else { return }
        throw InputError(
            file: file.name, "this is a JSON file", remedy: "Take the same gene sets as GMT; MSigDB has both.")
    }

    /// Whether a first line names columns and not a set: words such as `name` and `description` in its first two fields.
    static func isHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        let fields = Lines.fields(line).prefix(3).map { $0.trimmedText.unquoted.string.lowercased() }
        return fields.count > 1 && setWords.contains(fields[0]) && otherWords.contains(fields[1])
    }

    static func headerWarning(_ place: InputPlace) -> InputWarning {
        InputWarning(.warning, place: place, "the line was taken for a header and not for a set")
    }

    private static let setWords: Set<String> = [
        "name", "set", "set_name", "setname", "geneset", "gene_set", "gene set", "gs_name", "term", "pathway", "id",
        "standard_name", "collection", "ont",
    ]

    private static let otherWords: Set<String> = [
        "description", "desc", "url", "link", "source", "genes", "gene", "gene_symbol", "gene symbol", "symbol",
        "gene_id", "geneid", "entrez_gene", "ensembl_gene", "members", "term", "name", "gs_description",
    ]

    private static func set(
        of line: UnsafeBufferPointer<UInt8>, as dialect: Dialect, at place: InputPlace, source: String,
        group: Int, names: inout NameTable, repeated: inout Int
    ) throws -> GeneSet {
        var fields = Lines.fields(line)
        if dialect == .gseaDesktop { fields.removeAll { $0.trimmedText.isEmpty } }
        let name = (dialect == .gseaDesktop ? fields[0].trimmedText : fields[0].trimmedText.unquoted).string
        guard !name.isEmpty else {
            throw InputError(
                file: place.file, line: place.line, "the set has no name",
                remedy: "Expected name, description and genes, separated by tabs.")
        }
        guard fields.count > 1 else {
            let hasBlanks = fields[0].contains(UInt8(ascii: " ")) || fields[0].contains(UInt8(ascii: ","))
            throw InputError(
                file: place.file, line: place.line, "the line has one field",
                remedy: "Expected name, description and genes, separated by tabs"
                    + (hasBlanks ? ", not by blanks or commas." : "."))
        }
        var genes: [String] = []
        genes.reserveCapacity(fields.count - 2)
        for field in fields.dropFirst(2) {
            // Spreadsheets put quotes around names.
            let text = dialect == .gseaDesktop ? field.trimmedText : field.trimmedText.unquoted
            if text.isEmpty { continue }
            let (gene, isRepeated) = names.name(text, inGroup: group)
            if isRepeated { repeated += 1 } else { genes.append(gene) }
        }
        return GeneSet(
            name: dialect == .gseaDesktop ? name.uppercased() : name, description: fields[1].trimmedText.string,
            source: source, genes: genes)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Without the quotes around it.
    var unquoted: UnsafeBufferPointer<UInt8> {
        let quote = UInt8(ascii: "\"")
        guard count >= 2, self[0] == quote, self[count - 1] == quote else { return self }
        return UnsafeBufferPointer(rebasing: self[1..<count - 1])
    }
}
