/// A program's log that lacks what it is read for.
package struct LogProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package let log: String
    package let missing: String

    package init(log: String, missing: String) {
        self.log = log
        self.missing = missing
    }

    package var description: String {
        "\(log) has no line `\(missing)`: it is cut short, or of a version with another format"
    }
}

/// Lines of a log, without spaces around them.
struct LogText {
    let kind: String
    let lines: [Substring]

    init(_ text: String, kind: String) {
        self.kind = kind
        lines = text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline).map(trimmed)
    }

    /// What stands behind the first line's beginning; nil where no line begins so.
    func value(after label: String) -> Substring? {
        lines.first { $0.hasPrefix(label) }.map { trimmed($0.dropFirst(label.count)) }
    }

    /// The whole number behind a label: `1,234,567 (98.1%)` is 1234567.
    func count(after label: String) -> Int? { value(after: label).flatMap(wholeNumber) }

    func neededCount(after label: String) throws(LogProblem) -> Int {
        guard let count = count(after: label) else { throw LogProblem(log: kind, missing: label) }
        return count
    }
}

func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
}

/// The number at the beginning, with or without commas between its thousands.
func wholeNumber(_ text: Substring) -> Int? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ",") }.filter { $0 != "," }
    return digits.isEmpty || digits.count > 18 ? nil : Int(digits)
}

/// The decimal number at the beginning.
func decimalNumber(_ text: Substring) -> Double? {
    Double(text.prefix { $0.isASCII && ($0.isNumber || ".-eE+".contains($0)) })
}
