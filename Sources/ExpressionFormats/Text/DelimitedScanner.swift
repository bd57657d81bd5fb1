import ExpressionData

/// Walks through a delimited file, one row at a time.
struct DelimitedScanner {
    /// The next byte to look at.
    private(set) var position: Int

    /// The line `position` is on, from 1.
    private(set) var line = 1

    /// Begins behind the UTF-8 byte order mark, if there is one.
    init(skippingMarkOf bytes: UnsafeBufferPointer<UInt8>) {
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Begins at a text's first byte, which is on the given line of the file.
    init(at line: Int) {
        position = 0
        self.line = line
    }

    /// Skips lines that begin with `#`, up to one that is the header.
    ///
    /// Programs write such lines above a header, and some a `#` into the
    /// header itself, as in `#gene`. It is the header if it has a tab, other
    /// than those at its end with which spreadsheets pad lines; if it has none,
    /// and the line below does not begin with `#`, if it has as many commas (or
    /// semicolons) as that line or, as R writes it, one less.
    mutating func skipComments(_ bytes: UnsafeBufferPointer<UInt8>, delimiter: Delimiter?) {
        while position < bytes.count, bytes[position] == UInt8(ascii: "#") {
            let end = bytes[position...].firstIndex(of: newline) ?? bytes.count
            let next = min(end + 1, bytes.count)
            if isHeader(bytes[position..<end], above: bytes[next...].prefix { $0 != newline }, delimiter) { return }
            position = next
            line += 1
        }
    }

    private func isHeader(
        _ line: Slice<UnsafeBufferPointer<UInt8>>, above next: Slice<UnsafeBufferPointer<UInt8>>,
        _ delimiter: Delimiter?
    ) -> Bool {
        if Self.separators(in: line, (delimiter ?? .tab).byte) > 0 { return true }
        guard delimiter == nil, next.first != UInt8(ascii: "#") else { return false }
        let other = Self.likelyDelimiter(of: next)
        let count = Self.separators(in: line, other.byte)
        // `# one, two` is rather a comment, unless numbers follow.
        let isSpaced = line.dropFirst().first == UInt8(ascii: " ")
        let hasNumbers = next.split(separator: other.byte).dropFirst().contains {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0[$0.startIndex]
        }
        guard !isSpaced || hasNumbers else { return false }
        return other != .tab && count > 0 && [0, 1].contains(Self.separators(in: next, other.byte) - count)
    }

    /// How many separators stand in a line, other than in quotes and at its end.
    private static func separators(in line: Slice<UnsafeBufferPointer<UInt8>>, _ separator: UInt8) -> Int {
        var (count, trailing, isQuoted) = (0, 0, false)
        for byte in line {
            switch byte {
            case quote:
                isQuoted.toggle()
                trailing = 0
            case separator where !isQuoted:
                count += 1
                trailing += 1
            case UInt8(ascii: " "), carriageReturn: break
            default: trailing = 0
            }
        }
        return count - trailing
    }

    /// What the current line's fields are separated by.
    func likelyDelimiter(_ bytes: UnsafeBufferPointer<UInt8>) -> Delimiter {
        Self.likelyDelimiter(of: bytes[position...].prefix { $0 != newline })
    }

    /// A tab if the line has one, else the more frequent of comma and semicolon if it has one, else a tab.
    private static func likelyDelimiter(of line: Slice<UnsafeBufferPointer<UInt8>>) -> Delimiter {
        if line.contains(Delimiter.tab.byte) { return .tab }
        let commas = separators(in: line, Delimiter.comma.byte)
        let semicolons = separators(in: line, Delimiter.semicolon.byte)
        return commas == 0 && semicolons == 0 ? .tab : semicolons > commas ? .semicolon : .comma
    }

    /// Appends the next row's fields; returns nil at the end of the file.
    mutating func nextRow(
        _ bytes: UnsafeBufferPointer<UInt8>, delimiter: Delimiter, fields: inout [DelimitedText.Field],
        unescaped: inout [UInt8], file: String
    ) throws -> DelimitedText.Row? {
        skipBlankLines(bytes)
        guard position < bytes.count else { return nil }
        let first = fields.count
        let firstLine = line
        let separator = delimiter.byte
        while true {
            if position < bytes.count, bytes[position] == quote {
                fields.append(try quotedField(bytes, delimiter: delimiter, unescaped: &unescaped, file: file))
            } else {
                let start = position
                while position < bytes.count, bytes[position] != separator, bytes[position] != newline { position += 1 }
                var end = position
                let isLast = position == bytes.count || bytes[position] == newline
                if isLast, end > start, bytes[end - 1] == carriageReturn { end -= 1 }
                fields.append(DelimitedText.Field(start: start, end: end))
            }
            guard position < bytes.count, bytes[position] == separator else { break }
            position += 1
        }
        // Here stands a line end, or the file's.
        if position < bytes.count {
            position += 1
            line += 1
        }
        return DelimitedText.Row(line: firstLine, fields: first..<fields.count)
    }

    private mutating func skipBlankLines(_ bytes: UnsafeBufferPointer<UInt8>) {
        while position < bytes.count {
            if bytes[position] == newline {
                position += 1
            } else if bytes[position] == carriageReturn, position + 1 < bytes.count, bytes[position + 1] == newline {
                position += 2
            } else {
                return
            }
            line += 1
        }
    }

    /// Reads a field that begins with a quote; ends at the delimiter, the line's end or the file's.
    private mutating func quotedField(
        _ bytes: UnsafeBufferPointer<UInt8>, delimiter: Delimiter, unescaped: inout [UInt8], file: String
    ) throws -> DelimitedText.Field {
        let start = position + 1
        let firstLine = line
        var content: [UInt8]?  // Only when a doubled quote makes it differ from the file.
        position = start
        while position < bytes.count {
            let byte = bytes[position]
            if byte == quote {
                if position + 1 < bytes.count, bytes[position + 1] == quote {
                    if content == nil { content = Array(bytes[start..<position]) }
                    content?.append(quote)
                    position += 2
                    continue
                }
                break
            }
            if byte == newline {
                if delimiter == .tab { break }
                line += 1
            }
            content?.append(byte)
            position += 1
        }
        guard position < bytes.count, bytes[position] == quote else {
            throw InputError(
                file: file, line: firstLine, "a quote is opened and not closed",
                remedy: "Close it, or write the field without quotes.")
        }
        let end = position
        position += 1
        if position < bytes.count, bytes[position] == carriageReturn,
            position + 1 == bytes.count || bytes[position + 1] == newline
        {
            position += 1
        }
        guard position == bytes.count || bytes[position] == delimiter.byte || bytes[position] == newline else {
            throw InputError(
                file: file, line: line, "text follows a closing quote",
                remedy: "A quoted field ends at its closing quote; double a quote that belongs to the text.")
        }
        guard let content else { return DelimitedText.Field(start: start, end: end) }
        let offset = bytes.count + unescaped.count
        unescaped += content
        return DelimitedText.Field(start: offset, end: offset + content.count)
    }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let quote = UInt8(ascii: "\"")
