/// The random sets of the GSEA desktop: ranks drawn until k distinct ones have come.
struct DesktopDraws {
    private(set) var generator: JavaRandom
    private let geneCount: Int

    /// One bit per rank that the present set holds.
    private var seen: [UInt64]

    init(generator: JavaRandom, geneCount: Int) {
        self.generator = generator
        self.geneCount = geneCount
        seen = [UInt64](repeating: 0, count: (geneCount + 63) / 64)
    }

    /// Draws one set and writes its ranks, ascending.
    ///
    /// A set of all genes draws nothing from the generator, as in the program.
    mutating func draw(into members: inout [Int32]) {
        if members.count == geneCount {
            for rank in 0..<geneCount { members[rank] = Int32(rank) }
            return
        }
        mark(members.count)
        var member = 0
        for word in seen.indices where seen[word] != 0 {
            var bits = seen[word]
            while bits != 0 {
                members[member] = Int32(word * 64 + bits.trailingZeroBitCount)
                bits &= bits - 1
                member += 1
            }
            seen[word] = 0
        }
    }

    /// Takes from the generator what one set of `size` ranks takes.
    mutating func skip(size: Int) {
        if size == geneCount { return }
        mark(size)
        for word in seen.indices { seen[word] = 0 }
    }

    private mutating func mark(_ size: Int) {
        var generator = generator
        let geneCount = geneCount
        seen.withUnsafeMutableBufferPointer { seen in
            var drawn = 0
            while drawn < size {
                let rank = generator.next(below: geneCount)
                let bit = UInt64(1) << UInt64(rank & 63)
                if seen[rank >> 6] & bit != 0 { continue }
                seen[rank >> 6] |= bit
                drawn += 1
            }
        }
        self.generator = generator
    }
}
