import ContentDigest
import ExpressionData
import GeneSetEnrichment
import SamplePermutation

/// The gene sets of one ranked list under one kind of null, on their way through the stages that concern them.
protocol EnrichmentRun: Sendable {
    /// How many sets are not settled by the permutations so far and would be by more of them.
    var unsettledCount: Int { get }

    /// Asks for more permutations, in all. Does nothing where a null cannot be continued.
    ///
    /// - Returns: Inputs that are read no more: the results do not rest on shards that read them.
    mutating func raise(toPermutations permutations: Int) -> Set<SHA256Digest>

    /// The table and the null; call it when no stage has anything left to do.
    func results() throws -> EnrichmentResults?
}

/// The gene sets of one ranked list.
package struct EnrichmentResults: Sendable {
    package let list: RankedGeneList
    package let sets: [GeneSet]
    package let matching: GeneSetMatching

    /// By matched set.
    package let enrichments: [EnrichmentScore]

    package let table: GeneSetResults
    package let null: EnrichmentNull

    /// What the null was drawn from.
    package let planDigest: String

    /// What permutations of samples say besides; nil where something else was permuted.
    package var samples: SamplePermutationOutcome?

    package init(
        list: RankedGeneList, sets: [GeneSet], matching: GeneSetMatching, enrichments: [EnrichmentScore],
        table: GeneSetResults, null: EnrichmentNull, planDigest: String, samples: SamplePermutationOutcome? = nil
    ) {
        self.samples = samples
        self.list = list
        self.sets = sets
        self.matching = matching
        self.enrichments = enrichments
        self.table = table
        self.null = null
        self.planDigest = planDigest
    }
}

/// The null distributions behind a table: what `extend` goes on from.
package enum EnrichmentNull: Sendable {
    /// Of every size, merged.
    case bySize(GeneSetNull.State)

    /// Of every matched set, all its scores.
    case bySet(NullScores)

    /// What the first pass over permuted phenotypes counted, where no scores are stored.
    case byPhenotypes(PairedPassOne)

    /// What the first pass over permutations of samples counted, and where they are stored all scores of every matched set.
    case bySamples(PassOne, scores: [SetStatistic: NullScores])
}

extension EnrichmentResults {
    /// The same for one more test of the list: whoever writes one of them gives its stored scores up.
    func sharingScores() -> EnrichmentResults {
        guard case .bySamples(let pass, let scores) = null else { return self }
        return EnrichmentResults(
            list: list, sets: sets, matching: matching, enrichments: enrichments, table: table,
            null: .bySamples(pass, scores: scores.mapValues { NullScores(sharing: $0) }), planDigest: planDigest,
            samples: samples)
    }
}
