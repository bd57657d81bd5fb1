import ExpressionFormats
import Testing

/// A tab-separated table as a reader has it that knows nothing of who wrote it.
struct ReadTable {
    let header: [String]

    /// By row and column.
    let rows: [[String]]

    init(path: String) throws {
        let text = String(decoding: try InputFile(path: path).content, as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.last == "", "the last line of \(path) has no end")
        lines.removeLast()
        let fields = lines.map(Self.fields)
        header = try #require(fields.first)
        rows = Array(fields.dropFirst())
        for row in rows { #expect(row.count == header.count, "\(path): \(row)") }
    }

    /// The fields of a line; those in quotes may have tabs, and quotes twice.
    private static func fields(of line: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        var characters = line.unicodeScalars.makeIterator()
        var next = characters.next()
        while let character = next {
            next = characters.next()
            if isQuoted {
                if character != "\"" {
                    fields[fields.count - 1].unicodeScalars.append(character)
                } else if next == "\"" {
                    fields[fields.count - 1] += "\""
                    next = characters.next()
                } else {
                    isQuoted = false
                }
            } else if character == "\t" {
                fields.append("")
            } else if character == "\"", fields[fields.count - 1].isEmpty {
                isQuoted = true
            } else {
                fields[fields.count - 1].unicodeScalars.append(character)
            }
        }
        return fields
    }

    func texts(_ column: String) throws -> [String] {
        let position = try #require(header.firstIndex(of: column), "\(column) is none of \(header)")
        return rows.map { $0[position] }
    }

    /// NaN for NA, and nothing else that is no number.
    func doubles(_ column: String) throws -> [Double] {
        try texts(column).map { text in
            if text == "NA" { return .nan }
            return try #require(Double(text), "\(column): \(text)")
        }
    }
}
