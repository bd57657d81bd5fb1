/// Text under construction, as bytes.
///
/// Numbers are written as the shortest decimal that reads back to the same
/// double, whole ones without a fraction; NaN is `NA`, infinities are `Inf` and
/// `-Inf`, as R writes and reads them.
package struct TextBuffer: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    package mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    package mutating func append(_ value: Double) {
        if value.isFinite {
            // Most whole numbers are small, and an integer's digits come cheaper.
            if value == value.rounded(), value.magnitude < 1e15, !(value == 0 && value.sign == .minus) {
                append(Int(value))
                return
            }
            var text = value.description
            text.withUTF8 { text in
                let isWhole =
                    text.count > 2 && text[text.count - 1] == UInt8(ascii: "0")
                    && text[text.count - 2] == UInt8(ascii: ".")
                bytes.append(contentsOf: isWhole ? UnsafeBufferPointer(rebasing: text.dropLast(2)) : text)
            }
        } else {
            append(value.isNaN ? "NA" : value > 0 ? "Inf" : "-Inf")
        }
    }

    package mutating func append(_ value: Int) {
        if value >= 0, value < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(value))
            return
        }
        var magnitude = value.magnitude
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            repeat {
                let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(remainder)
                magnitude = quotient
            } while magnitude > 0
            if value < 0 { bytes.append(UInt8(ascii: "-")) }
            bytes.append(contentsOf: digits[start...])
        }
    }

    /// A field of a tab-separated table, in quotes only where it would be misread without.
    package mutating func append(field text: String) {
        let needsQuotes =
            text.utf8.first == UInt8(ascii: "\"")
            || text.utf8.contains { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        guard needsQuotes else {
            append(text)
            return
        }
        // A field may not run over lines in a tab-separated table.
        append(byte: UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\"\"")
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): append(byte: UInt8(ascii: " "))
            default: append(byte: byte)
            }
        }
        append(byte: UInt8(ascii: "\""))
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }
}
