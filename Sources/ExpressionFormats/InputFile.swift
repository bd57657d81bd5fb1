import Deflate
import ExpressionData
import Glibc

/// A file as read: its name for messages, and its content without compression.
package struct InputFile: Sendable {
    /// The path as the user gave it.
    package let name: String

    /// The content; gzip is recognised by its first bytes, not by the name.
    package let bytes: [UInt8]

    /// The path's last component, without `.gz`.
    package var baseName: String {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        return last.hasSuffix(".gz") ? String(last.dropLast(3)) : last
    }

    /// Takes content that is already in memory.
    package init(name: String, bytes: [UInt8]) throws {
        self.name = name
        if Gzip.isGzip(bytes) {
            do throws(DeflateError) {
                self.bytes = try Gzip.decompress(bytes)
            } catch {
                throw Self.error(error, in: name)
            }
        } else {
            self.bytes = bytes
        }
        try ForeignContent.refuse(self.bytes, name: name)
    }

    /// Takes text that is already in memory.
    package init(name: String, text: String) throws {
        try self.init(name: name, bytes: Array(text.utf8))
    }

    /// Reads the whole file.
    ///
    /// - Throws: `InputError` when it cannot be read, is a folder, or is a gzip
    ///   file that is cut short or damaged; the position is in the compressed file.
    package init(path: String) throws {
        try self.init(name: path, bytes: try Self.content(ofFile: path))
    }

    /// The bytes as they stand on the disk.
    package static func content(ofFile path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError(errno, path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemError(errno, path) }
        // One byte more than the file has, so that the read that fills it also sees its end.
        var bytes: [UInt8] = []
        var room = max(Int(status.st_size) + 1, 1 << 16)
        var failure: Int32?
        var atEnd = false
        // A pipe has no size; it is read in pieces until its end.
        while !atEnd {
            let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                while count < buffer.count {
                    let got = read(descriptor, buffer.baseAddress! + count, buffer.count - count)
                    if got > 0 {
                        count += got
                    } else if got == 0 {
                        atEnd = true
                        return
                    } else if errno != EINTR {
                        failure = errno
                        atEnd = true
                        return
                    }
                }
            }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
            room = 1 << 20
        }
        if let failure { throw systemError(failure, path) }
        return bytes
    }

    private static func systemError(_ code: Int32, _ path: String) -> InputError {
        switch code {
        case ENOENT:
            InputError(
                file: path, "there is no such file", remedy: "Check the path; it is read from the current folder.")
        case EISDIR:
            InputError(file: path, "this is a folder, not a file", remedy: "Name the file in it.")
        case EACCES:
            InputError(file: path, "the file may not be read", remedy: "Ask its owner for read permission.")
        default:
            InputError(
                file: path, "the file could not be read: \(String(cString: strerror(code)))",
                remedy: "Check the disk or the file system.")
        }
    }

    private static func error(_ error: DeflateError, in name: String) -> InputError {
        let remedy = "Copy or download the file again; `gzip -t` must accept it."
        return switch error {
        case .truncated(let byte):
            InputError(file: name, "the gzip file ends at byte \(byte), before its content is complete", remedy: remedy)
        case .corrupt(let byte, let reason):
            InputError(file: name, "the gzip file is damaged near byte \(byte) (\(reason))", remedy: remedy)
        case .trailingBytes(let byte):
            InputError(file: name, "bytes that are not gzip follow from byte \(byte) on", remedy: remedy)
        case .tooLong(let limit):
            InputError(file: name, "the gzip file holds more than \(limit) bytes", remedy: remedy)
        }
    }
}
