import ExpressionData

/// Counts that a program estimated, and the average length of each gene's
/// transcripts in each sample, which the model needs beside them.
package struct EstimatedCounts: Sendable {
    /// Rounded to the nearest whole number, a half to the even one.
    package var counts: CountMatrix

    /// `averageLengths[gene * sampleCount + sample]`: the gene's transcripts'
    /// effective lengths in bases, averaged with their abundances as weights;
    /// NaN where none has an abundance.
    package var averageLengths: [Double]

    /// For every gene the mean of its transcripts' lengths over all samples,
    /// for genes without any length of their own.
    package var plainMeanLengths: [Double]

    package var warnings: [InputWarning]

    /// Rounds estimated counts.
    ///
    /// - Throws: `InputError` for a count that no 32-bit number holds.
    static func rounded(
        _ values: [Double], geneIDs: [String], sampleNames: [String], fileName: String
    ) throws -> CountMatrix {
        let counts = try values.enumerated().map { position, value in
            guard value >= 0, value <= Double(Int32.max) else {
                throw InputError(
                    file: fileName, gene: geneIDs[position / sampleNames.count],
                    sample: sampleNames[position % sampleNames.count],
                    "the estimated count \(value) is not between 0 and 2147483647",
                    remedy: "Quantify the sample again.")
            }
            return Int32(value.rounded(.toNearestOrEven))
        }
        return CountMatrix(geneIDs: geneIDs, sampleNames: sampleNames, counts: counts)
    }
}
