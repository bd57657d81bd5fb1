import ContentDigest

/// Writes the self-describing fields of headers and records.
///
/// A field is one byte `tag << 2 | kind`, then a value whose extent its kind
/// tells, so that a reader skips tags it does not know:
///
/// | kind | value |
/// |---|---|
/// | 0 | a number, seven bits a byte, lowest first |
/// | 1 | 16 bytes, little-endian |
/// | 2 | a number of bytes, then these: text, or fields |
/// | 3 | 32 bytes: a digest |
///
/// A list is its tag repeated.
struct FieldWriter {
    private(set) var bytes: [UInt8]

    init(startingWith bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    mutating func write(_ tag: UInt8, _ number: UInt64) {
        bytes.append(tag << 2 | FieldKind.number.rawValue)
        append(number)
    }

    mutating func write(_ tag: UInt8, _ count: Int) {
        precondition(count >= 0)
        write(tag, UInt64(count))
    }

    /// A size in bytes; a larger one becomes the largest that is read.
    mutating func write(_ tag: UInt8, bytes: UInt64) {
        write(tag, min(bytes, MessageLimits.bytes))
    }

    mutating func write(_ tag: UInt8, _ flag: Bool) {
        write(tag, flag ? 1 as UInt64 : 0)
    }

    mutating func write(_ tag: UInt8, _ number: Double) {
        write(tag, number.bitPattern)
    }

    /// Nanoseconds; negative durations become zero, and those beyond 292 years that.
    mutating func write(_ tag: UInt8, _ duration: Duration) {
        write(tag, duration.wholeNanoseconds)
    }

    mutating func write(_ tag: UInt8, _ number: UInt128) {
        bytes.append(tag << 2 | FieldKind.wide.rawValue)
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ tag: UInt8, _ digest: SHA256Digest) {
        bytes.append(tag << 2 | FieldKind.digest.rawValue)
        digest.withBytes { bytes.append(contentsOf: $0) }
    }

    /// Text in UTF-8, cut to what decoders accept.
    mutating func write(_ tag: UInt8, _ text: String) {
        bytes.append(tag << 2 | FieldKind.bytes.rawValue)
        let utf8 = text.utf8
        guard utf8.count > MessageLimits.textBytes else {
            append(UInt64(utf8.count))
            bytes.append(contentsOf: utf8)
            return
        }
        var kept = Array(utf8.prefix(MessageLimits.textBytes))
        // Not through the middle of a character: 10xxxxxx continues one.
        if Array(utf8)[kept.count] & 0xC0 == 0x80 {
            while kept.last! & 0xC0 == 0x80 { kept.removeLast() }
            kept.removeLast()
        }
        append(UInt64(kept.count))
        bytes.append(contentsOf: kept)
    }

    mutating func write(_ tag: UInt8, bytes content: [UInt8]) {
        bytes.append(tag << 2 | FieldKind.bytes.rawValue)
        append(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    mutating func write<Value: FieldCodable>(_ tag: UInt8, _ value: Value) {
        write(tag, fields: value.write)
    }

    /// Fields within a field.
    mutating func write(_ tag: UInt8, fields: (inout FieldWriter) -> Void) {
        var inner = FieldWriter()
        fields(&inner)
        bytes.append(tag << 2 | FieldKind.bytes.rawValue)
        append(UInt64(inner.bytes.count))
        bytes.append(contentsOf: inner.bytes)
    }

    mutating func write<Value: FieldCodable>(_ tag: UInt8, _ values: [Value]) {
        for value in values {
            write(tag, value)
        }
    }

    mutating func write(_ tag: UInt8, _ digests: [SHA256Digest]) {
        for digest in digests {
            write(tag, digest)
        }
    }

    mutating func write(_ tag: UInt8, _ texts: [String]) {
        for text in texts {
            write(tag, text)
        }
    }

    private mutating func append(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// How a field's value is laid out.
enum FieldKind: UInt8 {
    case number = 0
    case wide = 1
    case bytes = 2
    case digest = 3
}

/// A value that is written as fields.
protocol FieldCodable {
    func write(to writer: inout FieldWriter)

    /// Reads the fields it knows, and skips the others.
    init(from reader: inout FieldReader) throws(FrameError)
}

extension Duration {
    /// Whole nanoseconds between zero and the largest `Int64`.
    var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow, product < Int64.max - 1_000_000_000 else { return UInt64(Int64.max) }
        return UInt64(product + attoseconds / 1_000_000_000)
    }
}
