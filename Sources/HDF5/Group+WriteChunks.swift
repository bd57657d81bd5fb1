import CHDF5

/// One chunk of a dataset as it stands in the file, made outside of the library.
package struct EncodedChunk: Equatable, Sendable {
    package let bytes: [UInt8]

    /// False where deflating would have made the chunk longer: then `bytes` are only shuffled.
    package let isDeflated: Bool

    package init(bytes: [UInt8], isDeflated: Bool) {
        self.bytes = bytes
        self.isDeflated = isDeflated
    }
}

extension Group {
    /// Makes a dataset of 32-bit integers in this group from chunks that are shuffled and deflated already.
    ///
    /// - Parameters:
    ///   - chunks: In C order of their places. A chunk that reaches over an edge is filled up with zeros there.
    ///   - chunkShape: As in `Storage.deflatedChunks`.
    /// - Precondition: There are as many chunks as the shapes say.
    package func createDataset(
        _ name: String, int32Chunks chunks: [EncodedChunk], shape: [Int], chunkShape: [Int]
    ) throws(HDF5Error) -> Dataset {
        let pieces = zip(shape, chunkShape).map { ($0 + $1 - 1) / $1 }
        precondition(pieces.reduce(1, *) == chunks.count, "a dataset has as many chunks as its shape says")
        let dataset = try createDataset(
            name, ofType: try Datatype.inFile(.int32), shape: shape, storage: .deflatedChunks(shape: chunkShape))
        let (id, path) = (dataset.id, dataset.path)
        // The second filter of the pipeline is deflate.
        let withoutDeflate: UInt32 = 1 << 1
        for (index, chunk) in chunks.enumerated() {
            var rest = index
            var offset = [hsize_t](repeating: 0, count: shape.count)
            for axis in shape.indices.reversed() {
                offset[axis] = hsize_t(rest % pieces[axis] * chunkShape[axis])
                rest /= pieces[axis]
            }
            try perform("write \(path)") {
                H5Dwrite_chunk(
                    id, modicum_h5p_default(), chunk.isDeflated ? 0 : withoutDeflate, offset, chunk.bytes.count,
                    chunk.bytes)
            }
        }
        return dataset
    }
}
