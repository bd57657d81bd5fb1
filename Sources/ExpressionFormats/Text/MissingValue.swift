/// How files spell that there is no value.
package enum MissingValue {
    /// Whether the text stands for nothing else than a missing value: `NA`, `n/a`, `#N/A`, `NULL`, `NaN`, or nothing.
    package static func isCertain(_ text: String) -> Bool {
        text.utf8.count <= 8 && certain.contains(text.lowercased())
    }

    /// Whether the text may stand for a missing value, and may be a level or a name as well.
    package static func isPossible(_ text: String) -> Bool {
        text.utf8.count <= 14 && possible.contains(text.lowercased())
    }

    /// Whether a field stands for a missing number.
    static func isCertain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.first else { return true }
        // Numbers are the rule, and are told by their first byte.
        if first &- UInt8(ascii: "0") < 10 || text.count > 8 { return false }
        return isCertain(text.string)
    }

    private static let certain: Set<String> = [
        "", "na", "n/a", "n.a.", "#n/a", "#na", "<na>", "nan", "null", "#null!", "#value!", "#ref!", "#div/0!", "#num!",
        "#name?", "nat",
    ]

    private static let possible: Set<String> = [
        "none", "nil", "-", "--", "---", "\u{2013}", "\u{2014}", ".", "..", "?", "??", "missing", "unknown",
        "not available", "not applicable", "not collected",
    ]
}
