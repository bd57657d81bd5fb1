import ExpressionData
import StatisticalKernels

/// Counts per million fragments of a library, and per million and kilobase of gene: DESeq2's `fpm` and `fpkm`.
///
/// They are for looking at, and for other programs; no test is made of them.
package struct FragmentRates: Equatable, Sendable {
    /// `values[gene * sampleCount + sample]`: 10⁶ K / L.
    package let perMillion: [Double]

    private let sampleCount: Int

    /// - Parameters:
    ///   - counts: Of the analysed genes. A library is the sum of their counts, as of the rows of DESeq2's data set.
    ///   - sizeFactors: With them L is the size factor times the geometric mean of all libraries (`robust = TRUE`), which
    ///     a few genes with most of the counts do not move; nil: the library itself.
    /// - Precondition: Every sample has a count.
    package init(of counts: CountMatrix, sizeFactors: [Double]?) {
        let libraries = counts.librarySizes.map(Double.init)
        let mean = exp(compensatedSum(libraries.map { log($0) }) / Double(libraries.count))
        let sizes = sizeFactors?.map { $0 * mean } ?? libraries
        sampleCount = counts.sampleCount
        perMillion = counts.counts.enumerated().map { 1e6 * (Double($1) / sizes[$0 % sizes.count]) }
    }

    /// Per kilobase of genes that have one length.
    ///
    /// - Parameter lengths: In bases, one per gene; NaN where unknown, and so are the rates.
    package func perKilobase(ofGenes lengths: [Double]) -> [Double] {
        perMillion.enumerated().map { 1e3 * ($1 / lengths[$0 / sampleCount]) }
    }

    /// Per kilobase of estimated counts, whose transcripts have another average length in every sample.
    ///
    /// - Parameters:
    ///   - lengths: In bases, as `perMillion`. Positive.
    ///   - isRobust: Whether the rates are divided by size factors of their own: medians of ratios to the genes' geometric
    ///     means.
    /// - Precondition: With `isRobust`, some gene has a count in every sample.
    package func perKilobase(ofTranscripts lengths: [Double], isRobust: Bool) -> [Double] {
        let rates = zip(perMillion, lengths).map { 1e3 * $0 / $1 }
        guard isRobust else { return rates }
        let logarithms = rates.map { log($0) }
        let genes = (0..<rates.count / sampleCount).filter { gene in
            (0..<sampleCount).allSatisfy { rates[gene * sampleCount + $0] > 0 }
        }
        let means = genes.map { gene in
            logarithms[gene * sampleCount..<(gene + 1) * sampleCount].reduce(0, +) / Double(sampleCount)
        }
        let factors = (0..<sampleCount).map { sample in
            exp(median(of: zip(genes, means).map { logarithms[$0 * sampleCount + sample] - $1 }))
        }
        return rates.enumerated().map { $1 / factors[$0 % sampleCount] }
    }
}
