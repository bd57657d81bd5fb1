import Glibc
import JobEngine

/// The bytes that an order asks for, and the size of the whole.
struct BlobPiece {
    let content: [UInt8]
    let size: UInt64

    /// - Returns: nil where the order begins behind the blob's end.
    init?(_ order: BlobChunkOrder, of blob: Blob) {
        guard order.offset <= UInt64(blob.content.count) else { return nil }
        let start = Int(order.offset)
        content = Array(blob.content[start..<min(blob.content.count, start + order.length)])
        size = UInt64(blob.content.count)
    }

    /// - Returns: nil where the file cannot be read.
    init?(_ order: BlobChunkOrder, ofFile path: String) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, order.offset <= UInt64(status.st_size) else { return nil }
        let length = min(order.length, Int(status.st_size) - Int(order.offset))
        let content = [UInt8](unsafeUninitializedCapacity: length) { bytes, count in
            while count < length {
                let received = pread(file, bytes.baseAddress! + count, length - count, off_t(order.offset) + count)
                if received < 0 && errno == EINTR { continue }
                guard received > 0 else { break }
                count += received
            }
        }
        guard content.count == length else { return nil }
        self.content = content
        size = UInt64(status.st_size)
    }
}
