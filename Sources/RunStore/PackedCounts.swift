import ContentDigest
import Deflate
import HDF5
import Synchronization

/// The count matrix as it will stand in the file: cut into chunks, shuffled, deflated, and its digest.
///
/// It depends on the inputs alone and takes longer than anything else in the file, so it can be made while the
/// results are still being computed, by any number of threads. HDF5's own filters read it.
package final class PackedCounts: Sendable {
    /// Samples, genes.
    let shape: [Int]
    let chunkShape: [Int]

    /// `counts[gene * samples + sample]`
    private let counts: [Int32]
    private let nextPart = Atomic(0)
    private let parts: Mutex<Parts>

    private struct Parts {
        var chunks: [EncodedChunk?]
        var digest: SHA256Digest?

        func isMissing(_ part: Int) -> Bool {
            part == 0 ? digest == nil : part <= chunks.count && chunks[part - 1] == nil
        }
    }

    /// - Parameter counts: `counts[gene * samples + sample]`
    /// - Returns: Nil for a matrix that is too small to be stored in chunks.
    package init?(counts: [Int32], genes: Int, samples: Int) {
        shape = [samples, genes]
        guard case .deflatedChunks(let chunkShape) = StorageLayout(ofInt32s: counts.count, shape: shape).storage else {
            return nil
        }
        self.chunkShape = chunkShape
        self.counts = counts
        parts = Mutex(Parts(chunks: []))
        let chunkCount = partCount - 1
        parts.withLock { $0.chunks = [EncodedChunk?](repeating: nil, count: chunkCount) }
    }

    /// Makes the next part that nobody has begun.
    ///
    /// - Returns: Whether there was one.
    package func makeNextPart() -> Bool {
        let part = nextPart.add(1, ordering: .relaxed).oldValue
        guard part < partCount else { return false }
        make(part)
        return true
    }

    /// Makes every part that is not there yet.
    ///
    /// Those in another thread's hand too, rather than wait: that thread may get no core for long.
    package func finish() {
        while makeNextPart() {}
        for part in 0..<partCount where parts.withLock({ $0.isMissing(part) }) { make(part) }
    }

    private var partCount: Int { zip(shape, chunkShape).reduce(1) { $0 * (($1.0 + $1.1 - 1) / $1.1) } + 1 }

    /// The digest goes through the matrix in order and is the longest part, so it comes first.
    private func make(_ part: Int) {
        if part == 0 {
            let digest = wholeDigest()
            parts.withLock { $0.digest = digest }
        } else {
            let chunk = encodedChunk(part - 1)
            // Nothing is missing any more where the chunks have been handed over.
            parts.withLock { if $0.isMissing(part) { $0.chunks[part - 1] = chunk } }
        }
    }

    /// Hands over the chunks in C order and the content's digest; the file that they go into is memory enough.
    ///
    /// - Precondition: Every part has been made, and none was handed over before.
    func take() -> (chunks: [EncodedChunk], digest: SHA256Digest) {
        parts.withLock { parts in
            defer { parts.chunks = [] }
            return (parts.chunks.map { $0! }, parts.digest!)
        }
    }

    private var genes: Int { shape[1] }
    private var samples: Int { shape[0] }

    private func encodedChunk(_ index: Int) -> EncodedChunk {
        let across = (genes + chunkShape[1] - 1) / chunkShape[1]
        let rows = (index / across * chunkShape[0])..<min((index / across + 1) * chunkShape[0], samples)
        let columns = (index % across * chunkShape[1])..<min((index % across + 1) * chunkShape[1], genes)
        let count = chunkShape[0] * chunkShape[1]
        // Byte plane after byte plane, as the shuffle filter leaves them; zero beyond the edges.
        var planes = [UInt8](repeating: 0, count: count * 4)
        planes.withUnsafeMutableBufferPointer { planes in
            counts.withUnsafeBufferPointer { counts in
                for column in columns {
                    for row in rows {
                        let bits = UInt32(bitPattern: counts[column * samples + row])
                        let element = (row - rows.lowerBound) * chunkShape[1] + column - columns.lowerBound
                        for byte in 0..<4 {
                            planes[byte * count + element] = UInt8(truncatingIfNeeded: bits >> UInt32(8 * byte))
                        }
                    }
                }
            }
        }
        // High bytes are zeros and low ones have no order: there are runs to find, and nothing else.
        let deflated = Deflate.compress(planes, level: Storage.deflateLevel, format: .zlib, search: .runs)
        guard deflated.count < planes.count else { return EncodedChunk(bytes: planes, isDeflated: false) }
        // Without the room that was set aside for what does not shrink.
        return EncodedChunk(bytes: deflated.withUnsafeBufferPointer { [UInt8]($0) }, isDeflated: true)
    }

    /// The digest of the content: sample after sample, see `StoredContent.digest`.
    private func wholeDigest() -> SHA256Digest {
        // As many samples at a time as share a cache line of a gene's counts.
        let width = 16
        var hasher = SHA256Hasher()
        var rows = [Int32](repeating: 0, count: width * genes)
        for first in stride(from: 0, to: samples, by: width) {
            let band = min(width, samples - first)
            for gene in 0..<genes {
                for row in 0..<band { rows[row * genes + gene] = counts[gene * samples + first + row].littleEndian }
            }
            rows.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0.prefix(band * genes * 4))) }
        }
        return hasher.finish()
    }
}
