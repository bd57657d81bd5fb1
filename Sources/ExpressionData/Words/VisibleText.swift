/// What a reader cannot see, or does not look at, in a name: blanks of other kinds, marks without width, case, dashes.
package enum VisibleText {
    /// The text as one reads it aloud: without blanks and marks, in small letters, with one kind of dash.
    ///
    /// Strings that differ only in how their letters are composed are equal in Swift.
    package static func folded(_ text: String) -> String {
        folded(text, keepingCase: false)
    }

    /// As `folded`, in the text's own case.
    package static func withoutBlanks(_ text: String) -> String {
        folded(text, keepingCase: true)
    }

    private static func folded(_ text: String, keepingCase: Bool) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isBlank(scalar) {
            scalars.append(isDash(scalar) ? "-" : scalar)
        }
        return keepingCase ? String(scalars) : String(scalars).lowercased()
    }

    /// The text with every blank that is not the usual one, and every mark without width, as its number in Unicode.
    package static func shown(_ text: String) -> String {
        let first = text.unicodeScalars.first == " "
        let last = text.unicodeScalars.last == " "
        let shown = text.unicodeScalars.map { scalar in
            guard scalar != " ", isBlank(scalar) || (isDash(scalar) && scalar != "-") else { return String(scalar) }
            let code = String(scalar.value, radix: 16, uppercase: true)
            return "<U+" + String(repeating: "0", count: max(4 - code.utf8.count, 0)) + code + ">"
        }
        .joined()
        return first || last ? "\"\(shown)\"" : shown
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint
    }

    /// The hyphens and dashes that spreadsheets and word processors put in the place of `-`.
    private static func isDash(_ scalar: Unicode.Scalar) -> Bool {
        ("\u{2010}"..."\u{2015}").contains(scalar) || scalar == "\u{2212}"
    }
}
