import Glibc

/// Writing a file so that at every moment its name holds either the old content or all of the new.
enum StoreFile {
    /// The name that content has while it is written. It is always the same for a
    /// file, so whatever a killed writer left there the next one writes over.
    static func temporaryPath(for path: String) -> String {
        let (folder, name) = split(path)
        return "\(folder)/.\(name).writing"
    }

    /// Puts the pieces, one after another, at `path`: writes them under a temporary name in the same folder, brings it to the
    /// disk, checks it, renames it, and brings the folder to the disk.
    ///
    /// - Parameter check: Looks at the temporary file; when it throws, nothing is renamed.
    static func write(
        _ pieces: [UnsafeRawBufferPointer], to path: String, checkedBy check: (String) throws -> Void
    ) throws {
        let temporary = temporaryPath(for: path)
        do {
            try write(pieces, toTemporary: temporary)
            try check(temporary)
            guard rename(temporary, path) == 0 else { throw SystemError() }
            try synchronize(folder: split(path).folder)
        } catch {
            unlink(temporary)
            guard let error = error as? SystemError else { throw error }
            throw RunStoreError.cannotWrite(file: path, reason: error.reason)
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

    /// Why a call into the system failed.
    private struct SystemError: Error {
        let reason = String(cString: strerror(errno))
    }

    private static func write(_ pieces: [UnsafeRawBufferPointer], toTemporary path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw SystemError() }
        do {
            for piece in pieces {
                var remaining = piece[...]
                while !remaining.isEmpty {
                    let count = Glibc.write(
                        file, UnsafeRawBufferPointer(rebasing: remaining).baseAddress, remaining.count)
                    if count < 0 && errno == EINTR { continue }
                    guard count > 0 else { throw SystemError() }
                    remaining = remaining.dropFirst(count)
                }
            }
            guard fsync(file) == 0 else { throw SystemError() }
        } catch {
            close(file)
            throw error
        }
        // Network file systems report a full disk only here.
        guard close(file) == 0 else { throw SystemError() }
    }

    private static func synchronize(folder: String) throws {
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError() }
        defer { close(file) }
        // Some network file systems cannot synchronize a folder, and say EINVAL.
        guard fsync(file) == 0 || errno == EINVAL else { throw SystemError() }
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = String(path[..<slash])
        return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
    }
}
