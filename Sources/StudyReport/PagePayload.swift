import Deflate
import NetworkFormats

/// The numbers of the page: a header of JSON, and the arrays that it names behind it.
///
/// Eight bytes have the header's length; it and every array begin at a multiple of eight bytes. In the header an array
/// stands as its type, its place and the number of its elements.
struct PagePayload {
    private var arrays: [UInt8] = []

    mutating func add(_ values: [UInt8]) -> JSONValue { add(values, count: values.count, type: "u8") }

    mutating func add(_ values: [UInt16]) -> JSONValue { addWords(values, type: "u16") }

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
        for value in values { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
        return add(bytes, count: values.count, type: type)
    }

    private mutating func add(_ bytes: [UInt8], count: Int, type: String) -> JSONValue {
        let offset = arrays.count
        arrays += bytes
        arrays += [UInt8](repeating: 0, count: (8 - arrays.count % 8) % 8)
        return .object(["type": .string(type), "offset": .integer(offset), "count": .integer(count)])
    }

    /// The whole as a gzip file.
    func gzipped(header: JSONValue) throws -> [UInt8] {
        let text = try header.bytes()
        var content: [UInt8] = []
        withUnsafeBytes(of: UInt64(text.count).littleEndian) { content.append(contentsOf: $0) }
        content += text
        content += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
        content += arrays
        var compressor = Compressor(level: 9, format: .gzip)
        var packed: [UInt8] = []
        content.withUnsafeBytes { compressor.append($0, to: &packed) }
        compressor.finish(into: &packed)
        return packed
    }
}
