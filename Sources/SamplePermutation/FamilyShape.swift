import Payloads

/// How many numbers the counts of a family have: what a result is compared with that comes from elsewhere.
package struct FamilyShape: Equatable, Sendable {
    let counts: [Int]

    /// The most bytes that the counts of one range have.
    package var largestEncoding: Int { counts.reduce(1024) { $0 + 16 * $1 } }

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(counts.map(UInt64.init))
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(PayloadError) {
        var reader = PayloadReader(bytes)
        let counts = try reader.readArray(of: UInt64.self)
        try reader.finish()
        guard counts.allSatisfy({ $0 < 1 << 40 }) else { throw .misfit }
        self.counts = counts.map { Int($0) }
    }

    init(counts: [Int]) { self.counts = counts }
}

extension PermutationFamily {
    package var shape: FamilyShape { FamilyShape(counts: FamilyPass.Counts(self).shape) }
}

extension FamilyPass {
    /// Whether these are the counts of one range, of a family of a shape.
    package func isOf(_ range: Range<Int>, _ shape: FamilyShape) -> Bool {
        guard ranges.segments.count == 1, ranges.segments[0].range == range else { return false }
        let counts = ranges.segments[0].counts
        return counts.shape == shape.counts
            && [counts.genes, counts.positive, counts.negative].allSatisfy { places in
                places.allSatisfy { $0 <= UInt64(range.count) }
            }
            && (counts.geneOverlaps + counts.setOverlaps).allSatisfy { $0.areOf(range.count) }
    }
}
