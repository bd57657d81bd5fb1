import ExpressionData

extension RegularizedLogarithm {
    /// Genes whose counts lie nearly all in one sample: DESeq2's warning of `rlog`.
    ///
    /// The model behind the transform takes such a count for a draw from a
    /// negative-binomial distribution of all samples, and shrinks it as such.
    package struct LoneCounts: Equatable, Sendable {
        /// Only genes with a larger sum of normalized counts are asked.
        package static let leastSum = 100.0

        /// One sample has more than this share of the sum.
        package static let loneShare = 0.9

        /// More genes than this share call for a warning.
        package static let usualShare = 0.1

        /// The share of such genes among those that are asked; 0 where none is.
        package let share: Double

        package init(in block: CountBlock, sizeFactors: [Double]) {
            var (asked, lone) = (0, 0)
            for gene in 0..<block.geneCount {
                let factors = block.factors(ofGene: gene, sizeFactors: sizeFactors)
                let normalized = zip(block.counts(ofGene: gene), factors).map { Double($0) / $1 }
                let sum = normalized.reduce(0, +)
                guard sum > Self.leastSum, let largest = normalized.max() else { continue }
                asked += 1
                if largest / sum > Self.loneShare { lone += 1 }
            }
            share = asked > 0 ? Double(lone) / Double(asked) : 0
        }

        /// Nil where it is usual.
        package var warning: String? {
            guard share > Self.usualShare else { return nil }
            let percent = { (value: Double) in "\(decimal((value * 1000).rounded() / 10)) %" }
            return
                "in \(percent(share)) of the genes with a sum of normalized counts above \(Int(Self.leastSum)) one sample has "
                + "more than \(percent(Self.loneShare)) of the sum, and rlog takes counts for negative binomial ("
                + "\(percent(Self.usualShare)) of genes is the limit of this warning, DESeq2's own): prefer --transform vst"
        }
    }
}
