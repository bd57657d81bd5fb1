import CHDF5

/// The settings of one call, with a single owner.
struct PropertyList: ~Copyable {
    let id: hid_t

    deinit {
        let id = id
        release { H5Pclose(id) }
    }

    init(_ listClass: () -> hid_t) throws(HDF5Error) {
        id = try perform("make a property list") { H5Pcreate(listClass()) }
    }
}

@available(*, unavailable)
extension PropertyList: Sendable {}
