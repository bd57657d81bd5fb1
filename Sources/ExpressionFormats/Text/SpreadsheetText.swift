/// Text as it may stand in a table that people open in a spreadsheet.
///
/// A spreadsheet takes text for a formula, a date or a number by its look, whatever the file says of it: a gene
/// `MARCH1` becomes the first of March, `2310009E13` a large number, and `=HYPERLINK(…)` is carried out.
package enum SpreadsheetText {
    /// Returns the text with an apostrophe in front where a spreadsheet would make something else of it.
    ///
    /// For cells of text alone: numbers of a table begin with `-`, too, and are what they look like.
    package static func defused(_ text: String) -> String {
        isFormula(text) || isDate(text) || isNumber(text) ? "'" + text : text
    }

    /// Whether it begins as a formula does: with `=`, `+`, `-`, `@` (also of full width), a tab or a carriage return.
    private static func isFormula(_ text: String) -> Bool {
        text.unicodeScalars.first.map { "=+-@\t\r\n＝＋－＠".unicodeScalars.contains($0) } ?? false
    }

    /// Whether it reads as a month with a day or year in any order (`MARCH1`, `1-Dec`, `SEPT2`), or as numbers with `-`,
    /// `/`, `.` or `:` between them (`1-2`, `3/4/21`, `10:30`).
    private static func isDate(_ text: String) -> Bool {
        guard text.utf8.count <= 24 else { return false }
        let parts = runs(of: text.uppercased())
        let words = parts.filter { $0.kind == .letters }.map(\.text)
        let numbers = parts.filter { $0.kind == .digits }.map(\.text)
        guard parts.allSatisfy({ $0.kind != .other }), (1...3).contains(numbers.count),
            numbers.allSatisfy({ $0.utf8.count <= 4 })
        else { return false }
        if words.count == 1 { return isMonth(words[0]) && numbers.count <= 2 }
        let isSeparated = zip(parts, parts.dropFirst()).allSatisfy {
            ($0.kind == .separator) != ($1.kind == .separator)
        }
        // One point between two numbers is a decimal fraction, and stays a number.
        let isFraction = numbers.count == 2 && parts.contains { $0.text == "." }
        return words.isEmpty && numbers.count > 1 && isSeparated && !isFraction && parts.first?.kind == .digits
            && parts.last?.kind == .digits
    }

    private static func isMonth(_ word: String) -> Bool {
        let months = [
            "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER",
            "NOVEMBER",
            "DECEMBER",
        ]
        return word.utf8.count >= 3 && months.contains { $0.hasPrefix(word) }
    }

    /// Whether it reads as a number that is shown otherwise: with an exponent, zeros in front, or more digits than a double has.
    private static func isNumber(_ text: String) -> Bool {
        guard let first = text.utf8.first, isDigit(first) || first == UInt8(ascii: "."), Double(text) != nil,
            text.utf8.allSatisfy({ isDigit($0) || "eE.+-".utf8.contains($0) })
        else { return false }
        let digits = text.utf8.count(where: isDigit)
        let hasZeroInFront = text.utf8.count > 1 && first == UInt8(ascii: "0") && !text.hasPrefix("0.")
        return text.contains { $0 == "e" || $0 == "E" } || hasZeroInFront || digits > 15
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private enum Kind { case letters, digits, separator, other }

    /// The text cut into runs of one kind; every separator is a run of its own.
    private static func runs(of text: String) -> [(kind: Kind, text: String)] {
        var runs: [(kind: Kind, text: String)] = []
        for character in text {
            let kind: Kind =
                switch character {
                case "A"..."Z": .letters
                case "0"..."9": .digits
                case "-", "/", ".", ":", " ", ",": .separator
                default: .other
                }
            if kind == .letters || kind == .digits, runs.last?.kind == kind {
                runs[runs.count - 1].text.append(character)
            } else {
                runs.append((kind, String(character)))
            }
        }
        return runs
    }
}
