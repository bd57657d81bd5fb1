import DurableFiles
import Glibc

/// A file of results, or one that a user asked for: it appears under its name only when it is complete.
///
/// A killed writer leaves the temporary file, which the next one overwrites.
package struct AtomicFile: ~Copyable {
    /// What stands behind a file's name until it is complete: nobody else's files end so.
    package static let temporarySuffix = ".modicum-partial"

    package let path: String
    private var writer: DurableWriter

    package init(path: String) throws {
        self.path = path
        do {
            writer = try DurableWriter(path, writtenAs: path + Self.temporarySuffix, mode: 0o666)
        } catch {
            throw OutputError(path, error.code)
        }
    }

    package mutating func append(_ bytes: [UInt8]) throws {
        do {
            try writer.append(bytes)
        } catch {
            throw OutputError(path, error.code)
        }
    }

    /// Makes the file durable and gives it its name.
    package mutating func finish() throws {
        do {
            try writer.finish()
        } catch let error as FileError {
            throw OutputError(path, error.code)
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
