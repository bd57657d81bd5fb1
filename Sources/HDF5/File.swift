import CHDF5

/// An HDF5 file that is read, with a single owner.
///
/// Objects opened in a file keep it open until they are closed themselves.
package struct File: ~Copyable {
    private let id: hid_t

    deinit {
        let id = id
        release { H5Fclose(id) }
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
        try Group(rootOf: id)
    }
}

@available(*, unavailable)
extension File: Sendable {}

extension Group {
    /// Opens the root group of an open file.
    init(rootOf file: hid_t) throws(HDF5Error) {
        self.init(
            owning: try perform("open the root group") { H5Gopen2(file, "/", modicum_h5p_default()) }, path: "/")
    }
}
