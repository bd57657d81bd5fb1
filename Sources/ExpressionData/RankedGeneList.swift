/// Genes by descending score; equal scores keep the order they came in.
package struct RankedGeneList: Equatable, Sendable {
    /// Gene names, best first, each once.
    package let genes: [String]

    /// One finite or infinite score per gene, descending.
    package let scores: [Double]

    /// Sorts `scores` in descending order, stably.
    ///
    /// - Precondition: One score per gene, none NaN, no gene twice.
    package init(genes: [String], scores: [Double]) {
        precondition(genes.count == scores.count)
        let order = genes.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        self.genes = order.map { genes[$0] }
        self.scores = order.map { scores[$0] }
    }

    package var count: Int { genes.count }
}
