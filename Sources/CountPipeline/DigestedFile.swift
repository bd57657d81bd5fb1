import ContentDigest
import Deflate
import Foundation

/// A file that is read once from its beginning, compressed or not, with the digest of its bytes as they lie.
final class DigestedFile {
    private let descriptor: Int32
    private let path: String
    private var hasher = SHA256Hasher()
    private var gzip: GzipReader?
    let isCompressed: Bool

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TaskRefusal("\(path): \(String(cString: strerror(errno)))") }
        var first: [UInt8] = [0, 0]
        isCompressed = pread(descriptor, &first, 2, 0) == 2 && first == [0x1F, 0x8B]
        if isCompressed { gzip = GzipReader { [unowned self] in try self.readBytes(into: $0) } }
    }

    deinit { close(descriptor) }

    /// Calls `take` with the content, piece by piece.
    ///
    /// - Returns: The digest of the file.
    func read(_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> SHA256Digest {
        let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 20)
        defer { room.deallocate() }
        do {
            while true {
                let count = try gzip.map { try $0.read(into: room) } ?? readBytes(into: room)
                if count == 0 { return hasher.finish() }
                try take(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<count]))
            }
        } catch let error as DeflateError {
            throw TaskRefusal("\(path): \(Self.sentence(error))")
        }
    }

    /// Calls `take` with every line, without its end.
    func readLines(_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> SHA256Digest {
        var held: [UInt8] = []
        let digest = try read { piece in
            var rest = piece
            while let start = rest.baseAddress, let end = memchr(start, 0x0A, rest.count) {
                let length = UnsafeRawPointer(end) - start
                let line = UnsafeRawBufferPointer(start: start, count: length)
                if held.isEmpty {
                    try take(Self.withoutReturn(line))
                } else {
                    held.append(contentsOf: line)
                    try held.withUnsafeBytes { try take(Self.withoutReturn($0)) }
                    held.removeAll(keepingCapacity: true)
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
            }
            held.append(contentsOf: rest)
        }
        if !held.isEmpty { try held.withUnsafeBytes { try take(Self.withoutReturn($0)) } }
        return digest
    }

    private static func withoutReturn(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        line.last == 0x0D ? UnsafeRawBufferPointer(rebasing: line.dropLast()) : line
    }

    private func readBytes(into room: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        while true {
            let count = Foundation.read(descriptor, room.baseAddress, room.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw TaskRefusal("\(path): \(String(cString: strerror(errno)))")
            }
            hasher.update(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<count]))
            return count
        }
    }

    private static func sentence(_ error: DeflateError) -> String {
        switch error {
        case .truncated(let byte):
            "the gzip file is cut short at byte \(byte). Copy it again; `gzip -t` must accept it."
        case .corrupt(let byte, let reason): "the gzip file is damaged near byte \(byte) (\(reason)). Copy it again."
        case .trailingBytes(let byte): "bytes that are not gzip follow from byte \(byte) on. Copy it again."
        case .tooLong, .tooDense: "the gzip file unpacks to more than can be."
        }
    }
}
