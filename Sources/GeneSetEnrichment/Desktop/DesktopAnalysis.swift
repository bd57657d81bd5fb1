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

    /// By matched set, in the program's arithmetic.
    package let enrichments: [EnrichmentScore]

    /// - Parameter sets: In file order, which the draws depend on.
    package init(
        list: RankedGeneList, sets: [GeneSet], minimumSize: Int, maximumSize: Int, scheme: DesktopScheme
    ) {
        self.list = list
        self.sets = sets
        self.scheme = scheme
        matching = GeneSetMatching(
            of: sets, with: list.genes, minimumSize: minimumSize, maximumSize: maximumSize)
        let scoring = DesktopScores(scores: list.scores, scheme: scheme)
        var rankOfGene: [String: Int32] = [:]
        for (rank, gene) in list.genes.enumerated() { rankOfGene[gene] = Int32(rank) }
        enrichments = matching.matched.map { set in
            let inFileOrder = sets[set.index].genes.compactMap { rankOfGene[$0] }
            let total = scoring.total(ofMembers: inFileOrder)
            let score = set.members.withUnsafeBufferPointer { scoring.score($0, total: total) }
            return EnrichmentScore(value: Double(score.value), rank: score.rank)
        }
    }

    /// Plans the null.
    ///
    /// - Parameter seed: The program's `-rnd_seed`.
    package func plan(permutations: Int, seed: Int64) -> DesktopPlan {
        DesktopPlan(
            scores: list.scores, scheme: scheme, sizes: matching.matched.map(\.size), permutations: permutations,
            seed: seed)
    }

    /// Returns the table, from the null scores of every matched set.
    ///
    /// - Parameter isNormalized: Whether scores are divided by their null's mean, the program's
    ///   `-norm meandiv`; otherwise NES is ES.
    package func results(fromNull null: NullScores, isNormalized: Bool = true) -> GeneSetResults {
        GeneSetResults(
            desktop: list, sets: sets, matching: matching, enrichments: enrichments, null: null,
            isNormalized: isNormalized)
    }
}

extension GeneSetResults {
    /// The table of a desktop run.
    ///
    /// - Parameter null: Of the matched sets.
    package init(
        desktop list: RankedGeneList, sets: [GeneSet], matching: GeneSetMatching, enrichments: [EnrichmentScore],
        null: NullScores, isNormalized: Bool
    ) {
        self.init(list: list, sets: sets, matching: matching, enrichments: enrichments)
        fill(
            with: DesktopStatistics(
                scores: enrichments.map { Float($0.value) }, null: null, isNormalized: isNormalized))
    }

    /// Puts in the program's numbers; the columns that it does not have are NaN.
    mutating func fill(with statistics: DesktopStatistics) {
        let missing = [Double](repeating: .nan, count: count)
        normalizedEnrichmentScore = statistics.normalizedScores.map { Double($0) }
        pValue = statistics.pValues.map { Double($0) }
        fdr = statistics.fdr.map { Double($0) }
        fwer = statistics.fwer.map { Double($0) }
        pValueLow = missing
        pValueHigh = missing
        fdrLow = missing
        fdrHigh = missing
        adjustedPValue = missing
        permutationsToSettle = missing
        isSettled = [Bool](repeating: false, count: count)
        reason = statistics.normalizedScores.map {
            guard $0.isNaN else { return "" }
            return statistics.permutations == 0 ? "no-permutations" : "no-same-sign-draws"
        }
    }
}
