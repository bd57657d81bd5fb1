import ExpressionData

/// Names in a text file, one on each line.
package struct NameList: Sendable {
    private let fileName: String
    private let names: [(name: String, line: Int)]

    /// Reads a file; spaces at both ends and empty lines do not count.
    ///
    /// - Throws: `InputError` when there is no name.
    package static func read(_ file: InputFile) throws -> NameList {
        let text = String(decoding: try file.bytes, as: UTF8.self)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let names = lines.enumerated().compactMap { position, line -> (String, Int)? in
            let name = line.trimmed
            return name.isEmpty ? nil : (name, position + 1)
        }
        guard !names.isEmpty else {
            throw InputError(file: file.name, "the file holds no names", remedy: "Give one name on each line.")
        }
        return NameList(fileName: file.name, names: names)
    }

    /// Returns the positions of the names among others, ascending and each once.
    ///
    /// - Throws: `InputError` that names the first one that is not there.
    package func positions(among others: [String]) throws -> [Int] {
        let position = Dictionary(zip(others, others.indices), uniquingKeysWith: { first, _ in first })
        let found = try names.map { entry in
            guard let found = position[entry.name] ?? position[GeneVersion.stripped(entry.name)] else {
                let missing = names.count { position[$0.name] == nil }
                throw InputError(
                    file: fileName, line: entry.line, gene: entry.name,
                    "the counts have no such gene" + (missing > 1 ? ", nor \(missing - 1) others of this list" : ""),
                    remedy: "Name genes as the first column of the counts does, one on each line.")
            }
            return found
        }
        return Set(found).sorted()
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
