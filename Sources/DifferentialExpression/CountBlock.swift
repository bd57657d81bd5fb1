/// A run of genes: every gene's counts side by side, `counts[gene * sampleCount + sample]`.
package struct CountBlock: Equatable, Sendable {
    package let counts: [Int32]
    package let sampleCount: Int

    /// Which genes have no count in any sample.
    let allZero: [Bool]

    /// - Precondition: Whole genes; no count is negative.
    package init(counts: [Int32], sampleCount: Int) {
        precondition(sampleCount > 0 && counts.count % sampleCount == 0)
        self.counts = counts
        self.sampleCount = sampleCount
        allZero = stride(from: 0, to: counts.count, by: sampleCount).map { first in
            !counts[first..<first + sampleCount].contains { $0 != 0 }
        }
    }

    package init(counts: ArraySlice<Int32>, sampleCount: Int) {
        self.init(counts: Array(counts), sampleCount: sampleCount)
    }

    package var geneCount: Int { allZero.count }
}
