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

    /// Draws the null; give it to the shards.
    package let plan: GeneSetNull.Plan

    package init(list: RankedGeneList, sets: [GeneSet], settings: Settings) {
        self.list = list
        self.sets = sets
        self.settings = settings
        matching = GeneSetMatching(
            of: sets, with: list.genes, minimumSize: max(1, settings.minimumSize), maximumSize: settings.maximumSize)
        let weights = HitWeights(scores: list.scores, exponent: settings.weight)
        let scaledWeights = weights.scaledForNull()
        let enrichments = matching.matched.map { EnrichmentScore(ofMembers: $0.members, weights: weights) }
        self.enrichments = enrichments
        let observed = zip(matching.matched, enrichments).map { set, enrichment in
            GeneSetNull.ObservedSet(
                members: set.members, weights: weights, scaledWeights: scaledWeights, enrichment: enrichment)
        }
        plan = GeneSetNull.Plan(
            scores: list.scores, exponent: settings.weight, observed: observed, seed: settings.seed)
    }

    /// Returns the table of results, from the merged state of all permutations.
    ///
    /// - Precondition: The state is of this analysis's plan.
    package func results(from state: GeneSetNull.State) -> GeneSetResults {
        GeneSetResults(self, state)
    }
}
