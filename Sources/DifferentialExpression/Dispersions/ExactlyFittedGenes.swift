// Genes whose weights leave no more samples than coefficients.
//
// Their means equal the counts, and with the Cox-Reid adjustment the likelihood of the dispersion is level from zero up
// to some thousandths: what the slope of the samples without weight (which count for a millionth) decides there is less than
// the rounding of R's log-gamma function at 1e8. Of 359 such genes whose search did not settle DESeq2 leaves 149 at the
// smallest dispersion and the others near 2e-4, by chance.
extension DispersionSearch {
    /// A gain of the log-posterior that says nothing: the tolerance of the search, and a few units of rounding at 1e9.
    private static let leastGain = 1e-6

    /// The genes among `genes` that are fitted exactly and for which nothing speaks against the smallest dispersion.
    ///
    /// - Parameter dispersions: What the searches came to, one per gene of the block.
    func indifferentGenes(_ genes: [Int32], dispersions: [Double]) -> [Int32] {
        let exact = genes.filter { context.isFittedExactly($0, of: block) }
        guard !exact.isEmpty else { return [] }
        let smallest = [Double](repeating: context.settings.minimumDispersion, count: block.geneCount)
        let (found, least) = (posteriors(of: exact, at: dispersions), posteriors(of: exact, at: smallest))
        return exact.filter { found[Int($0)] - least[Int($0)] < Self.leastGain }
    }

    /// The log-posterior at given dispersions, which is where a search begins.
    private func posteriors(of genes: [Int32], at dispersions: [Double]) -> [Double] {
        DispersionSearch(
            block, genes: genes, means: means, start: dispersions, priorMean: priorMean, priorVariance: priorVariance,
            in: context
        ).firstPosterior
    }
}

extension ModelContext {
    /// Whether no more samples than coefficients have a relative weight that the rank is asked of.
    fileprivate func isFittedExactly(_ gene: Int32, of block: CountBlock) -> Bool {
        guard !block.weights.isEmpty else { return false }
        let weights = block.relativeWeights[Int(gene) * sampleCount..<(Int(gene) + 1) * sampleCount]
        return weights.count { $0 > Self.leastWeight } <= coefficientCount
    }
}
