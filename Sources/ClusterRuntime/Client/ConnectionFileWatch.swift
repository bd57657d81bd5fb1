import Glibc

/// Notices that a connection file was replaced.
struct ConnectionFileWatch {
    private struct Stamp: Equatable {
        var inode: UInt64
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    let path: String
    private var last: Stamp?

    init(_ path: String) {
        self.path = path
    }

    /// Reads the file if it is there and was not read before.
    mutating func readIfChanged() throws -> ConnectionFile? {
        // Opening makes network file systems ask their server again, which a
        // bare stat may answer from its cache.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        let result = fstat(descriptor, &status)
        close(descriptor)
        guard result == 0 else { return nil }
        let stamp = Stamp(
            inode: UInt64(status.st_ino), size: Int(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
        guard stamp != last else { return nil }
        let file = try ConnectionFile.read(from: path)
        last = stamp
        return file
    }
}
