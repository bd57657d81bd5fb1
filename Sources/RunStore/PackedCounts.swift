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

        /// Of the samples before `digestedSamples`.
        var hasher = SHA256Hasher()
        var digestedSamples = 0

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
        for part in 0..<partCount { while parts.withLock({ $0.isMissing(part) }) { make(part) } }
    }

    private var partCount: Int { zip(shape, chunkShape).reduce(1) { $0 * (($1.0 + $1.1 - 1) / $1.1) } + 1 }

    /// The digest goes through the matrix in order and is the longest part, so it comes first.
    private func make(_ part: Int) {
        if part == 0 {
            while digestNextBand() {}
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
        var values = [Int32](repeating: 0, count: rows.count * columns.count)
        transpose(samples: rows, genes: columns, into: &values)
        planes.withUnsafeMutableBufferPointer { planes in
            for row in 0..<rows.count {
                for byte in 0..<4 {
                    let plane = planes.baseAddress! + byte * count + row * chunkShape[1]
                    for column in 0..<columns.count {
                        let bits = UInt32(bitPattern: values[row * columns.count + column])
                        plane[column] = UInt8(truncatingIfNeeded: bits >> UInt32(8 * byte))
                    }
                }
            }
        }
        guard let deflated = Deflate.compressFast(planes) else { return EncodedChunk(bytes: planes, isDeflated: false) }
        // Without the room that was set aside for what does not shrink.
        return EncodedChunk(bytes: deflated.withUnsafeBufferPointer { [UInt8]($0) }, isDeflated: true)
    }

    /// Takes the digest of the content (sample after sample, see `StoredContent.digest`) some samples further than anybody
    /// has, so that whoever finishes goes on where a thread without a core left it.
    ///
    /// - Returns: Whether there is more to do.
    private func digestNextBand() -> Bool {
        var (hasher, first) = parts.withLock { ($0.hasher, $0.digestedSamples) }
        guard first < samples else { return false }
        let band = first..<min(first + PackedCounts.tile, samples)
        var rows = [Int32](repeating: 0, count: band.count * genes)
        transpose(samples: band, genes: 0..<genes, into: &rows)
        rows.withUnsafeBytes { hasher.update($0) }
        parts.withLock { parts in
            guard parts.digestedSamples < band.upperBound else { return }
            parts.hasher = hasher
            parts.digestedSamples = band.upperBound
            if band.upperBound == samples { parts.digest = hasher.finish() }
        }
        return true
    }

    /// As many samples of a gene as share a cache line.
    private static let tile = 16

    /// Writes `values[sample * genes.count + gene]`, little endian.
    private func transpose(samples rows: Range<Int>, genes columns: Range<Int>, into values: inout [Int32]) {
        precondition(values.count == rows.count * columns.count)
        precondition(rows.upperBound <= samples && columns.upperBound <= genes)
        let samples = samples
        counts.withUnsafeBufferPointer { counts in
            values.withUnsafeMutableBufferPointer { values in
                for firstRow in stride(from: rows.lowerBound, to: rows.upperBound, by: PackedCounts.tile) {
                    let tileRows = firstRow..<min(firstRow + PackedCounts.tile, rows.upperBound)
                    for firstColumn in stride(from: columns.lowerBound, to: columns.upperBound, by: PackedCounts.tile) {
                        let tileColumns = firstColumn..<min(firstColumn + PackedCounts.tile, columns.upperBound)
                        for row in tileRows {
                            let target = (row - rows.lowerBound) * columns.count - columns.lowerBound
                            for column in tileColumns {
                                values[target + column] = counts[column * samples + row].littleEndian
                            }
                        }
                    }
                }
            }
        }
    }
}
