/// `number` with leading zeros up to `digits` digits.
func zeroPadded(_ number: Int, to digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}

/// The tenth nearest to `value`.
func roundedToTenth(_ value: Double) -> Double {
    (value * 10).rounded() / 10
}

/// Tab-separated text, built row by row.
struct TabSeparatedText {
    private(set) var bytes: [UInt8] = []

    mutating func append(row fields: [String]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "\t")) }
            bytes.append(contentsOf: field.utf8)
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
