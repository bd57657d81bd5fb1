import CHDF5

/// An HDF5 group with a single owner.
package struct Group: ~Copyable, Object {
    package let id: hid_t
    package let path: String

    deinit {
        let id = id
        release { H5Gclose(id) }
    }

    init(owning id: hid_t, path: String) {
        self.id = id
        self.path = path
    }

    /// Makes a group in this one, without time stamps.
    package func createGroup(_ name: String) throws(HDF5Error) -> Group {
        let creation = try PropertyList(modicum_h5p_group_create)
        let (id, creationID, path) = (id, creation.id, join(path, name))
        try perform("leave out time stamps") { H5Pset_obj_track_times(creationID, false) }
        return Group(
            owning: try perform("make the group \(path)") {
                H5Gcreate2(id, name, modicum_h5p_default(), creationID, modicum_h5p_default())
            }, path: path)
    }

    /// Opens a group below this one.
    package func group(_ name: String) throws(HDF5Error) -> Group {
        let (id, path) = (id, join(path, name))
        return Group(
            owning: try perform("open the group \(path)") { H5Gopen2(id, name, modicum_h5p_default()) }, path: path)
    }

    /// Opens a dataset below this group.
    package func dataset(_ name: String) throws(HDF5Error) -> Dataset {
        let (id, path) = (id, join(path, name))
        return Dataset(
            owning: try perform("open the dataset \(path)") { H5Dopen2(id, name, modicum_h5p_default()) }, path: path)
    }

    /// What a group may hold.
    package enum MemberKind: Equatable, Sendable {
        case group, dataset
        /// A named type or another object that holds no data.
        case other
    }

    /// The group's members by name, in byte order.
    package func members() throws(HDF5Error) -> [(name: String, kind: MemberKind)] {
        let (id, path) = (id, path)
        var info = H5G_info_t()
        try perform("inspect the group \(path)") { H5Gget_info(id, &info) }
        var members: [(name: String, kind: MemberKind)] = []
        for index in 0..<info.nlinks {
            let name = try memberName(at: index)
            let member = try perform("open \(join(path, name))") { H5Oopen(id, name, modicum_h5p_default()) }
            defer { release { H5Oclose(member) } }
            let type = try perform("inspect \(join(path, name))") { H5Iget_type(member).rawValue }
            let kind: MemberKind =
                switch H5I_type_t(type) {
                case H5I_GROUP: .group
                case H5I_DATASET: .dataset
                default: .other
                }
            members.append((name, kind))
        }
        return members
    }

    private func memberName(at index: hsize_t) throws(HDF5Error) -> String {
        let (id, path) = (id, path)
        func name(into buffer: UnsafeMutablePointer<CChar>?, size: Int) -> Int {
            H5Lget_name_by_idx(id, ".", H5_INDEX_NAME, H5_ITER_INC, index, buffer, size, modicum_h5p_default())
        }
        let length = try perform("list the group \(path)") { name(into: nil, size: 0) }
        var buffer = [CChar](repeating: 0, count: length + 1)
        try perform("list the group \(path)") { name(into: &buffer, size: length + 1) }
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

@available(*, unavailable)
extension Group: Sendable {}
