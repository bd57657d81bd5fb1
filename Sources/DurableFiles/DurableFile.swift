import Glibc

/// Whole files that are either there completely or not at all, even after a crash.
package enum DurableFile {
    /// Writes `content` under a temporary name, syncs it, and renames it to `path`.
    ///
    /// - Parameters:
    ///   - mode: The file's permissions, whatever the umask is.
    ///   - survivesCrash: Whether to sync; a file that is of no use after a crash
    ///     need not wait for the disk.
    package static func write(
        _ content: [UInt8], to path: String, mode: mode_t, survivesCrash: Bool = true
    ) throws {
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
        var file = try DurableWriter(path, writtenAs: temporary, mode: mode, isNew: true)
        try file.setPermissions(mode)
        try file.append(content)
        try file.finish(survivesCrash: survivesCrash)
    }

    /// Gives a file that was written under another name in the same folder its own, durably.
    package static func keep(_ temporary: String, as path: String) throws(FileError) {
        try sync(temporary)
        guard rename(temporary, path) == 0 else { throw FileError("rename \(temporary) to", path) }
        try syncFolder(of: path)
    }

    /// Makes a name in a folder durable: a name is on the disk only with its folder.
    package static func syncFolder(of path: String) throws(FileError) { try sync(parent(of: path)) }

    /// Brings a file or a folder to the disk.
    ///
    /// The one rule for folders: a disk that fails is an error. What cannot be synced is left to the system: a folder that
    /// may be written to but not read, and one of those network file systems that say EINVAL.
    package static func sync(_ path: String) throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            var status = stat()
            if code == EACCES, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
            throw FileError("open", path, code: code)
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError("sync", path) }
    }

    /// Reads a whole file.
    package static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", path) }
        defer { close(descriptor) }
        return try read(all: descriptor, named: path)
    }

    /// Reads a whole file that says whom to trust, and refuses one that others than its owner could have written.
    package static func readTrusted(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError("examine", path) }
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw FileContentError(path, "can be written by others than its owner; run `chmod go-w` on it")
        }
        return try read(all: descriptor, named: path)
    }

    /// Makes a folder and the missing ones above it.
    package static func makeFolder(_ path: String) throws {
        if mkdir(path, 0o777) == 0 { return }
        switch errno {
        case EEXIST:
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw FileError("make the folder", path, code: ENOTDIR)
            }
        case ENOENT:
            try makeFolder(parent(of: path))
            guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw FileError("make the folder", path) }
        default:
            throw FileError("make the folder", path)
        }
    }

    /// Whether something stands at `path`.
    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// The folder that holds `path`.
    package static func parent(of path: String) -> String {
        var text = path[...]
        while text.count > 1, text.last == "/" { text.removeLast() }
        guard let slash = text.lastIndex(of: "/") else { return "." }
        return slash == text.startIndex ? "/" : String(text[..<slash])
    }

    /// Writes all bytes, however many calls that takes.
    package static func write(_ content: [UInt8], to descriptor: Int32, named path: String) throws(FileError) {
        let written = content.withUnsafeBytes { bytes in
            Result { () throws(FileError) in
                try write(bytes, to: descriptor, named: path)
            }
        }
        try written.get()
    }

    static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, named path: String
    ) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                throw FileError("write", path)
            }
        }
    }

    /// Reads from a descriptor's position to the end.
    package static func read(all descriptor: Int32, named path: String) throws -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError("examine", path) }
        var content: [UInt8] = []
        content.reserveCapacity(Int(status.st_size) + 1)
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError("read", path)
            }
            if count == 0 { return content }
            content.append(contentsOf: buffer[..<count])
        }
    }
}
