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
        var encoder = GeneSetNull.Encoder(kind: DesktopPlan.kind)
        encoder.append(DesktopScheme.allCases.firstIndex(of: scheme)!)
        encoder.append(permutations)
        encoder.append(scores.count)
        for score in scores { encoder.append(score) }
        encoder.append(sizes.count)
        for (size, state) in zip(sizes, states) {
            encoder.append(size)
            encoder.append(state)
        }
        return encoder.bytes
    }

    /// - Throws: `GeneSetNull.EncodingError` unless the bytes are what `encoded()` returns.
    package init(decoding bytes: [UInt8]) throws(GeneSetNull.EncodingError) {
        var decoder = try GeneSetNull.Decoder(bytes, kind: DesktopPlan.kind)
        scheme = DesktopScheme.allCases[try decoder.number(upTo: DesktopScheme.allCases.count - 1)]
        permutations = try decoder.number(upTo: Int(Int32.max))
        var scores: [Double] = []
        for _ in 0..<(try decoder.number(upTo: decoder.remaining / 8)) { scores.append(try decoder.double()) }
        var sizes: [Int] = []
        var states: [UInt64] = []
        for _ in 0..<(try decoder.number(upTo: decoder.remaining / 2)) {
            sizes.append(try decoder.number(upTo: scores.count))
            states.append(try decoder.number())
        }
        try decoder.finish()
        (self.scores, self.sizes, self.states) = (scores, sizes, states)
    }
}
