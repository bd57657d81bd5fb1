import ContentDigest
import ExpressionData
import GeneSetEnrichment
import JobEngine

/// A preranked list as the GSEA desktop analyses it, its sets drawn in parallel.
struct DesktopRun: EnrichmentRun {
    private let analysis: DesktopAnalysis
    private let settings: StudyConfiguration.GeneSets
    let plan: DesktopPlan

    /// The plan, for the workers.
    let planBlob: Blob
    private var null: NullScores?

    /// - Parameter prior: The null of the same run, if it is there already.
    init(
        list: RankedGeneList, sets: [GeneSet], scheme: DesktopScheme, settings: StudyConfiguration.GeneSets,
        prior: PriorNull? = nil
    ) {
        self.settings = settings
        analysis = DesktopAnalysis(
            list: list, sets: sets, minimumSize: settings.minSize, maximumSize: settings.maxSize, scheme: scheme)
        plan = analysis.plan(permutations: settings.permutations, seed: Int64(bitPattern: settings.seed))
        planBlob = Blob(plan.encoded())
        if plan.permutations == 0 { null = NullScores(setCount: plan.sizes.count) }
        if let prior, prior.planDigest == planBlob.digest.description, case .bySet(let scores) = prior.null,
            scores.setCount == plan.sizes.count, scores.permutations == plan.permutations
        {
            null = scores
        }
    }

    /// The program has no bounds of q, and its draws follow one another in one stream.
    var unsettledCount: Int { 0 }

    mutating func raise(toPermutations permutations: Int) -> Set<SHA256Digest> { [] }

    /// The sets whose null scores are to be drawn, cut into shards.
    var missingSets: [Range<Int>] {
        null == nil && !plan.sizes.isEmpty ? plan.ranges(count: 64) : []
    }

    /// - Parameter parts: The scores of every set, in shards.
    mutating func take(_ parts: [ScoreBytes]) {
        null = NullScores(parts: parts, permutations: plan.permutations)
    }

    func results() -> EnrichmentResults? {
        guard let null, null.setCount > 0 else { return nil }
        return EnrichmentResults(
            list: analysis.list, sets: analysis.sets, matching: analysis.matching, enrichments: analysis.enrichments,
            table: analysis.results(fromNull: null, isNormalized: settings.norm != .off), null: .bySet(null),
            planDigest: planBlob.digest.description)
    }
}
