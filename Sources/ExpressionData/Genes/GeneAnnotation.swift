/// What is known of a gene besides its counts. Unknown fields are nil.
package struct GeneAnnotation: Equatable, Sendable {
    package var symbol: String?
    package var chromosome: String?
    package var biotype: String?

    package init(symbol: String? = nil, chromosome: String? = nil, biotype: String? = nil) {
        self.symbol = symbol
        self.chromosome = chromosome
        self.biotype = biotype
    }
}

extension CountMatrix {
    /// What genes are called in ranked lists: their symbols, and their identifiers where they have none.
    ///
    /// - Parameters:
    ///   - genes: Rows.
    ///   - annotation: One entry per row, or empty.
    package func rankedNames(of genes: [Int], annotation: [GeneAnnotation]) -> [String] {
        genes.map { annotation.isEmpty ? geneIDs[$0] : annotation[$0].symbol ?? geneIDs[$0] }
    }
}
