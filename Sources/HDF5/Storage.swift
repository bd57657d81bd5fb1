import CHDF5

/// How a dataset's elements lie in the file.
package enum Storage: Equatable, Sendable {
    /// In the object's own header; for up to 64,000 bytes, and not for strings of variable length.
    case compact

    /// In one piece, uncompressed.
    case contiguous

    /// In pieces of `shape` elements, as they are: for numbers that deflate would hardly shrink.
    case chunks(shape: [Int])

    /// In pieces of `shape` elements, each shuffled by bytes and deflated at level 1.
    ///
    /// Higher levels cost several times as much and save hardly anything on counts and statistics.
    case deflatedChunks(shape: [Int])

    /// The level of deflate.
    package static let deflateLevel = 1

    /// The settings that make a dataset so, and without time stamps.
    func creationProperties() throws(HDF5Error) -> PropertyList {
        let properties = try PropertyList(modicum_h5p_dataset_create)
        let id = properties.id
        try perform("leave out time stamps") { H5Pset_obj_track_times(id, false) }
        switch self {
        case .compact:
            try perform("make a dataset compact") { H5Pset_layout(id, H5D_COMPACT) }
        case .contiguous:
            try perform("make a dataset contiguous") { H5Pset_layout(id, H5D_CONTIGUOUS) }
        case .chunks(let shape):
            try Self.setChunks(shape, of: properties)
        case .deflatedChunks(let shape):
            try Self.setChunks(shape, of: properties)
            try perform("shuffle a dataset") { H5Pset_shuffle(id) }
            try perform("deflate a dataset") { H5Pset_deflate(id, UInt32(Self.deflateLevel)) }
        }
        return properties
    }

    private static func setChunks(_ shape: [Int], of properties: borrowing PropertyList) throws(HDF5Error) {
        let (id, dimensions) = (properties.id, shape.map { hsize_t($0) })
        try perform("set chunks of \(shape)") { H5Pset_chunk(id, Int32(dimensions.count), dimensions) }
    }
}
