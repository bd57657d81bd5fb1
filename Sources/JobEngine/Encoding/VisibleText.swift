extension String {
    /// Returns the text with what a terminal would obey written out, such as `\u{1B}` for an escape character.
    ///
    /// Control characters of both ranges, the marks that turn the direction of writing, and line separators; so a text
    /// from another machine can neither move the cursor, nor hide a part of itself, nor pretend to be a second line.
    ///
    /// - Parameter keepingLines: Whether line feeds stay.
    package func visible(keepingLines: Bool = false) -> String {
        guard unicodeScalars.contains(where: { $0.isObeyed }) else { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if !scalar.isObeyed || (keepingLines && scalar == "\n") {
                text.append(scalar)
            } else {
                text.append(contentsOf: scalar.writtenOut.unicodeScalars)
            }
        }
        return String(text)
    }

    /// Returns as many whole characters as fit into so many bytes of UTF-8.
    package func cut(to bytes: Int) -> String {
        guard utf8.count > bytes else { return self }
        var text = String.UnicodeScalarView()
        var left = bytes
        for scalar in unicodeScalars {
            left -= UTF8.width(scalar)
            guard left >= 0 else { break }
            text.append(scalar)
        }
        return String(text)
    }
}

extension Unicode.Scalar {
    /// Whether terminals act on it instead of showing it.
    fileprivate var isObeyed: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    fileprivate var writtenOut: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(value, radix: 16, uppercase: true))}"
        }
    }
}
