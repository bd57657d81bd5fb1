import CHDF5

/// The shape of a dataset or an attribute, with a single owner.
struct Dataspace: ~Copyable {
    let id: hid_t

    deinit {
        let id = id
        release { H5Sclose(id) }
    }

    /// Takes over a dataspace that HDF5 has just opened.
    init(owning id: hid_t) {
        self.id = id
    }

    /// Makes the space of an array of these dimensions, slowest first; of a single value without any.
    init(shape: [Int]) throws(HDF5Error) {
        let dimensions = shape.map { hsize_t($0) }
        id = try perform("make the shape \(shape)") {
            dimensions.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(dimensions.count), dimensions, nil)
        }
    }

    /// The dimensions, slowest first; empty for a single value.
    ///
    /// - Throws: Also when the number of elements does not fit into an `Int`, which only a damaged file says.
    func shape() throws(HDF5Error) -> [Int] {
        let id = id
        let rank = try perform("read the rank of a shape") { H5Sget_simple_extent_ndims(id) }
        var dimensions = [hsize_t](repeating: 0, count: Int(rank))
        try perform("read the dimensions of a shape") { H5Sget_simple_extent_dims(id, &dimensions, nil) }
        var count = 1
        for dimension in dimensions {
            let (product, overflow) = count.multipliedReportingOverflow(by: Int(clamping: dimension))
            guard !overflow else { throw HDF5Error(action: "hold an array of \(dimensions) elements", stack: []) }
            count = product
        }
        return dimensions.map { Int(clamping: $0) }
    }
}

@available(*, unavailable)
extension Dataspace: Sendable {}
