/// Genes by descending score; equal scores keep the order they came in.
package struct RankedGeneList: Equatable, Sendable {
    /// Gene names, best first, each once.
    package let genes: [String]

    /// One score per gene: descending and not NaN, unless the list was given in order.
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

    /// A list that is in order already, such as one by |score|.
    ///
    /// - Precondition: One score per gene, no gene twice.
    package init(inOrder genes: [String], scores: [Double]) {
        precondition(genes.count == scores.count)
        self.genes = genes
        self.scores = scores
    }

    package var count: Int { genes.count }
}
