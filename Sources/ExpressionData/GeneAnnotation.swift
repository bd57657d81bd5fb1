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
