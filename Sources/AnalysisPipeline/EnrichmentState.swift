import Deflate
import ExpressionData
import GeneSetEnrichment
import JobEngine

/// The gene sets of one ranked list on their way through the last stage.
struct EnrichmentState: Sendable {
    /// Positions of the analysis and its test; nil for a list that was given.
    let analysis: Int?
    let test: Int?

    /// What is observed, and how its null is drawn.
    let sets: GeneSetAnalysis

    /// Scores, sizes and observed scores, for the workers.
    let planBlob: Blob

    private(set) var results: EnrichmentResults?

    init(
        analysis: Int?, test: Int?, list: RankedGeneList, sets geneSets: [GeneSet],
        settings: StudyConfiguration.GeneSets
    ) {
        self.analysis = analysis
        self.test = test
        var rules = GeneSetAnalysis.Settings()
        rules.minimumSize = settings.minSize
        rules.maximumSize = settings.maxSize
        rules.weight = settings.weight
        rules.seed = settings.seed
        rules.fdrThreshold = settings.fdrThreshold
        sets = GeneSetAnalysis(list: list, sets: geneSets, settings: rules)
        planBlob = Blob(sets.plan.encoded())
    }

    /// Whether any set passed the size filter.
    var hasSets: Bool { !sets.matching.matched.isEmpty }

    /// Adds up the shards' states and computes the table.
    mutating func take(_ payloads: some Sequence<[UInt8]>) throws {
        var state = sets.plan.emptyState
        for payload in payloads {
            let shard = try GeneSetNull.State(decoding: Deflate.inflate(payload))
            guard shard.fits(sets.plan) else {
                throw PayloadError(description: "a null distribution does not belong to this list")
            }
            state.merge(shard)
        }
        results = EnrichmentResults(analysis: sets, table: sets.results(from: state), null: state)
    }
}
