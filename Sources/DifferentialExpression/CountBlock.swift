/// A run of genes: every gene's counts side by side, `counts[gene * sampleCount + sample]`.
package struct CountBlock: Equatable, Sendable {
    package let counts: [Int32]
    package let sampleCount: Int

    /// - Precondition: Whole genes; no count is negative.
    package init(counts: [Int32], sampleCount: Int) {
        precondition(sampleCount > 0 && counts.count % sampleCount == 0)
        self.counts = counts
        self.sampleCount = sampleCount
    }

    package init(counts: ArraySlice<Int32>, sampleCount: Int) {
        self.init(counts: Array(counts), sampleCount: sampleCount)
    }

    package var geneCount: Int { counts.count / sampleCount }
}
