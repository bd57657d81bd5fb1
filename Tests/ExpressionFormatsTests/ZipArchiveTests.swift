import Deflate
import Testing

@Suite("ZIP archives")
struct ZipArchiveTests {
    private func little(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// An archive with one file stored and one deflated, and a comment.
    private func archive(_ files: [(name: String, content: [UInt8], isPacked: Bool)]) -> [UInt8] {
        var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
        for (name, content, isPacked) in files {
            let packed = isPacked ? Deflate.compress(content, format: .raw) : content
            // Version, flags, method, time, date and a checksum, which the reader leaves to the size.
            let common =
                little(20, 2) + little(0, 2) + little(isPacked ? 8 : 0, 2) + little(0, 8) + little(packed.count, 4)
                + little(content.count, 4) + little(name.utf8.count, 2)
            directory +=
                little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 2) + little(3, 2) + little(0, 8)
                + little(bytes.count, 4) + Array(name.utf8) + [1, 2, 3]
            // The extra field of the file's own header has another length than that of the directory.
            bytes += little(0x0403_4B50, 4) + common + little(5, 2) + Array(name.utf8) + [9, 9, 9, 9, 9] + packed
        }
        let comment = Array("a comment".utf8)
        return bytes + directory + little(0x0605_4B50, 4) + little(0, 4) + little(files.count, 2)
            + little(files.count, 2) + little(directory.count, 4) + little(bytes.count, 4) + little(comment.count, 2)
            + comment
    }

    private let text = [UInt8]((0..<4_000).map { UInt8($0 / 10 % 251) })

    @Test("A file is read by its name, stored or deflated")
    func content() throws {
        let zip = try #require(ZipArchive(archive([("a/icon.png", [1, 2], false), ("a/data.txt", text, true)])))
        #expect(zip.names == ["a/icon.png", "a/data.txt"])
        #expect(zip.content(sizeLimit: 1 << 20) { $0.hasSuffix("/data.txt") } == text)
        #expect(zip.content(sizeLimit: 2) { $0.hasSuffix(".png") } == [1, 2])
        #expect(zip.content(sizeLimit: 1 << 20) { $0 == "other" } == nil)
        #expect(zip.content(sizeLimit: text.count - 1) { $0.hasSuffix("/data.txt") } == nil)
    }

    @Test("What is cut short, changed or no archive gives nothing, and does not crash")
    func damaged() {
        let whole = archive([("a", text, true)])
        // Without a part of its comment it is whole.
        for length in stride(from: 0, to: whole.count - "a comment".utf8.count, by: 7) {
            let isNothing = ZipArchive(Array(whole.prefix(length)))?.content(sizeLimit: 1 << 20) { _ in true } == nil
            #expect(isNothing, "\(length) bytes")
        }
        for position in whole.indices {
            for value in [0, 0x7F, 0xFF] as [UInt8] {
                var changed = whole
                changed[position] = value
                // Content may differ, for there is no checksum; nothing else may happen.
                _ = ZipArchive(changed)?.content(sizeLimit: 1 << 20) { _ in true }
            }
        }
    }

    /// Writes a number over another one, in the directory's entry of the only file and in the file's own header.
    private func changed(_ bytes: [UInt8], _ directoryField: Int, _ headerField: Int, to value: Int) -> [UInt8] {
        var bytes = bytes
        let start = bytes.indices.first { bytes[$0...].starts(with: little(0x0201_4B50, 4)) } ?? 0
        for place in [start + directoryField, headerField] {
            bytes.replaceSubrange(place..<place + 4, with: little(value, 4))
        }
        return bytes
    }

    @Test("Sizes that are not the content's, places behind the end, and more files than there are give nothing")
    func hostileSizes() {
        let zeros = [UInt8](repeating: 0, count: 8 << 20)
        let bomb = archive([("a", zeros, true)])
        #expect(bomb.count < 100_000)
        func content(_ bytes: [UInt8], limit: Int = 1 << 20) -> [UInt8]? {
            ZipArchive(bytes)?.content(sizeLimit: limit) { _ in true }
        }
        // What it unpacks to ends the reading at the limit, whatever size it claims to have.
        for size in [0, 10, 1 << 20, 8 << 20, 0xFFFF_FFFF] {
            let isNothing = content(changed(bomb, 24, 22, to: size)) == nil
            #expect(isNothing, "\(size)")
        }
        let isRead = content(bomb, limit: 8 << 20) == zeros
        #expect(isRead)
        for packed in [0, bomb.count, 0x7FFF_FFFF, 0xFFFF_FFFF] {
            let isNothing = content(changed(bomb, 20, 18, to: packed), limit: 8 << 20) == nil
            #expect(isNothing, "\(packed)")
        }
        let small = archive([("a", [1, 2, 3], false)])
        #expect(content(small) == [1, 2, 3])
        let directory = small.indices.first { small[$0...].starts(with: little(0x0201_4B50, 4)) } ?? 0
        for offset in [small.count - 20, small.count, 0x7FFF_FFFF, 0xFFFF_FFFF] {
            var moved = small
            moved.replaceSubrange(directory + 42..<directory + 46, with: little(offset, 4))
            #expect(content(moved) == nil, "\(offset)")
        }
        var many = small
        let end = small.count - 22 - "a comment".utf8.count
        many.replaceSubrange(end + 10..<end + 12, with: little(65_535, 2))
        #expect(ZipArchive(many) == nil)
    }
}
