import Payloads
import StatisticalKernels

extension GeneSetNull {
    /// Bytes that are not an encoded plan or state.
    package typealias EncodingError = PayloadError
}

extension GeneSetNull.State {
    private static let kind = "MGNS1"

    /// The state in bytes: of each histogram only the span of occupied bins.
    ///
    /// Equal states have equal bytes. Deflate takes them to about a half.
    package func encoded() -> [UInt8] {
        var writer = PayloadWriter(kind: GeneSetNull.State.kind)
        writer.write(compact: permutations)
        writer.write(compact: sizeCount)
        writer.write(compact: setCount)
        for sum in sums {
            // A side's scores have one sign, and sides alternate.
            writer.write(compact: UInt64(truncatingIfNeeded: sum.magnitude))
            writer.write(compact: UInt64(truncatingIfNeeded: sum.magnitude >> 64))
        }
        for side in sums.indices {
            let bins = histograms[side]
            let first = bins.firstIndex { $0 != 0 } ?? 0
            let last = bins.lastIndex { $0 != 0 } ?? -1
            writer.write(compact: first)
            writer.write(compact: last + 1 - first)
            writer.write(compact: bins[first..<last + 1].map(UInt64.init))
        }
        writer.write(compact: equal.indices.flatMap { [beyondWithinBin[$0], equal[$0]] })
        return writer.bytes
    }

    /// - Throws: `GeneSetNull.EncodingError` unless the bytes are what `encoded()` returns.
    package init(decoding bytes: [UInt8]) throws(GeneSetNull.EncodingError) {
        var reader = try PayloadReader(bytes, kind: GeneSetNull.State.kind)
        let permutations = try reader.readCompact(upTo: GeneSetNull.permutationLimit)
        // A size takes eight bytes at least, and a set two: so a short message cannot ask for much memory.
        let sizeCount = try reader.readCompact(upTo: reader.remaining / 8)
        let setCount = try reader.readCompact(upTo: reader.remaining / 2)
        self.init(sizeCount: sizeCount, setCount: setCount)
        self.permutations = permutations
        for side in sums.indices {
            let low = try reader.readCompact()
            let high = try reader.readCompact(upTo: Int(Int32.max))
            let magnitude = Int128(high) << 64 | Int128(low)
            sums[side] = side % 2 == 0 ? magnitude : -magnitude
        }
        for side in sums.indices {
            let first = try reader.readCompact(upTo: GeneSetNull.binCount)
            let count = try reader.readCompact(upTo: GeneSetNull.binCount - first)
            if count > 0 { reserve(bin: first + count - 1, ofSide: side) }
            let occupied = try reader.readCompacts(count, upTo: UInt64(GeneSetNull.permutationLimit))
            for (bin, value) in occupied.enumerated() { histograms[side][first + bin] = UInt32(value) }
        }
        let pairs = try reader.readCompacts(2 * setCount)
        for set in equal.indices {
            beyondWithinBin[set] = pairs[2 * set]
            equal[set] = pairs[2 * set + 1]
        }
        try reader.finish()
    }
}

extension GeneSetNull.Plan {
    private static let kind = "MGNP1"

    /// Everything a worker needs to draw the null, in bytes.
    package func encoded() -> [UInt8] {
        var writer = PayloadWriter(kind: GeneSetNull.Plan.kind)
        writer.write(compact: seed)
        writer.write(exponent)
        writer.write(compact: scores.count)
        for score in scores { writer.write(score) }
        writer.write(compact: observed.count)
        for set in observed {
            writer.write(compact: set.size)
            writer.write(compact: set.isPositive ? 1 : 0)
            writer.write(set.score)
        }
        return writer.bytes
    }

    /// - Throws: `GeneSetNull.EncodingError` unless the bytes are what `encoded()` returns.
    package init(
        decoding bytes: [UInt8], kernels: NestedPrefixKernels = .current
    ) throws(GeneSetNull.EncodingError) {
        var reader = try PayloadReader(bytes, kind: GeneSetNull.Plan.kind)
        let seed = try reader.readCompact()
        let exponent = try reader.readDouble()
        guard exponent >= 0 else {
            throw GeneSetNull.EncodingError(description: "\(GeneSetNull.Plan.kind): the weight is \(exponent).")
        }
        var scores: [Double] = []
        for _ in 0..<(try reader.readCompact(upTo: reader.remaining / 8)) { scores.append(try reader.readDouble()) }
        var observed: [GeneSetNull.ObservedSet] = []
        for _ in 0..<(try reader.readCompact(upTo: reader.remaining / 10)) {
            let size = try reader.readCompact(upTo: scores.count)
            let isPositive = try reader.readCompact(upTo: 1) == 1
            observed.append(
                GeneSetNull.ObservedSet(size: size, score: try reader.readDouble(), isPositive: isPositive))
        }
        guard observed.allSatisfy({ $0.size > 0 }) else {
            throw GeneSetNull.EncodingError(description: "\(GeneSetNull.Plan.kind): a set without members.")
        }
        try reader.finish()
        self.init(scores: scores, exponent: exponent, observed: observed, seed: seed, kernels: kernels)
    }
}
