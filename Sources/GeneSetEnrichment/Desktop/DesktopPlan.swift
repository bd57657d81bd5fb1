import Payloads

/// The null of a GSEA desktop run, ready to be computed set by set, anywhere.
///
/// One generator serves the whole run: for every set in file order, every
/// permutation draws ranks until it has k distinct ones. So a set's null depends
/// on the number and sizes of the sets before it. What a set needs of all that is
/// the generator's state when its turn comes; one pass that draws and scores
/// nothing records these states.
package struct DesktopPlan: Sendable, Equatable {
    package let scores: [Double]
    package let scheme: DesktopScheme
    package let permutations: Int

    /// By set, in file order: its number of genes in the list.
    package let sizes: [Int]

    /// By set: the generator's state before its first draw.
    let states: [UInt64]

    /// Records the states; takes a few nanoseconds per drawn rank.
    ///
    /// - Parameter seed: The program's `-rnd_seed`.
    package init(scores: [Double], scheme: DesktopScheme, sizes: [Int], permutations: Int, seed: Int64) {
        self.scores = scores
        self.scheme = scheme
        self.sizes = sizes
        self.permutations = permutations
        var draws = DesktopDraws(generator: JavaRandom(seed: seed), geneCount: scores.count)
        states = sizes.map { size in
            let state = draws.generator.state
            for _ in 0..<permutations { draws.skip(size: size) }
            return state
        }
    }

    /// Returns the null scores of some sets, each in the order of drawing.
    ///
    /// - Parameter betweenDraws: Called every few milliseconds; may throw to stop.
    package func nullScores(
        ofSets range: Range<Int>, betweenDraws: () throws -> Void
    ) rethrows -> [[Float]] {
        let scoring = DesktopScores(scores: scores, scheme: scheme)
        return try range.map { set in
            var draws = DesktopDraws(generator: JavaRandom(state: states[set]), geneCount: scores.count)
            var members = [Int32](repeating: 0, count: sizes[set])
            var null: [Float] = []
            null.reserveCapacity(permutations)
            for permutation in 0..<permutations {
                if permutation.isMultiple(of: 1024) { try betweenDraws() }
                draws.draw(into: &members)
                let total = scoring.totalOfDraw(members)
                null.append(members.withUnsafeBufferPointer { scoring.score($0, total: total).value })
            }
            return null
        }
    }

    /// Ranges of sets that cost about the same, at most `count` of them.
    ///
    /// They depend on the sizes alone.
    package func ranges(count: Int) -> [Range<Int>] {
        // A draw passes over a bit per gene and then visits its members.
        let costs = sizes.map { $0 + scores.count / 64 }
        let share = max(1, costs.reduce(0, +) / max(1, count))
        var ranges: [Range<Int>] = []
        var first = 0
        var sum = 0
        for (set, cost) in costs.enumerated() {
            sum += cost
            if sum >= share || set == costs.count - 1 {
                ranges.append(first..<set + 1)
                first = set + 1
                sum = 0
            }
        }
        return ranges
    }
}

extension DesktopPlan {
    private static let kind = "MGDP1"

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter(kind: DesktopPlan.kind)
        writer.write(compact: DesktopScheme.allCases.firstIndex(of: scheme)!)
        writer.write(compact: permutations)
        writer.write(compact: scores.count)
        for score in scores { writer.write(score) }
        writer.write(compact: sizes.count)
        for (size, state) in zip(sizes, states) {
            writer.write(compact: size)
            writer.write(compact: state)
        }
        return writer.bytes
    }

    /// - Throws: `GeneSetNull.EncodingError` unless the bytes are what `encoded()` returns.
    package init(decoding bytes: [UInt8]) throws(GeneSetNull.EncodingError) {
        var reader = try PayloadReader(bytes, kind: DesktopPlan.kind)
        scheme = DesktopScheme.allCases[try reader.readCompact(upTo: DesktopScheme.allCases.count - 1)]
        permutations = try reader.readCompact(upTo: Int(Int32.max))
        var scores: [Double] = []
        for _ in 0..<(try reader.readCompact(upTo: reader.remaining / 8)) { scores.append(try reader.readDouble()) }
        var sizes: [Int] = []
        var states: [UInt64] = []
        for _ in 0..<(try reader.readCompact(upTo: reader.remaining / 2)) {
            sizes.append(try reader.readCompact(upTo: scores.count))
            states.append(try reader.readCompact())
        }
        try reader.finish()
        (self.scores, self.sizes, self.states) = (scores, sizes, states)
    }
}
