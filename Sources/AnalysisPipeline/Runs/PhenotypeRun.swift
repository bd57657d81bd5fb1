import ExpressionData
import GeneSetEnrichment
import JobEngine

/// Samples compared, their labels permuted.
package struct PhenotypeInputs: Sendable {
    package let comparison: PhenotypeComparison

    /// By row of the comparison.
    package let geneNames: [String]
    package let shuffles: PhenotypeShuffles

    package init(comparison: PhenotypeComparison, geneNames: [String], shuffles: PhenotypeShuffles) {
        self.comparison = comparison
        self.geneNames = geneNames
        self.shuffles = shuffles
    }

    /// The genes ranked as they are observed.
    package func rankedList() -> RankedGeneList {
        let plan = PhenotypePlan(comparison: comparison, sets: [], exponent: 1, shuffles: shuffles)
        let (genes, scores) = plan.observedRanking()
        return RankedGeneList(inOrder: genes.map { geneNames[Int($0)] }, scores: scores)
    }
}

/// Gene sets under the null of permuted labels.
struct PhenotypeRun: EnrichmentRun {
    private let sets: [GeneSet]
    private var settings: StudyConfiguration.GeneSets
    private let list: RankedGeneList
    private let matching: GeneSetMatching
    private let enrichments: [EnrichmentScore]
    let plan: PhenotypePlan

    /// The plan, for the workers.
    let planBlob: Blob
    private var null: NullScores

    init(
        _ inputs: PhenotypeInputs, list: RankedGeneList, sets: [GeneSet], settings: StudyConfiguration.GeneSets,
        prior: PriorNull? = nil
    ) {
        self.sets = sets
        self.settings = settings
        self.list = list
        let matching = GeneSetMatching(
            of: sets, with: list.genes, minimumSize: max(1, settings.minSize), maximumSize: settings.maxSize)
        self.matching = matching
        var rowOfGene: [String: Int32] = [:]
        for (row, gene) in inputs.geneNames.enumerated() { rowOfGene[gene] = Int32(row) }
        plan = PhenotypePlan(
            comparison: inputs.comparison,
            sets: matching.matched.map { set in sets[set.index].genes.compactMap { rowOfGene[$0] } },
            exponent: settings.weight, shuffles: inputs.shuffles)
        enrichments = plan.observedScores()
        planBlob = Blob(plan.encoded())
        null = NullScores(setCount: matching.matched.count)
        if let prior, prior.planDigest == planBlob.digest.description, case .bySet(let earlier) = prior.null,
            earlier.setCount == null.setCount, earlier.permutations <= settings.permutations
        {
            null = earlier
        }
    }

    private var isDesktop: Bool { settings.isDesktop }

    var unsettledCount: Int {
        results()?.table.permutationsToSettle.count { $0 > 0 && $0.isFinite } ?? 0
    }

    mutating func raise(toPermutations permutations: Int) {
        settings.permutations = permutations
    }

    /// The permutations that are still to be drawn, cut into shards.
    var missingPermutations: [Range<Int>] {
        plan.sets.isEmpty ? [] : plan.ranges(of: null.permutations..<settings.permutations)
    }

    /// - Parameter parts: The scores of the missing permutations, in shards.
    mutating func take(_ parts: [ScoreBytes]) {
        null = null.appending(parts)
    }

    func results() -> EnrichmentResults? {
        guard !plan.sets.isEmpty else { return nil }
        let table =
            isDesktop
            ? GeneSetResults(
                desktop: list, sets: sets, matching: matching, enrichments: enrichments, null: null,
                isNormalized: settings.norm != .off)
            : GeneSetResults(
                paired: list, sets: sets, matching: matching, enrichments: enrichments, null: null,
                least: plan.leastProbability, fdrThreshold: settings.fdrThreshold)
        return EnrichmentResults(
            list: list, sets: sets, matching: matching, enrichments: enrichments, table: table, null: .bySet(null),
            planDigest: planBlob.digest.description)
    }
}
