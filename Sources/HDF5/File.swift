import CHDF5

/// An HDF5 file with a single owner.
///
/// A file is made in memory and handed out as bytes, so that writing those bytes,
/// and a disk that fills up meanwhile, is not HDF5's business: the library cannot
/// close a file cleanly that it cannot write. Objects opened in a file keep it
/// open until they are closed themselves.
package struct File: ~Copyable {
    private let id: hid_t

    deinit {
        let id = id
        release { H5Fclose(id) }
    }

    /// Makes an empty file in memory.
    ///
    /// Its format is that of HDF5 1.10: it has check sums over all structures, so
    /// that a damaged file is refused and not misread.
    package init(inMemory: Void) throws(HDF5Error) {
        let access = try PropertyList(modicum_h5p_file_access)
        let accessID = access.id
        try perform("keep a file in memory") { H5Pset_fapl_core(accessID, File.growth, false) }
        try perform("choose the file format") { H5Pset_libver_bounds(accessID, H5F_LIBVER_V110, H5F_LIBVER_V110) }
        id = try perform("make a file in memory") {
            H5Fcreate("modicum", modicum_h5f_acc_trunc(), modicum_h5p_default(), accessID)
        }
    }

    /// Opens the file at `path` for reading.
    ///
    /// Of a file cut short HDF5's message gives the expected and the actual length.
    package init(reading path: String) throws(HDF5Error) {
        let access = try PropertyList(modicum_h5p_file_access)
        let accessID = access.id
        try perform("do without file locks") { modicum_h5p_disable_file_locking(accessID) }
        id = try perform("open \(path)") { H5Fopen(path, modicum_h5f_acc_rdonly(), accessID) }
    }

    /// The root group.
    package func root() throws(HDF5Error) -> Group {
        let id = id
        return Group(
            owning: try perform("open the root group") { H5Gopen2(id, "/", modicum_h5p_default()) }, path: "/")
    }

    /// Returns the whole file as it would stand on a disk, and closes it.
    ///
    /// - Precondition: Every object opened in the file is closed.
    package consuming func image() throws(HDF5Error) -> [UInt8] {
        let id = id
        let open = try perform("count the open objects") { H5Fget_obj_count(id, modicum_h5f_obj_all()) }
        precondition(open == 1, "a file must be closed after the objects in it")
        try perform("flush a file") { H5Fflush(id, H5F_SCOPE_GLOBAL) }
        let size = try perform("measure a file") { H5Fget_file_image(id, nil, 0) }
        var image = [UInt8](repeating: 0, count: size)
        try perform("copy a file") { H5Fget_file_image(id, &image, size) }
        return image
    }

    /// By how many bytes a file in memory grows at least.
    private static let growth = 16 << 20
}

@available(*, unavailable)
extension File: Sendable {}
