import DurableFiles
import Glibc

/// Writing a file so that at every moment its name holds either the old content or all of the new.
enum StoreFile {
    /// The name that content has while it is written. It is always the same for a
    /// file, so whatever a killed writer left there the next one writes over.
    static func temporaryPath(for path: String) -> String {
        let (folder, name) = split(path)
        return "\(folder)/.\(name).writing"
    }

    /// Puts the pieces, one after another, at `path`.
    ///
    /// - Parameter check: Looks at the temporary file; when it throws, nothing is renamed.
    static func write(
        _ pieces: [UnsafeRawBufferPointer], to path: String, checkedBy check: (String) throws -> Void
    ) throws {
        do {
            var file = try DurableWriter(path, writtenAs: temporaryPath(for: path), mode: 0o644)
            for piece in pieces { try file.append(piece) }
            try file.finish(checkedBy: check)
        } catch let error as FileError {
            throw RunStoreError.cannotWrite(file: path, reason: String(cString: strerror(error.code)))
        }
    }

    /// Whether the file, opened anew, holds just these bytes.
    static func content(of path: String, equals pieces: [UnsafeRawBufferPointer]) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 16) { buffer in
            for piece in pieces {
                var expected = piece[...]
                while !expected.isEmpty {
                    let count = read(file, buffer.baseAddress, min(buffer.count, expected.count))
                    if count < 0 && errno == EINTR { continue }
                    guard count > 0,
                        memcmp(buffer.baseAddress!, UnsafeRawBufferPointer(rebasing: expected).baseAddress!, count) == 0
                    else { return false }
                    expected = expected.dropFirst(count)
                }
            }
            return read(file, buffer.baseAddress, 1) == 0
        }
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = String(path[..<slash])
        return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
    }
}
