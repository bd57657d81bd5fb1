import SamplePermutation

extension SamplePermutationRun {
    /// One of several exposures under shared shuffles; nil where nothing was permuted.
    ///
    /// - Parameters:
    ///   - significantGenes: How long its list of genes is; nil: as many as its own permutations find.
    ///   - threshold: Below which an adjusted p of genes and q of sets are significant.
    func familyMember(significantGenes: Int?, threshold: Double) -> PermutationFamily.Member? {
        guard let results = permutationResults else { return nil }
        let hasSets = !matching.matched.isEmpty
        return PermutationFamily.Member(
            model, normalization: hasSets ? normalization : nil,
            geneLength: significantGenes ?? results.genes.count { $0.adjustedPValue < threshold },
            setLength: results.sets.first?.count { $0.falseDiscoveryRate < threshold } ?? 0,
            setIDs: matching.matched.map { Int32($0.index) })
    }
}
