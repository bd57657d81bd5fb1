import ContentDigest

/// Reads fields as `FieldWriter` writes them. Any bytes give values or an error, never a trap.
struct FieldReader {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    /// Reads `bytes[range]`; the range must lie within the bytes.
    init(_ bytes: [UInt8], in range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        self.position = range.lowerBound
        self.end = range.upperBound
    }

    /// Returns the next field, or nil at the end.
    mutating func next() throws(FrameError) -> Field? {
        guard position < end else { return nil }
        let key = bytes[position]
        position += 1
        let tag = key >> 2
        switch FieldKind(rawValue: key & 3)! {
        case .number:
            return Field(tag: tag, value: .number(try number()))
        case .wide:
            var value: UInt128 = 0
            for byte in try take(16).reversed() {
                value = value << 8 | UInt128(byte)
            }
            return Field(tag: tag, value: .wide(value))
        case .bytes:
            let length = try number()
            guard length <= UInt64(end - position) else { throw .malformed("a field is longer than its message") }
            let start = position
            position += Int(length)
            return Field(tag: tag, value: .fields(FieldReader(bytes, in: start..<position)))
        case .digest:
            return Field(tag: tag, value: .digest(SHA256Digest(bytes: try take(32))!))
        }
    }

    /// Everything not yet read, as text.
    fileprivate func text() throws(FrameError) -> String {
        guard end - position <= MessageLimits.textBytes else { throw .malformed("a text is too long") }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    /// Everything not yet read.
    fileprivate var remaining: [UInt8] { Array(bytes[position..<end]) }

    private mutating func take(_ count: Int) throws(FrameError) -> ArraySlice<UInt8> {
        guard end - position >= count else { throw .malformed("a field is cut short") }
        position += count
        return bytes[position - count..<position]
    }

    private mutating func number() throws(FrameError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let byte = bytes[position]
            position += 1
            // The tenth byte holds the one bit that is left.
            guard shift < 63 || byte <= 1 else { throw .malformed("a number has more than 64 bits") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .malformed("a number is cut short")
    }
}

/// One field.
struct Field {
    enum Value {
        case number(UInt64)
        case wide(UInt128)
        case fields(FieldReader)
        case digest(SHA256Digest)
    }

    let tag: UInt8
    let value: Value

    func number() throws(FrameError) -> UInt64 {
        guard case .number(let number) = value else { throw mistyped }
        return number
    }

    /// A number of things.
    func count(atMost limit: Int = MessageLimits.count) throws(FrameError) -> Int {
        Int(try number(atMost: UInt64(limit)))
    }

    /// A size or a place, in bytes.
    func byteCount() throws(FrameError) -> UInt64 { try number(atMost: MessageLimits.bytes) }

    /// A coordinator's start.
    func epoch() throws(FrameError) -> UInt64 { try number(atMost: MessageLimits.epoch) }

    private func number(atMost limit: UInt64) throws(FrameError) -> UInt64 {
        let number = try number()
        guard number <= limit else { throw .malformed("field \(tag) is out of range") }
        return number
    }

    func small<Small: FixedWidthInteger>(_: Small.Type) throws(FrameError) -> Small {
        guard let small = Small(exactly: try number()) else { throw .malformed("field \(tag) is out of range") }
        return small
    }

    func flag() throws(FrameError) -> Bool { try number() != 0 }

    /// A rate: neither infinite nor negative, and a number.
    func rate() throws(FrameError) -> Double {
        let rate = Double(bitPattern: try number())
        guard rate.isFinite, rate >= 0 else { throw .malformed("field \(tag) is out of range") }
        return rate
    }

    func duration() throws(FrameError) -> Duration {
        guard let nanoseconds = Int64(exactly: try number()) else {
            throw .malformed("field \(tag) is out of range")
        }
        return .nanoseconds(nanoseconds)
    }

    func wide() throws(FrameError) -> UInt128 {
        guard case .wide(let wide) = value else { throw mistyped }
        return wide
    }

    func digest() throws(FrameError) -> SHA256Digest {
        guard case .digest(let digest) = value else { throw mistyped }
        return digest
    }

    /// Text for people: one line, in which a terminal finds nothing to obey.
    func text() throws(FrameError) -> String { try raw().visible() }

    /// Text for people that may have several lines, such as what is wrong with a study.
    func lines() throws(FrameError) -> String { try raw().visible(keepingLines: true) }

    /// A short name for people, such as a host's.
    func name() throws(FrameError) -> String { try raw().visible().cut(to: MessageLimits.nameBytes) }

    /// Text that something is found by, such as the name of a file; it is refused rather than changed.
    func key() throws(FrameError) -> String {
        let key = try raw()
        guard key.visible() == key else { throw .malformed("a name has control characters") }
        return key
    }

    private func raw() throws(FrameError) -> String {
        guard case .fields(let reader) = value else { throw mistyped }
        return try reader.text()
    }

    func bytes() throws(FrameError) -> [UInt8] {
        guard case .fields(let reader) = value else { throw mistyped }
        return reader.remaining
    }

    func value<Value: FieldCodable>(_: Value.Type) throws(FrameError) -> Value {
        guard case .fields(var reader) = value else { throw mistyped }
        return try Value(from: &reader)
    }

    func fields() throws(FrameError) -> FieldReader {
        guard case .fields(let reader) = value else { throw mistyped }
        return reader
    }

    private var mistyped: FrameError { .malformed("field \(tag) has another kind of value") }
}

extension Array {
    /// Appends an entry of a list that came in a message, up to the limit.
    mutating func append(bounded element: Element) throws(FrameError) {
        guard count < MessageLimits.listEntries else { throw .malformed("a list is too long") }
        append(element)
    }
}

/// Returns the value of a field that every sender writes.
func required<Value>(_ value: Value?, _ name: String) throws(FrameError) -> Value {
    guard let value else { throw .malformed("no \(name)") }
    return value
}
