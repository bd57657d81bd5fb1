/// Where a sample's aligned reads lie: the few numbers for which people look into Qualimap's `rnaseq` report.
package struct AlignmentProfile: Equatable, Codable, Sendable {
    /// Aligned reads, mates counted singly, by where more than half of their aligned bases lie: in exons, else in genes, else
    /// outside.
    package var exonic = 0
    package var intronic = 0
    package var intergenic = 0

    /// Reads over a base of the exons, over all genes that any read covers; nil without such a gene.
    package var meanCoverage: Double?

    /// The coverage of the first 100 bases of a gene's exons over that of all, in the direction of the transcript: the median
    /// over the best covered genes; nil without genes that are covered and long enough.
    package var fivePrimeBias: Double?

    /// The same of the last 100 bases.
    package var threePrimeBias: Double?

    /// From the first to the last hundredth of the same genes, each gene's coverage over its mean, and the mean of them.
    package var bodyCoverage: [Double] = []

    package init() {}

    /// The first bias over the second; 1 where a library covers both ends alike.
    package var fiveToThreePrimeBias: Double? {
        guard let fivePrimeBias, let threePrimeBias, threePrimeBias > 0 else { return nil }
        return fivePrimeBias / threePrimeBias
    }

    private var reads: Int { exonic + intronic + intergenic }
    private func fraction(_ count: Int) -> Double? { reads > 0 ? Double(count) / Double(reads) : nil }
    package var exonicFraction: Double? { fraction(exonic) }
    package var intronicFraction: Double? { fraction(intronic) }
    package var intergenicFraction: Double? { fraction(intergenic) }

    /// `bodyCoverage` as a table.
    package var bodyText: String {
        "percentile\tcoverage\n" + bodyCoverage.enumerated().map { "\($0 + 1)\t\($1)\n" }.joined()
    }
}
