import Glibc

/// A file that appears under its name only when it is complete.
///
/// It is written beside its place under a temporary name, synced, and renamed,
/// so that a reader and a later run see the old file or the new one, never a
/// part. A killed writer leaves the temporary file, which the next one overwrites.
package struct AtomicFile: ~Copyable {
    /// What stands behind a file's name until it is complete: nobody else's files end so.
    package static let temporarySuffix = ".modicum-partial"

    package let path: String
    private let temporaryPath: String
    private var descriptor: Int32

    package init(path: String) throws {
        self.path = path
        temporaryPath = path + Self.temporarySuffix
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw OutputError(path, errno) }
    }

    deinit {
        // Still open: the writer threw before the file was complete.
        if descriptor >= 0 {
            close(descriptor)
            unlink(temporaryPath)
        }
    }

    package mutating func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var position = 0
            while position < buffer.count {
                let written = Glibc.write(descriptor, buffer.baseAddress! + position, buffer.count - position)
                if written >= 0 {
                    position += written
                } else if errno != EINTR {
                    throw OutputError(path, errno)
                }
            }
        }
    }

    /// Makes the file durable and gives it its name.
    package mutating func finish() throws {
        guard fsync(descriptor) == 0 else { throw OutputError(path, errno) }
        let status = close(descriptor)
        let code = errno
        descriptor = -1
        guard status == 0, rename(temporaryPath, path) == 0 else {
            let failure = OutputError(path, status == 0 ? errno : code)
            unlink(temporaryPath)
            throw failure
        }
        // The name is durable only with its folder.
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folderDescriptor >= 0 {
            fsync(folderDescriptor)
            close(folderDescriptor)
        }
    }

    /// Writes a whole file.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        var file = try AtomicFile(path: path)
        try file.append(bytes)
        try file.finish()
    }
}

/// A file that could not be written. What stood under its name before is untouched.
package struct OutputError: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String

    /// The system's `errno`.
    package let code: Int32

    init(_ path: String, _ code: Int32) {
        self.path = path
        self.code = code
    }

    package var description: String {
        let remedy =
            switch code {
            case ENOSPC, EDQUOT: "Make room and run the command again; what it has finished is kept."
            case EACCES, EPERM, EROFS: "Choose a folder that you may write to."
            case ENOENT: "Create the folder first."
            default: "Check the folder and its file system."
            }
        return "\(path): the file could not be written: \(String(cString: strerror(code))). \(remedy)"
    }
}
