import ExpressionData

/// Whole numbers that are no counts of reads: normalised values and logarithms that somebody rounded.
package enum CountScale {
    /// What to say of counts whose scale no sequencing gives.
    ///
    /// Libraries differ in depth. Sums that agree to a thousandth, or are all
    /// within a fiftieth of a million, are made so: TPM, CPM, or counts brought
    /// to one depth, which hide how sure each of them is. And no library has a
    /// hundred genes, most of them found, of which none reaches 26 reads: 25 is
    /// the logarithm of 33 million.
    package static func remarks(on counts: CountMatrix, file: String) -> [InputWarning] {
        guard counts.sampleCount > 2 else { return [] }
        var sums = [Int](repeating: 0, count: counts.sampleCount)
        var (largest, zeros) = (Int32(0), 0)
        for gene in counts.geneIDs.indices {
            for (sample, count) in counts.counts(ofGene: gene).enumerated() {
                sums[sample] += Int(count)
                largest = max(largest, count)
                zeros += count == 0 ? 1 : 0
            }
        }
        let place = InputPlace(file: file)
        if let text = ofSums(sums) { return [InputWarning(.warning, place: place, text)] }
        guard counts.geneCount >= 100, (2...largestLogarithm).contains(largest),
            zeros < counts.geneCount * counts.sampleCount / 2
        else { return [] }
        return [
            InputWarning(
                .warning, place: place,
                "the largest of \(grouped(counts.geneCount)) genes' counts is \(largest), as of logarithms that were "
                    + "rounded; if they are, take the counts they were made from")
        ]
    }

    private static func ofSums(_ sums: [Int]) -> String? {
        guard let least = sums.min(), let most = sums.max(), least >= 10_000 else { return nil }
        let isMillion = least >= 980_000 && most <= 1_020_000
        guard isMillion || (most - least) * 1000 <= most else { return nil }
        let range = least == most ? grouped(most) : "\(grouped(least)) to \(grouped(most))"
        return "the counts of every sample add up to the same, \(range), as rounded "
            + (isMillion ? "TPM or CPM do" : "normalised values do")
            + "; raw counts differ in depth, and without it p-values are wrong: take the counts they were made from"
    }

    private static let largestLogarithm: Int32 = 25
}
