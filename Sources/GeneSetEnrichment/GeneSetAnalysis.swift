import ExpressionData
import StatisticalKernels

/// A gene-set analysis of one ranked list: what is observed, and how its null is to be drawn.
package struct GeneSetAnalysis: Sendable {
    package struct Settings: Equatable, Sendable {
        /// The smallest and largest number of a set's genes in the list. GSEA's defaults.
        package var minimumSize = 15
        package var maximumSize = 500

        /// The exponent p of the hit weights: 1, GSEA's `weighted`, by default.
        package var weight = 1.0

        package var seed: UInt64 = 42

        /// The q that *settled* refers to.
        package var fdrThreshold = 0.05

        package init() {}
    }

    package let list: RankedGeneList
    package let sets: [GeneSet]
    package let settings: Settings

    /// Which sets take part, in input order, and which do not.
    package let matching: GeneSetMatching

    /// By matched set.
    package let enrichments: [EnrichmentScore]

    /// Draws the null; give it to the shards. Of a mirrored list where `isMirrored` says so.
    package let plan: GeneSetNull.Plan

    /// Whether the null is that of the negated list, read from its end.
    ///
    /// Of a list and its negative one is drawn for both, so that negating a list
    /// mirrors every result bit for bit.
    package let isMirrored: Bool

    /// By matched set: the ranks of its members in the plan's list, ascending.
    let planMembers: [[Int32]]

    package init(list: RankedGeneList, sets: [GeneSet], settings: Settings) {
        self.list = list
        self.sets = sets
        self.settings = settings
        matching = GeneSetMatching(
            of: sets, with: list.genes, minimumSize: max(1, settings.minimumSize), maximumSize: settings.maximumSize)
        let isMirrored = GeneSetAnalysis.isMirrored(list.scores)
        self.isMirrored = isMirrored
        let last = Int32(list.count) - 1
        let planMembers = matching.matched.map { set in
            isMirrored ? set.members.reversed().map { last - $0 } : set.members
        }
        self.planMembers = planMembers
        let scores = isMirrored ? list.scores.reversed().map { -$0 } : list.scores
        let ownWeights = HitWeights(scores: list.scores, exponent: settings.weight)
        let weights = HitWeights(scores: scores, exponent: settings.weight)
        let scaledWeights = weights.scaledForNull()
        let enrichments = zip(matching.matched, planMembers).map { set, members in
            let own = EnrichmentScore(ofMembers: set.members, weights: ownWeights)
            guard isMirrored else { return own }
            let mirrored = EnrichmentScore(ofMembers: members, weights: weights)
            // Of two extremes of equal size this list's first one counts; and a set of all genes scores 1 either way.
            guard (own.value > 0) != (mirrored.value > 0) else { return own }
            return EnrichmentScore(value: -mirrored.value, rank: own.rank)
        }
        self.enrichments = enrichments
        let observed = zip(planMembers, enrichments).map { members, enrichment in
            GeneSetNull.ObservedSet(
                members: members, weights: weights, scaledWeights: scaledWeights,
                enrichment: isMirrored
                    ? EnrichmentScore(value: -enrichment.value, rank: enrichment.rank) : enrichment)
        }
        plan = GeneSetNull.Plan(
            scores: scores, exponent: settings.weight, observed: observed, seed: settings.seed)
    }

    /// Whether the negated list, read from its end, is the one to draw for.
    ///
    /// The one whose first score that differs from minus its counterpart is the larger; a list that
    /// is its own mirror image is drawn for as it is.
    private static func isMirrored(_ scores: [Double]) -> Bool {
        for (score, counterpart) in zip(scores, scores.reversed()) where score != -counterpart {
            return score < -counterpart
        }
        return false
    }

    /// How many genes have weights that the null hardly tells apart; 0 where that does not matter.
    ///
    /// It matters to random sets of such genes alone, for one heavier gene outweighs them all: where of the smallest
    /// size one set in a thousand is such.
    package var coarseGeneCount: Int {
        let count = HitWeights(scores: list.scores, exponent: settings.weight).coarseCount
        guard count > 0, let smallest = plan.sizes.first else { return 0 }
        return Double(smallest) * log(Double(count) / Double(list.count)) > log(1e-3) ? count : 0
    }

    /// Returns about how many more permutations would settle each set, as the table of results has it.
    ///
    /// - Precondition: The state is of this analysis's plan.
    package func permutationsToSettle(after state: GeneSetNull.State) -> [Double] {
        GeneSetStatistics(plan: plan, enrichments: enrichments.map(\.value), state: state).rates.map {
            $0.permutationsToSettle(at: settings.fdrThreshold, after: state.permutations)
        }
    }

    /// Returns the table of results, from the merged state of all permutations.
    ///
    /// - Precondition: The state is of this analysis's plan.
    package func results(from state: GeneSetNull.State) -> GeneSetResults {
        GeneSetResults(self, state)
    }
}
