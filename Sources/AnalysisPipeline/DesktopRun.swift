import ExpressionData
import GeneSetEnrichment
import JobEngine

/// A preranked list as the GSEA desktop analyses it, its sets drawn in parallel.
struct DesktopRun: EnrichmentRun {
    private let analysis: DesktopAnalysis
    private let settings: StudyConfiguration.GeneSets
    private let plan: DesktopPlan
    private let planBlob: Blob
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

    mutating func raise(toPermutations permutations: Int) {}

    func plan(_ stage: Stage) -> StageShards {
        guard stage == .desktopNulls, null == nil, !plan.sizes.isEmpty else { return StageShards() }
        let ranges = plan.ranges(count: 64)
        return StageShards(
            blobs: [planBlob],
            shards: ranges.map { Shard(stage: stage.rawValue, range: $0, inputs: [planBlob.digest]) },
            largestResult: NullScorePayload.bytes(
                ofScores: (ranges.map(\.count).max() ?? 0) * plan.permutations))
    }

    mutating func take(_ payloads: ArraySlice<[UInt8]>, of stage: Stage) throws {
        guard stage == .desktopNulls else { return }
        let parts = try payloads.map { try NullScorePayload.scores(in: $0) }
        guard parts.allSatisfy({ $0.count.isMultiple(of: plan.permutations) }),
            parts.reduce(0, { $0 + $1.count }) == plan.sizes.count * plan.permutations
        else {
            throw PayloadError(
                description: "null scores that are not \(plan.permutations) for each of \(plan.sizes.count) sets")
        }
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

/// Null scores of several sets on their way from a worker: set after set.
enum NullScorePayload {
    static func encode(_ null: [[Float]]) -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(null.flatMap { scores in scores.map { Int32(bitPattern: $0.bitPattern) } })
        return writer.bytes
    }

    /// How many bytes so many scores take: their number, and four for each.
    static func bytes(ofScores count: Int) -> Int { 8 + 4 * count }

    /// The scores, which stay where they are in the payload.
    ///
    /// - Throws: `PayloadError` unless the payload has as many as it says.
    static func scores(in payload: [UInt8]) throws -> ScoreBytes {
        var reader = PayloadReader(payload)
        let count = try reader.readInt()
        guard count > 0, payload.count == bytes(ofScores: count) else {
            throw PayloadError(description: "a payload of \(payload.count) bytes says that it has \(count) null scores")
        }
        return ScoreBytes(payload, from: 8)
    }
}
