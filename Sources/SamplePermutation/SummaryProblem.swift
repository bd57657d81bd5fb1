/// Appends whole numbers and doubles, little-endian, for what travels between workers.
struct ByteFields {
    private(set) var bytes: [UInt8] = []

    mutating func append<Number: FixedWidthInteger>(_ value: Number) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ value: Double) { append(value.bitPattern) }

    mutating func append<Number: FixedWidthInteger>(array values: [Number]) {
        append(UInt64(values.count))
        bytes.reserveCapacity(bytes.count + values.count * MemoryLayout<Number>.size)
        for value in values { append(value) }
    }

    mutating func append(array values: [Double]) { append(array: values.map(\.bitPattern)) }

    mutating func append(_ text: String) { append(array: Array(text.utf8)) }

    mutating func append(_ sum: WideSum) {
        append(sum.high)
        append(sum.low)
    }
}

/// Reads what `ByteFields` wrote.
struct ByteFieldReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws(SummaryProblem) -> Number
    {
        let size = MemoryLayout<Number>.size
        guard bytes.count - position >= size else { throw .truncated }
        var value: Number = 0
        withUnsafeMutableBytes(of: &value) { $0.copyBytes(from: bytes[position..<position + size]) }
        position += size
        return Number(littleEndian: value)
    }

    /// A number of permutations.
    mutating func smallCount() throws(SummaryProblem) -> Int {
        let count: UInt64 = try number()
        guard count < 1 << 48 else { throw .truncated }
        return Int(count)
    }

    mutating func double() throws(SummaryProblem) -> Double { Double(bitPattern: try number()) }

    /// A count of things that take at least `size` bytes each.
    mutating func count(ofSize size: Int) throws(SummaryProblem) -> Int {
        let count: UInt64 = try number()
        guard count <= UInt64((bytes.count - position) / max(1, size)) else { throw .truncated }
        return Int(count)
    }

    mutating func array<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws(SummaryProblem) -> [Number]
    {
        let count = try count(ofSize: MemoryLayout<Number>.size)
        var values: [Number] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try number()) }
        return values
    }

    mutating func doubles() throws(SummaryProblem) -> [Double] {
        try array(UInt64.self).map { Double(bitPattern: $0) }
    }

    mutating func text() throws(SummaryProblem) -> String { String(decoding: try array(UInt8.self), as: UTF8.self) }

    mutating func sum() throws(SummaryProblem) -> WideSum { WideSum(high: try number(), low: try number()) }

    var isAtEnd: Bool { position == bytes.count }

    func finish() throws(SummaryProblem) {
        guard isAtEnd else { throw .truncated }
    }
}

/// Why summaries of permutations cannot be read or put together.
package enum SummaryProblem: Error, Equatable, CustomStringConvertible {
    case truncated
    case overlapping(Range<Int>, Range<Int>)
    case otherAnalysis
    case incomplete(expected: Range<Int>)

    package var description: String {
        switch self {
        case .truncated: "the summary of permutations is cut off or of another version; run the shard again"
        case .overlapping(let first, let second):
            "permutations \(first) and \(second) overlap, so that some would count twice"
        case .otherAnalysis: "the summaries are of different sets, genes or statistics"
        case .incomplete(let expected): "not all of the permutations \(expected) have been counted"
        }
    }
}
