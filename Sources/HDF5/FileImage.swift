import CHDF5
import CMemory
import Glibc
import Synchronization

/// The bytes of an HDF5 file that was made in memory.
///
/// Writing them is not HDF5's business: the library cannot close a file cleanly
/// when the disk under it is full.
package final class FileImage {
    private let memory = ImageMemory()

    /// How many of the memory's bytes are the file.
    private let length: Int

    /// Makes a file.
    ///
    /// Its format is that of HDF5 1.10: it has check sums over all structures, so
    /// that a damaged file is refused and not misread. It holds no time stamps,
    /// and the same calls make the same bytes.
    ///
    /// - Parameters:
    ///   - fill: Writes the file, given its root group. All that it opens is closed when it returns.
    package init(_ fill: (borrowing Group) throws -> Void) throws {
        // A file may be the largest thing in memory: what stands free comes first.
        modicum_give_back_freed()
        try FileImage.makeFile(in: memory, fill)
        length = memory.fileLength
    }

    /// Gives the bytes of the file, which stay where HDF5 put them: a copy would be as large as the file.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(rebasing: memory.bytes[..<length]))
    }

    /// The bytes of the file, copied.
    package var bytes: [UInt8] { withBytes { Array($0) } }

    private static func makeFile(in memory: ImageMemory, _ fill: (borrowing Group) throws -> Void) throws {
        let access = try PropertyList(modicum_h5p_file_access)
        let creation = try PropertyList(modicum_h5p_file_create)
        let (accessID, creationID) = (access.id, creation.id)
        var callbacks = memory.callbacks
        try perform("keep a file in memory") { H5Pset_fapl_core(accessID, growth, false) }
        try perform("keep a file in memory") { H5Pset_file_image_callbacks(accessID, &callbacks) }
        try perform("choose the file format") { H5Pset_libver_bounds(accessID, H5F_LIBVER_V110, H5F_LIBVER_V110) }
        try perform("leave out time stamps") { H5Pset_obj_track_times(creationID, false) }
        // HDF5 tells open files apart by their names, those in memory too.
        let name = "modicum-\(filesMade.add(1, ordering: .relaxed).newValue)"
        let file = try perform("make a file in memory") {
            H5Fcreate(name, modicum_h5f_acc_trunc(), creationID, accessID)
        }
        do {
            try fill(try Group(rootOf: file))
        } catch {
            release { H5Fclose(file) }
            throw error
        }
        try perform("close a file in memory") { H5Fclose(file) }
    }

    /// How many files were made so far.
    private static let filesMade = Atomic(0)

    /// By how many bytes a file in memory grows at least; HDF5 fills them with zeros.
    private static let growth = 2 << 20
}

/// The memory in which HDF5 makes a file.
///
/// HDF5 asks it for memory, and when it closes the file leaves that behind here.
/// `H5Fget_file_image` would do the same with less, but up to version 1.10 it
/// gives a file with a wrong check sum.
private final class ImageMemory {
    private var base: UnsafeMutableRawPointer?
    private var size = 0

    deinit {
        if let base { munmap(base, size) }
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: size) }

    /// The length of the closed file; the memory is larger.
    ///
    /// The superblock says at byte 28 how much of the memory the file takes up.
    var fileLength: Int {
        guard size >= 36 else { return 0 }
        let length = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 28, as: UInt64.self))
        precondition(length <= size, "a file must be closed after the objects in it")
        return Int(length)
    }

    /// The functions through which HDF5 uses this memory. They do not keep it alive.
    var callbacks: H5FD_file_image_callbacks_t {
        H5FD_file_image_callbacks_t(
            image_malloc: { size, _, memory in ImageMemory.at(memory).resize(to: size) },
            image_memcpy: { target, source, size, _, _ in memcpy(target!, source!, size) },
            image_realloc: { _, size, _, memory in ImageMemory.at(memory).resize(to: size) },
            image_free: { _, _, _ in 0 },
            udata_copy: { $0 },
            udata_free: { _ in 0 },
            udata: Unmanaged.passUnretained(self).toOpaque())
    }

    private static func at(_ memory: UnsafeMutableRawPointer?) -> ImageMemory {
        Unmanaged<ImageMemory>.fromOpaque(memory!).takeUnretainedValue()
    }

    /// Gives HDF5 more memory, or nil when there is none.
    ///
    /// The system's own pages are all zero, so whatever HDF5 leaves unwritten is
    /// the same in every file, and what it never reaches takes no memory.
    private func resize(to newSize: Int) -> UnsafeMutableRawPointer? {
        let newBase =
            if let base {
                modicum_grow_mapping(base, size, newSize)
            } else {
                mmap(nil, newSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            }
        guard newBase != MAP_FAILED else { return nil }
        (base, size) = (newBase, newSize)
        return newBase
    }
}
