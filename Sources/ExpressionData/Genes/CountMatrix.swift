/// Raw counts, one row per gene and one column per sample.
package struct CountMatrix: Equatable, Sendable {
    /// Gene identifiers, in input order, without duplicates.
    package let geneIDs: [String]

    /// Sample names, in input order, without duplicates.
    package let sampleNames: [String]

    /// `counts[gene * sampleCount + sample]`: every gene's samples side by side.
    package let counts: [Int32]

    /// - Precondition: There is one count per gene and sample, and none is negative.
    package init(geneIDs: [String], sampleNames: [String], counts: [Int32]) {
        precondition(counts.count == geneIDs.count * sampleNames.count)
        self.geneIDs = geneIDs
        self.sampleNames = sampleNames
        self.counts = counts
    }

    package var geneCount: Int { geneIDs.count }
    package var sampleCount: Int { sampleNames.count }

    /// The counts of one gene, in sample order.
    package func counts(ofGene gene: Int) -> ArraySlice<Int32> {
        counts[gene * sampleCount..<(gene + 1) * sampleCount]
    }
}
