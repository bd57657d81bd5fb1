import CHDF5

/// An HDF5 dataset with a single owner.
package struct Dataset: ~Copyable, Object {
    package let id: hid_t
    package let path: String

    deinit {
        let id = id
        release { H5Dclose(id) }
    }

    init(owning id: hid_t, path: String) {
        self.id = id
        self.path = path
    }

    /// The length of each dimension, slowest first; empty for a single value.
    package func shape() throws(HDF5Error) -> [Int] {
        let (id, path) = (id, path)
        return try Dataspace(owning: try perform("open the shape of \(path)") { H5Dget_space(id) }).shape()
    }

    /// What the elements are, or nil for a type without a name here.
    package func elementType() throws(HDF5Error) -> ElementType? {
        try datatype().elementType()
    }

    /// Reads all elements in C order, converting them where the file holds another type of number.
    ///
    /// HDF5 clamps what does not fit.
    package func read<T: Element>(as type: T.Type = T.self) throws(HDF5Error) -> [T] {
        guard try datatype().isNumeric() else {
            throw HDF5Error(action: "read \(path) as numbers: it holds none", stack: [])
        }
        return try read(as: T.elementType, zero: T.zero)
    }

    /// Reads all elements of a dataset of Booleans.
    package func readBools() throws(HDF5Error) -> [Bool] {
        guard try elementType() == .bool else {
            throw HDF5Error(action: "read \(path) as Booleans: it holds none", stack: [])
        }
        return try read(as: .bool, zero: Int8(0)).map { $0 != 0 }
    }

    func datatype() throws(HDF5Error) -> Datatype {
        let (id, path) = (id, path)
        return Datatype(owning: try perform("open the type of \(path)") { H5Dget_type(id) })
    }

    /// The number of elements, once it is certain that the file can hold as many.
    ///
    /// Deflate shrinks nothing to less than a thousandth, so a damaged shape that
    /// would ask for more memory than there is shows itself here.
    func checkedCount() throws(HDF5Error) -> Int {
        let (id, path) = (id, path)
        let count = try shape().reduce(1, *)
        let stored = try perform("measure \(path)") { Int64(bitPattern: H5Dget_storage_size(id)) }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: try datatype().size())
        guard !overflow, bytes / 1_100 <= stored else {
            throw HDF5Error(action: "read \(path): \(count) elements do not fit into \(stored) bytes", stack: [])
        }
        return count
    }

    private func read<T: BitwiseCopyable>(as element: ElementType, zero: T) throws(HDF5Error) -> [T] {
        var values = [T](repeating: zero, count: try checkedCount())
        let memoryType = try Datatype.inMemory(element)
        let (id, path, typeID) = (id, path, memoryType.id)
        try perform("read \(path)") {
            H5Dread(id, typeID, modicum_h5s_all(), modicum_h5s_all(), modicum_h5p_default(), &values)
        }
        return values
    }
}

@available(*, unavailable)
extension Dataset: Sendable {}
