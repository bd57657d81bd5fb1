import ExpressionData
import StatisticalKernels

/// A preranked analysis as the GSEA desktop runs it: same generator, order of draws, arithmetic and rules.
///
/// The same seed gives the program's NES, p, q and FWER to about the printed
/// precision. It exists so that people can check us against a run they have; the
/// columns that the program does not have (intervals, adjusted p) are NaN, and
/// no set is settled.
package struct DesktopAnalysis: Sendable {
    package let list: RankedGeneList
    package let sets: [GeneSet]
    package let matching: GeneSetMatching
    package let scheme: DesktopScheme

    /// - Parameter sets: In file order, which the draws depend on.
    package init(
        list: RankedGeneList, sets: [GeneSet], minimumSize: Int, maximumSize: Int, scheme: DesktopScheme
    ) {
        self.list = list
        self.sets = sets
        self.scheme = scheme
        matching = GeneSetMatching(
            of: sets, with: list.genes, minimumSize: minimumSize, maximumSize: maximumSize)
    }

    /// Runs all permutations, one after the other: the program's generator cannot be split.
    ///
    /// - Parameters:
    ///   - seed: The program's `-rnd_seed`.
    ///   - betweenSets: Called before each set; may throw to stop.
    package func results(
        permutations: Int, seed: Int64, betweenSets: () throws -> Void
    ) rethrows -> GeneSetResults {
        let scoring = DesktopScores(scores: list.scores, scheme: scheme)
        var rankOfGene: [String: Int32] = [:]
        for (rank, gene) in list.genes.enumerated() { rankOfGene[gene] = Int32(rank) }
        let observed = matching.matched.map { set in
            let inFileOrder = sets[set.index].genes.compactMap { rankOfGene[$0] }
            let total = scoring.total(ofMembers: inFileOrder)
            return set.members.withUnsafeBufferPointer { scoring.score($0, total: total) }
        }
        let null = try DesktopNull(
            sizes: matching.matched.map(\.size), permutations: permutations, seed: seed, scoring: scoring,
            betweenSets: betweenSets)
        let statistics = DesktopStatistics(scores: observed.map(\.value), null: null.scores)
        let missing = [Double](repeating: .nan, count: observed.count)
        var results = GeneSetResults()
        for (set, score) in zip(matching.matched, observed) {
            results.append(
                set, of: sets, score: EnrichmentScore(value: Double(score.value), rank: score.rank), list: list)
        }
        results.normalizedEnrichmentScore = statistics.normalizedScores.map { Double($0) }
        results.pValue = statistics.pValues.map { Double($0) }
        results.fdr = statistics.fdr.map { Double($0) }
        results.fwer = statistics.fwer.map { Double($0) }
        results.pValueLow = missing
        results.pValueHigh = missing
        results.fdrLow = missing
        results.fdrHigh = missing
        results.adjustedPValue = missing
        results.isSettled = [Bool](repeating: false, count: observed.count)
        results.reason = statistics.normalizedScores.map {
            guard $0.isNaN else { return "" }
            return permutations == 0 ? "no-permutations" : "no-same-sign-draws"
        }
        return results
    }
}
