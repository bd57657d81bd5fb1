import CHDF5

/// An attribute of a group or a dataset, with a single owner.
struct Attribute: ~Copyable {
    let id: hid_t
    let path: String

    deinit {
        let id = id
        release { H5Aclose(id) }
    }

    init(owning id: hid_t, path: String) {
        self.id = id
        self.path = path
    }

    func shape() throws(HDF5Error) -> [Int] {
        let (id, path) = (id, path)
        return try Dataspace(owning: try perform("open the shape of \(path)") { H5Aget_space(id) }).shape()
    }

    func datatype() throws(HDF5Error) -> Datatype {
        let (id, path) = (id, path)
        return Datatype(owning: try perform("open the type of \(path)") { H5Aget_type(id) })
    }

    func write<T: BitwiseCopyable>(_ values: [T], ofType type: borrowing Datatype) throws(HDF5Error) {
        let (id, path, typeID) = (id, path, type.id)
        try perform("write \(path)") { H5Awrite(id, typeID, values) }
    }

    func read<T: BitwiseCopyable>(as element: ElementType, zero: T) throws(HDF5Error) -> [T] {
        var values = [T](repeating: zero, count: try checkedCount())
        let type = try Datatype.inMemory(element)
        let (id, path, typeID) = (id, path, type.id)
        try perform("read \(path)") { H5Aread(id, typeID, &values) }
        return values
    }

    func readStrings() throws(HDF5Error) -> [String] {
        let type = try datatype()
        let (id, path, count) = (id, path, try checkedCount())
        guard try type.isVariableLengthString() else {
            let (length, typeID) = (try type.size(), type.id)
            var bytes = [UInt8](repeating: 0, count: count * length)
            try perform("read \(path)") { H5Aread(id, typeID, &bytes) }
            return PaddedStrings.strings(in: bytes, length: length)
        }
        let memoryType = try Datatype.variableLengthString()
        let space = try Dataspace(shape: [count])
        let (typeID, spaceID) = (memoryType.id, space.id)
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        try perform("read \(path)") { H5Aread(id, typeID, &pointers) }
        let strings = pointers.map { pointer in pointer.map { String(cString: $0) } ?? "" }
        try perform("give back the strings of \(path)") {
            H5Dvlen_reclaim(typeID, spaceID, modicum_h5p_default(), &pointers)
        }
        return strings
    }

    private func checkedCount() throws(HDF5Error) -> Int {
        let (id, path) = (id, path)
        let count = try shape().reduce(1, *)
        let stored = try perform("measure \(path)") { Int64(bitPattern: H5Aget_storage_size(id)) }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: try datatype().size())
        guard !overflow, bytes <= stored else {
            throw HDF5Error(action: "read \(path): \(count) elements do not fit into \(stored) bytes", stack: [])
        }
        return count
    }
}

@available(*, unavailable)
extension Attribute: Sendable {}
