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

    mutating func append(_ text: [UInt8]) {
        bytes.append(contentsOf: text)
    }

    package mutating func append(_ value: Double) {
        guard value.isFinite else {
            if value.isNaN {
                // Half the cells of a table of genes, when half the genes are left out.
                bytes.append(UInt8(ascii: "N"))
                bytes.append(UInt8(ascii: "A"))
            } else {
                append(value > 0 ? "Inf" : "-Inf")
            }
            return
        }
        // Most whole numbers are small, and an integer's digits come cheaper.
        if value.magnitude < 1e15, case let whole = Int(value), Double(whole) == value,
            whole != 0 || value.sign == .plus
        {
            append(whole)
            return
        }
        value.write(to: &self)
        if bytes.last == UInt8(ascii: "0"), bytes[bytes.count - 2] == UInt8(ascii: ".") { bytes.removeLast(2) }
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

extension TextBuffer: TextOutputStream {
    package mutating func write(_ text: String) {
        append(text)
    }

    // The standard library hands the digits of a number over as bytes to a
    // stream that has this, and as a new string to one that has not.
    // swift-format-ignore: NoLeadingUnderscores
    package mutating func _writeASCII(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: text)
    }
}
