import ExpressionData

extension GeneSetFile {
    /// How a file lays its sets out.
    enum Layout {
        /// A line per set: name, description, genes.
        case gmt

        /// A column per set: name, description, genes.
        case gmx

        /// A gene per line; the file's name is the set's.
        case grp

        /// A line per membership: set and gene.
        case pairs

        /// From the file's name; where that says nothing, a table with two fields on every line holds pairs.
        init(of file: InputFile) throws {
            var name = file.baseName.lowercased()
            if name.hasSuffix(".gz") { name.removeLast(3) }
            if name.hasSuffix(".gmt") {
                self = .gmt
            } else if name.hasSuffix(".gmx") {
                self = .gmx
            } else if name.hasSuffix(".grp") {
                self = .grp
            } else {
                let isPairs = try file.bytes.withUnsafeBufferPointer { bytes in
                    var lines = Lines(bytes)
                    var count = 0
                    while let line = lines.next() {
                        let trimmed = line.trimmedText
                        if trimmed.isEmpty || trimmed[0] == UInt8(ascii: "#") { continue }
                        if Lines.fields(line).count != 2 { return false }
                        count += 1
                    }
                    return count > 0
                }
                self = isPairs ? .pairs : .gmt
            }
        }
    }

    /// The sets of a file that is not a GMT, in the order in which they first occur.
    ///
    /// - Returns: The sets, how many genes were named again in their set, and what to say.
    /// - Throws: `InputError` for a column or pair without a name.
    static func sets(
        of file: InputFile, layout: Layout
    ) throws -> (sets: [GeneSet], repeatedGenes: Int, warnings: [InputWarning]) {
        var sets: [GeneSet] = []
        var positions: [String: Int] = [:]
        var seen: [Set<String>] = []
        var repeated = 0
        var warnings: [InputWarning] = []
        func add(_ gene: String, to set: Int) {
            if gene.isEmpty { return }
            if seen[set].insert(gene).inserted { sets[set].genes.append(gene) } else { repeated += 1 }
        }
        func open(_ name: String, description: String) {
            positions[name] = sets.count
            sets.append(GeneSet(name: name, description: description, source: file.baseName, genes: []))
            seen.append([])
        }
        try file.bytes.withUnsafeBufferPointer { bytes in
            var lines = Lines(bytes)
            var names: [String]?
            var hasDescriptions = false
            while let line = lines.next() {
                let trimmed = line.trimmedText
                if trimmed.allSatisfy({ $0 == UInt8(ascii: "\t") })
                    || (trimmed[0] == UInt8(ascii: "#") && layout != .gmx)
                {
                    continue
                }
                let fields = Lines.fields(line).map(\.trimmedText.string)
                switch layout {
                case .gmt: break
                case .grp:
                    if sets.isEmpty, warnings.isEmpty, geneWords.contains(fields[0].lowercased()) {
                        warnings.append(headerWarning(InputPlace(file: file.name, line: lines.number)))
                        continue
                    }
                    if sets.isEmpty { open(stem(of: file.baseName), description: "") }
                    add(fields[0], to: 0)
                case .pairs:
                    if sets.isEmpty, warnings.isEmpty, isHeader(line) {
                        warnings.append(headerWarning(InputPlace(file: file.name, line: lines.number)))
                        continue
                    }
                    guard fields.count == 2, !fields[0].isEmpty, !fields[1].isEmpty else {
                        throw InputError(
                            file: file.name, line: lines.number, "the line names no set or no gene",
                            remedy: "Expected a set and a gene, separated by a tab.")
                    }
                    if positions[fields[0]] == nil { open(fields[0], description: "") }
                    add(fields[1], to: positions[fields[0]]!)
                case .gmx:
                    guard let columns = names else {
                        let columns = Array(fields.prefix { !$0.isEmpty })
                        guard !columns.isEmpty, fields.dropFirst(columns.count).allSatisfy(\.isEmpty),
                            Set(columns).count == columns.count
                        else {
                            throw InputError(
                                file: file.name, line: lines.number, "a column has no name, or that of another",
                                remedy: "Expected the sets' names in the first line, separated by tabs.")
                        }
                        names = columns
                        for name in columns { open(name, description: "") }
                        continue
                    }
                    for (column, field) in fields.prefix(columns.count).enumerated() {
                        if hasDescriptions { add(field, to: column) } else { sets[column].description = field }
                    }
                    hasDescriptions = true
                }
            }
        }
        return (sets, repeated, warnings)
    }

    private static let geneWords: Set<String> = [
        "gene", "genes", "gene_id", "gene_symbol", "gene symbol", "symbol", "gene_name",
    ]

    /// A file's name without its ending.
    private static func stem(of name: String) -> String {
        var name = name
        for ending in [".gz", ".grp"] where name.lowercased().hasSuffix(ending) { name.removeLast(ending.count) }
        return name
    }
}
