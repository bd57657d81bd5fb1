import Glibc

/// A file that appears under its name only when it is complete and on the disk.
///
/// It is written beside its place under a temporary name, synced, and renamed, so that a reader and a later run see the
/// old file or the new one, never a part. All that Modicum replaces whole goes this way, and one rule holds for folders
/// (`DurableFile.syncFolder`). A writer that is given up removes what it wrote.
package struct DurableWriter: ~Copyable {
    package let path: String

    /// The name that the file has until it is complete.
    package let temporaryPath: String
    private var descriptor: Int32

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - temporaryPath: In the same folder. What a killed writer left there is written over.
    ///   - mode: The permissions, of which the umask takes some away.
    ///   - isNew: Whether it is an error that something stands under the temporary name, as for a key, which nobody else
    ///     may have put there.
    package init(
        _ path: String, writtenAs temporaryPath: String, mode: mode_t, isNew: Bool = false
    ) throws(FileError) {
        self.path = path
        self.temporaryPath = temporaryPath
        descriptor = open(
            temporaryPath, O_WRONLY | O_CREAT | (isNew ? O_EXCL : O_TRUNC) | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileError("create", temporaryPath) }
    }

    deinit {
        // Still open: the writer was given up before the file was complete.
        if descriptor >= 0 {
            close(descriptor)
            unlink(temporaryPath)
        }
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try DurableFile.write(bytes, to: descriptor, named: temporaryPath)
    }

    package mutating func append(_ bytes: [UInt8]) throws(FileError) {
        try DurableFile.write(bytes, to: descriptor, named: temporaryPath)
    }

    /// Sets the permissions, whatever the umask is.
    mutating func setPermissions(_ mode: mode_t) throws(FileError) {
        guard fchmod(descriptor, mode) == 0 else { throw FileError("set the permissions of", temporaryPath) }
    }

    /// Makes the file durable and gives it its name.
    ///
    /// - Parameters:
    ///   - survivesCrash: Whether to sync; a file that is of no use after a crash need not wait for the disk.
    ///   - check: Looks at the file under its temporary name; where it throws, nothing is renamed.
    package mutating func finish(
        survivesCrash: Bool = true, checkedBy check: (_ temporaryPath: String) throws -> Void = { _ in }
    ) throws {
        guard !survivesCrash || fsync(descriptor) == 0 else { throw FileError("sync", temporaryPath) }
        let file = descriptor
        descriptor = -1
        do {
            // Network file systems report a full disk at close.
            guard close(file) == 0 else { throw FileError("close", temporaryPath) }
            try check(temporaryPath)
            guard rename(temporaryPath, path) == 0 else { throw FileError("rename \(temporaryPath) to", path) }
        } catch {
            unlink(temporaryPath)
            throw error
        }
        if survivesCrash { try DurableFile.syncFolder(of: path) }
    }
}
