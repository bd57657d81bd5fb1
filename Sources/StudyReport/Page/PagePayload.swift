import Deflate
import NetworkFormats

/// The arrays of numbers of the page, one behind the other.
///
/// In the page's header an array stands as its type, its place and the number of its elements. Of numbers of several bytes
/// all first bytes stand before all second ones, and so on: the high ones repeat, and pack better among themselves.
struct PagePayload {
    private var arrays: [UInt8] = []

    /// Where an array already stands: analyses of one study have many in common.
    private var known: [[UInt8]: Int] = [:]

    mutating func add(_ values: [UInt8]) -> JSONValue { add(values, count: values.count, type: "u8") }

    mutating func add(_ values: [UInt16]) -> JSONValue { addWords(values, type: "u16") }

    /// Numbers of which few are negative or beyond two bytes: two bytes each where none is.
    mutating func add(places: [Int32]) -> JSONValue {
        let short = places.compactMap { UInt16(exactly: $0) }
        return short.count == places.count ? add(short) : add(places)
    }

    mutating func add(_ values: [Int32]) -> JSONValue { addWords(values, type: "i32") }

    /// As numbers of three digits, which is what the page shows: those that the tables round to.
    mutating func add(_ values: [Double]) -> JSONValue {
        addWords(values.map(ThreeDigits.code), type: "d16")
    }

    /// Probabilities of three digits: two bytes each where none is below 10⁻⁷⁰, else four.
    mutating func add(probabilities: [Double]) -> JSONValue {
        let codes = probabilities.map(ThreeDigits.code(ofProbability:))
        guard codes.allSatisfy({ $0.map { $0 < Int32(UInt16.max) } ?? true }) else {
            return addWords(codes.map { $0 ?? -1 }, type: "p32")
        }
        return addWords(codes.map { $0.map { UInt16($0) } ?? UInt16.max }, type: "p16")
    }

    private mutating func addWords<Word: FixedWidthInteger>(_ values: [Word], type: String) -> JSONValue {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * MemoryLayout<Word>.size)
        for shift in stride(from: 0, to: Word.bitWidth, by: 8) {
            bytes += values.map { UInt8(truncatingIfNeeded: $0 >> Word(shift)) }
        }
        return add(bytes, count: values.count, type: type)
    }

    private mutating func add(_ bytes: [UInt8], count: Int, type: String) -> JSONValue {
        let offset = known[bytes] ?? arrays.count
        if known.updateValue(offset, forKey: bytes) == nil { arrays += bytes }
        return .object(["type": .string(type), "offset": .integer(offset), "count": .integer(count)])
    }

    /// The arrays as a gzip file.
    func gzipped() -> [UInt8] {
        var compressor = Compressor(level: 9, format: .gzip, isNumbers: true)
        var packed: [UInt8] = []
        arrays.withUnsafeBytes { compressor.append($0, to: &packed) }
        compressor.finish(into: &packed)
        return packed
    }
}
