import Glibc

/// What stands behind the HDF5 data of a run's file: a mark and a check sum over everything before it.
///
/// HDF5 does not look behind its own data. Most of a file has check sums of its
/// own, but the heap of variable-length strings, which AnnData's encoding needs,
/// has none, and the library crashes when the lengths in it are damaged. So HDF5
/// gets to see only files whose seal is whole.
enum FileSeal {
    static let mark: [UInt8] = Array("MODICUM\n".utf8)

    /// The bytes of the mark and of the two sums.
    static let length = mark.count + 16

    /// Throws unless the file at `path` is HDF5 with an intact seal.
    static func check(_ path: String) throws(RunStoreError) {
        let bytes = try read(path)
        guard bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) else { throw .notHDF5(file: path) }
        let end = max(0, bytes.count - length)
        guard bytes[end...].starts(with: mark) else { throw unsealed(bytes, path) }
        let seal = bytes.withUnsafeBytes { bytes in Self.seal(of: UnsafeRawBufferPointer(rebasing: bytes[..<end])) }
        guard bytes[end...].elementsEqual(seal) else {
            throw .damaged(file: path, reason: "its check sum is not that of its content")
        }
    }

    /// The error of a file without a seal: it was cut off, or another program wrote the file.
    private static func unsealed(_ bytes: [UInt8], _ path: String) -> RunStoreError {
        // From version 2 on the superblock gives the length of the HDF5 data at byte 28.
        guard bytes.count < 36 || bytes[8] == 2 || bytes[8] == 3 else { return .notARun(file: path) }
        guard bytes.count >= 36 else {
            return .damaged(file: path, reason: "it ends after \(bytes.count) bytes")
        }
        let hdf5Length = bytes[28..<36].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let expected = Int(clamping: hdf5Length.addingReportingOverflow(UInt64(length)).partialValue)
        // A file that ends with its HDF5 data is most likely complete, and never had a seal.
        guard bytes.count < expected, bytes.count != expected - length else { return .notARun(file: path) }
        return .truncated(file: path, expectedBytes: expected, foundBytes: bytes.count)
    }

    /// The seal of a file's content: the mark and Fletcher's two sums over the little-endian 64-bit words of `content`, the last one filled up
    /// with zeros: the sum of the words, and the sum of all sums on the way, both modulo 2⁶⁴.
    static func seal(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var sum: UInt64 = 0
        var sumOfSums: UInt64 = 0
        let whole = bytes.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            sum &+= UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            sumOfSums &+= sum
        }
        sum &+= bytes[whole...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        sumOfSums &+= sum
        let sums = [sum, sumOfSums].flatMap { sum in (0..<8).map { UInt8(truncatingIfNeeded: sum >> ($0 * 8)) } }
        return mark + sums
    }

    private static func read(_ path: String) throws(RunStoreError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .noSuchFile(path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .noSuchFile(path) }
        let size = Int(status.st_size)
        return [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
            while count < size {
                let received = Glibc.read(file, bytes.baseAddress! + count, size - count)
                if received < 0 && errno == EINTR { continue }
                guard received > 0 else { break }
                count += received
            }
        }
    }
}
