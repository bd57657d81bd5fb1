import Payloads

/// How large the summaries of an analysis are: what a result is compared with that comes from elsewhere.
package struct SummaryShape: Equatable, Sendable {
    let statisticCount: Int
    let setCount: Int

    /// Genes with a fit.
    let geneCount: Int

    /// By set statistic, how many observed scores of each sign have a mean to be divided by; empty before that is known.
    let sideCounts: [[Int]]

    /// How many scores of sets a permutation has.
    package var scoresPerPermutation: Int { statisticCount * setCount }

    /// The most bytes that a summary of one range has.
    package var largestEncoding: Int {
        let tail = 9 + 4 * LargestValues.kept
        let set = 2 * 8 + 2 * 16 + 24 + 4 * FirstExceedances.kept + tail
        let gene = 4 + 4 * FirstExceedances.kept + 8 + tail
        let first = statisticCount * (8 + setCount * set) + geneCount * gene + 8 * NullOfZ.binCount
        return max(first, sideCounts.reduce(0) { $0 + $1.reduce(32) { $0 + 24 * $1 + 24 } }) + 1024
    }

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        for count in [statisticCount, setCount, geneCount] { writer.write(count) }
        writer.write(sideCounts.flatMap { $0 }.map { UInt64($0) })
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(PayloadError) {
        var reader = PayloadReader(bytes)
        statisticCount = try reader.readCount()
        setCount = try reader.readCount()
        geneCount = try reader.readCount()
        let counts: [UInt64] = try reader.readArray()
        try reader.finish()
        guard counts.count.isMultiple(of: 2), counts.allSatisfy({ $0 < 1 << 48 }) else { throw .misfit }
        sideCounts = stride(from: 0, to: counts.count, by: 2).map { [Int(counts[$0]), Int(counts[$0 + 1])] }
    }

    init(_ model: SamplePermutationModel, sideCounts: [[Int]]) {
        statisticCount = model.inputs.setStatistics.count
        setCount = model.catalogue.setCount
        geneCount = model.genes.count
        self.sideCounts = sideCounts
    }
}

extension SamplePermutationModel {
    /// The shape of the first pass's summaries.
    package var shape: SummaryShape { SummaryShape(self, sideCounts: []) }

    /// The shape of the second pass's summaries.
    package func shape(_ normalization: ScoreNormalization) -> SummaryShape {
        SummaryShape(
            self,
            sideCounts: NormalizedCounter(normalization, observed: observedScores).counts.sides.map {
                $0.map(\.ratios.count)
            })
    }
}
