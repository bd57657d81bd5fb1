import CHDF5
import Glibc
import Synchronization

/// The bytes of an HDF5 file that was made in memory.
///
/// Writing them is not HDF5's business: the library cannot close a file cleanly
/// when the disk under it is full.
package struct FileImage: Sendable {
    package private(set) var bytes: [UInt8]

    /// Makes a file.
    ///
    /// Its format is that of HDF5 1.10: it has check sums over all structures, so
    /// that a damaged file is refused and not misread. It holds no time stamps,
    /// and the same calls make the same bytes.
    ///
    /// - Parameters:
    ///   - room: How many bytes can be appended to `bytes` without copying them.
    ///   - fill: Writes the file, given its root group. All that it opens is closed when it returns.
    package init(reservingRoomFor room: Int = 0, _ fill: (borrowing Group) throws -> Void) throws {
        let memory = ImageMemory()
        try FileImage.makeFile(in: memory, fill)
        bytes = memory.takeFile(reservingRoomFor: room)
    }

    /// The bytes, which the image then no longer holds.
    package consuming func takeBytes() -> [UInt8] { bytes }

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

    /// By how many bytes a file in memory grows at least.
    private static let growth = 16 << 20
}

/// The memory in which HDF5 makes a file.
///
/// HDF5 asks it for memory, and when it closes the file leaves that behind here.
/// `H5Fget_file_image` would do the same with less, but up to version 1.10 it
/// gives a file with a wrong check sum.
private final class ImageMemory {
    private var base: UnsafeMutableRawPointer?
    private var size = 0

    deinit { free(base) }

    /// Takes the closed file out, and gives the memory back.
    ///
    /// Its superblock says, at byte 28, how much of the memory it takes up.
    func takeFile(reservingRoomFor room: Int) -> [UInt8] {
        guard let base, size >= 36 else { return [] }
        defer {
            free(base)
            (self.base, size) = (nil, 0)
        }
        let length = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: 28, as: UInt64.self))
        precondition(length <= size, "a file must be closed after the objects in it")
        return [UInt8](unsafeUninitializedCapacity: Int(length) + room) { bytes, count in
            UnsafeMutableRawBufferPointer(bytes).copyMemory(
                from: UnsafeRawBufferPointer(start: base, count: Int(length)))
            count = Int(length)
        }
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
    private func resize(to newSize: Int) -> UnsafeMutableRawPointer? {
        guard let newBase = realloc(base, newSize) else { return nil }
        // Whatever HDF5 leaves unwritten must be the same in every file.
        if newSize > size { memset(newBase + size, 0, newSize - size) }
        (base, size) = (newBase, newSize)
        return newBase
    }
}
