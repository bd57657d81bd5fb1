/// Reads single files of a ZIP archive that stands in memory: the classic format, without encryption and without ZIP64.
package struct ZipArchive {
    private struct Entry {
        var name: String
        var method: Int
        var packedSize: Int
        var size: Int
        var headerOffset: Int
    }

    private let bytes: [UInt8]
    private let entries: [Entry]

    /// The names of the files, in the archive's order.
    package var names: [String] { entries.map(\.name) }

    /// Nil for what is no such archive.
    package init?(_ bytes: [UInt8]) {
        func number(_ position: Int, _ width: Int) -> Int {
            (0..<width).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
        }
        // The end record has 22 bytes and a comment of at most 65,535.
        let last = bytes.count - 22
        guard last >= 0,
            let end = stride(from: last, through: max(0, last - 65_535), by: -1).first(where: {
                number($0, 4) == 0x0605_4B50
            })
        else { return nil }
        var position = number(end + 16, 4)
        var entries: [Entry] = []
        for _ in 0..<number(end + 10, 2) {
            guard position + 46 <= bytes.count, number(position, 4) == 0x0201_4B50 else { return nil }
            let nameEnd = position + 46 + number(position + 28, 2)
            guard nameEnd <= bytes.count else { return nil }
            entries.append(
                Entry(
                    name: String(decoding: bytes[(position + 46)..<nameEnd], as: UTF8.self),
                    method: number(position + 10, 2), packedSize: number(position + 20, 4),
                    size: number(position + 24, 4), headerOffset: number(position + 42, 4)))
            position = nameEnd + number(position + 30, 2) + number(position + 32, 2)
        }
        self.bytes = bytes
        self.entries = entries
    }

    /// The content of the first file whose name satisfies a condition; nil without one, and where it is damaged or larger
    /// than the limit.
    package func content(sizeLimit: Int, where isWanted: (String) -> Bool) -> [UInt8]? {
        guard let entry = entries.first(where: { isWanted($0.name) }), entry.size <= sizeLimit,
            entry.headerOffset + 30 <= bytes.count
        else { return nil }
        // The lengths of name and extra field stand in the file's own header once more, and may be others there.
        let lengths = [26, 28].map {
            Int(bytes[entry.headerOffset + $0]) | Int(bytes[entry.headerOffset + $0 + 1]) << 8
        }
        let start = entry.headerOffset + 30 + lengths[0] + lengths[1]
        guard start + entry.packedSize <= bytes.count else { return nil }
        let packed = Array(bytes[start..<start + entry.packedSize])
        let content: [UInt8]?
        switch entry.method {
        case 0: content = packed
        case 8:
            var output: [UInt8] = []
            var consumed = 0
            var decompressor = Decompressor(format: .raw)
            let isWhole = try? decompressor.append(packed, consumed: &consumed, to: &output, sizeLimit: sizeLimit)
            content = isWhole == true ? output : nil
        default: content = nil
        }
        return content?.count == entry.size ? content : nil
    }
}
