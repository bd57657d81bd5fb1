import Deflate
import ExpressionData
import Glibc

/// The content of an input file, without compression, block by block.
package struct ContentReader: ~Copyable {
    private enum Source {
        case memory([UInt8])
        case disk(FileHandle)
    }

    let name: String
    private let source: Source
    private let gzip: GzipReader?

    /// Of content in memory, how much was read.
    private var position = 0

    /// The file's own size, compressed or not.
    package let fileSize: Int

    package var isCompressed: Bool { gzip != nil }

    /// How much of the file has been read.
    package var filePosition: Int { gzip?.position ?? position }

    init(inMemory bytes: [UInt8], name: String) {
        self.name = name
        source = .memory(bytes)
        fileSize = bytes.count
        gzip = nil
    }

    init(path: String, name: String) throws {
        let handle = try FileHandle(path: path)
        let isGzip = Gzip.isGzip(try handle.peek(2))
        self.name = name
        source = .disk(handle)
        fileSize = handle.size
        gzip = isGzip ? GzipReader(limit: .ofInputs) { try handle.read(into: $0) } : nil
    }

    /// Fills as much of `room` as one step gives; returns 0 at the end of the content only.
    ///
    /// - Throws: `InputError` when the file cannot be read, or is a gzip file that is cut short or damaged.
    package mutating func read(into room: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        switch source {
        case .memory(let bytes):
            let count = min(room.count, bytes.count - position)
            _ = room.update(fromContentsOf: bytes[position..<position + count])
            position += count
            return count
        case .disk(let handle):
            guard let gzip else {
                let count = try handle.read(into: room)
                position += count
                return count
            }
            do {
                return try gzip.read(into: room)
            } catch let error as DeflateError {
                throw InputFile.error(error, in: name)
            }
        }
    }
}

@available(*, unavailable)
extension ContentReader: Sendable {}

/// The single owner of a file descriptor that is read from its beginning.
final class FileHandle {
    private let descriptor: Int32
    private let path: String

    /// 0 for a pipe.
    let size: Int

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputFile.systemError(errno, path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw InputFile.systemError(code, path)
        }
        size = Int(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// Fills `room` unless the file ends before.
    func read(into room: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        var count = 0
        while count < room.count {
            let got = Glibc.read(descriptor, room.baseAddress! + count, room.count - count)
            if got > 0 {
                count += got
            } else if got == 0 {
                break
            } else if errno != EINTR {
                throw InputFile.systemError(errno, path)
            }
        }
        return count
    }

    /// The first bytes, which are read again later.
    func peek(_ count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { room, initializedCount in
            let got = pread(descriptor, room.baseAddress!, count, 0)
            guard got >= 0 else { throw InputFile.systemError(errno, path) }
            initializedCount = got
        }
    }
}
