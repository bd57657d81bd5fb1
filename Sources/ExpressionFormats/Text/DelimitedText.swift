import ExpressionData

/// What separates the fields of a line.
package enum Delimiter: Sendable {
    case tab
    case comma

    /// As spreadsheets write tables where the comma stands in numbers.
    case semicolon

    var byte: UInt8 {
        switch self {
        case .tab: UInt8(ascii: "\t")
        case .comma: UInt8(ascii: ",")
        case .semicolon: UInt8(ascii: ";")
        }
    }

    var name: String {
        switch self {
        case .tab: "tab"
        case .comma: "comma"
        case .semicolon: "semicolon"
        }
    }
}

/// A delimited file cut into lines and fields, without any meaning yet.
struct DelimitedText {
    /// Where a field's text stands in `bytes`.
    struct Field: Sendable {
        var start: Int
        var end: Int
    }

    struct Row {
        /// In the file, from 1.
        var line: Int

        /// In the text's `fields`.
        var fields: Range<Int>
    }

    let delimiter: Delimiter

    /// The file's bytes, followed by the text of those quoted fields that had doubled quotes.
    private(set) var bytes: [UInt8]

    let fields: [Field]

    /// Lines that are neither blank nor comments above the header.
    let rows: [Row]

    init(_ file: InputFile, delimiter: Delimiter? = nil) throws {
        bytes = try file.bytes
        var (fields, rows, unescaped) = ([Field](), [Row](), [UInt8]())
        fields.reserveCapacity(bytes.count / 8)
        self.delimiter = try bytes.withUnsafeBufferPointer { bytes in
            var scanner = DelimitedScanner(skippingMarkOf: bytes)
            scanner.skipComments(bytes, delimiter: delimiter)
            let delimiter = delimiter ?? scanner.likelyDelimiter(bytes)
            while let row = try scanner.nextRow(
                bytes, delimiter: delimiter, fields: &fields, unescaped: &unescaped, file: file.name)
            {
                rows.append(row)
            }
            return delimiter
        }
        self.fields = fields
        self.rows = rows
        bytes += unescaped
    }

    func string(_ field: Field) -> String {
        bytes.withUnsafeBufferPointer { $0.string(field) }
    }

    /// How many fields a row has up to the last one with content.
    func contentCount(of row: Row) -> Int {
        var end = row.fields.upperBound
        while end > row.fields.lowerBound, isBlank(fields[end - 1]) { end -= 1 }
        return end - row.fields.lowerBound
    }

    /// Whether a row has no content, as those have with which spreadsheets pad tables.
    func isBlank(_ row: Row) -> Bool { contentCount(of: row) == 0 }

    private func isBlank(_ field: Field) -> Bool { bytes[field.start..<field.end].allSatisfy { $0 == blank } }
}

extension UnsafeBufferPointer<UInt8> {
    func text(_ field: DelimitedText.Field) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: self[field.start..<field.end])
    }

    /// A field's text where that of fields with doubled quotes stands apart.
    func string(_ field: DelimitedText.Field, _ unescaped: [UInt8]) -> String {
        field.end <= count
            ? string(field) : String(decoding: unescaped[field.start - count..<field.end - count], as: UTF8.self)
    }

    /// A field's text; bytes that are not UTF-8 become replacement characters.
    func string(_ field: DelimitedText.Field) -> String {
        String(decoding: text(field), as: UTF8.self)
    }

    /// A field's text without the blanks around it.
    func trimmed(_ field: DelimitedText.Field) -> UnsafeBufferPointer<UInt8> {
        var (start, end) = (field.start, field.end)
        while start < end, self[start] == UInt8(ascii: " ") { start += 1 }
        while start < end, self[end - 1] == UInt8(ascii: " ") { end -= 1 }
        return UnsafeBufferPointer(rebasing: self[start..<end])
    }
}

private let blank = UInt8(ascii: " ")
