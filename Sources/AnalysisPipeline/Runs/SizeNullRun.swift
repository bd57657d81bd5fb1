import ContentDigest
import ExpressionData
import GeneSetEnrichment
import JobEngine

/// A preranked list under the null of random gene sets, one distribution per size.
struct SizeNullRun: EnrichmentRun {
    private let analysis: GeneSetAnalysis
    private var settings: StudyConfiguration.GeneSets

    /// Scores, sizes and observed scores, for the workers.
    let planBlob: Blob

    private var state: GeneSetNull.State
    private var estimates: [MultilevelSplitting.Estimate?] = []

    /// - Parameter prior: An earlier null of the same list and sets, if there is one.
    init(
        list: RankedGeneList, sets: [GeneSet], settings: StudyConfiguration.GeneSets, prior: PriorNull? = nil
    ) {
        var rules = GeneSetAnalysis.Settings()
        rules.minimumSize = settings.minSize
        rules.maximumSize = settings.maxSize
        rules.weight = settings.weight
        rules.seed = settings.seed
        rules.fdrThreshold = settings.fdrThreshold
        self.settings = settings
        analysis = GeneSetAnalysis(list: list, sets: sets, settings: rules)
        planBlob = Blob(analysis.plan.encoded())
        state = analysis.plan.emptyState
        if let prior, prior.planDigest == planBlob.digest.description, case .bySize(let earlier) = prior.null,
            earlier.fits(analysis.plan), earlier.permutations <= settings.permutations
        {
            state = earlier
        }
    }

    /// What to say of a list whose smallest weights the null hardly tells apart; nil of others.
    var weightsWarning: String? {
        let count = analysis.coarseGeneCount
        guard count > 0 else { return nil }
        return "\(grouped(count)) of \(grouped(analysis.list.count)) genes weigh less than 3e-10 of the heaviest one, "
            + "and the null hardly tells their weights apart; NES, p and q of small sets may be off: give a smaller "
            + "--weight, or scores of a narrower range"
    }

    var unsettledCount: Int {
        analysis.permutationsToSettle(after: state).count { $0 > 0 && $0.isFinite }
    }

    mutating func raise(toPermutations permutations: Int) -> Set<SHA256Digest> {
        settings.permutations = permutations
        return []
    }

    /// The permutations that are still to be drawn, cut into shards.
    var missingPermutations: [Range<Int>] {
        guard !analysis.matching.matched.isEmpty else { return [] }
        return PermutationShards.ranges(
            of: state.permutations..<settings.permutations, cost: analysis.plan.permutationCost)
    }

    mutating func merge(_ part: GeneSetNull.State) {
        state.merge(part)
    }

    /// The sets whose p-values the null as it is now is too short for; nil where they are not looked for.
    var rareGeneSets: RareGeneSets? {
        guard settings.isMultilevel, !analysis.matching.matched.isEmpty else { return nil }
        return RareGeneSets(of: analysis, null: state, floor: settings.eps ?? 0)
    }

    /// - Parameter reaches: By climb to the rare sets, and set of the climb.
    mutating func takeRare(_ reaches: [[MultilevelSplitting.Reach]]) {
        guard let rare = rareGeneSets, !reaches.isEmpty else { return }
        estimates = [MultilevelSplitting.Estimate?](repeating: nil, count: analysis.matching.matched.count)
        for (set, estimate) in zip(rare.sets, rare.estimates(from: reaches)) { estimates[set.row] = estimate }
    }

    func results() -> EnrichmentResults? {
        guard !analysis.matching.matched.isEmpty else { return nil }
        var table = analysis.results(from: state)
        if settings.isMultilevel {
            table.replacePValues(
                by: estimates.isEmpty ? Array(repeating: nil, count: table.count) : estimates,
                geneCount: analysis.list.count)
        }
        return EnrichmentResults(
            list: analysis.list, sets: analysis.sets, matching: analysis.matching, enrichments: analysis.enrichments,
            table: table, null: .bySize(state), planDigest: planBlob.digest.description)
    }
}
