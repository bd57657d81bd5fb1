import ExpressionData
import GeneSetEnrichment
import JobEngine

/// A preranked list as the GSEA desktop analyses it, its sets drawn in parallel.
struct DesktopRun: EnrichmentRun {
    private let analysis: DesktopAnalysis
    private let settings: StudyConfiguration.GeneSets
    private let plan: DesktopPlan
    private let planBlob: Blob
    private var null: [[Float]] = []

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
        if plan.permutations == 0 { null = plan.sizes.map { _ in [] } }
        if let prior, prior.planDigest == planBlob.digest.description, case .bySet(let scores) = prior.null,
            scores.count == plan.sizes.count, scores.allSatisfy({ $0.count == plan.permutations })
        {
            null = scores
        }
    }

    /// The program has no bounds of q, and its draws follow one another in one stream.
    var unsettledCount: Int { 0 }

    mutating func raise(toPermutations permutations: Int) {}

    func plan(_ stage: Stage) -> StageShards {
        guard stage == .desktopNulls, null.isEmpty, !plan.sizes.isEmpty else { return StageShards() }
        return StageShards(
            blobs: [planBlob],
            shards: plan.ranges(count: 64).map {
                Shard(stage: stage.rawValue, range: $0, inputs: [planBlob.digest])
            })
    }

    mutating func take(_ payloads: ArraySlice<[UInt8]>, of stage: Stage) throws {
        guard stage == .desktopNulls else { return }
        for payload in payloads {
            null += try NullScores.decode(payload, permutations: plan.permutations)
        }
        guard null.count == plan.sizes.count else {
            throw PayloadError(description: "null scores of \(null.count) sets instead of \(plan.sizes.count)")
        }
    }

    func results() -> EnrichmentResults? {
        guard !null.isEmpty else { return nil }
        return EnrichmentResults(
            list: analysis.list, sets: analysis.sets, matching: analysis.matching, enrichments: analysis.enrichments,
            table: analysis.results(fromNull: null, isNormalized: settings.norm != "none"), null: .bySet(null),
            planDigest: planBlob.digest.description)
    }
}

/// Null scores of several sets on their way from a worker: set after set.
enum NullScores {
    static func encode(_ null: [[Float]]) -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(null.flatMap { scores in scores.map { Int32(bitPattern: $0.bitPattern) } })
        return writer.bytes
    }

    /// - Throws: `PayloadError` unless there are as many scores for every set.
    static func decode(_ payload: [UInt8], permutations: Int) throws -> [[Float]] {
        var reader = PayloadReader(payload)
        let scores = try reader.readInt32s().map { Float(bitPattern: UInt32(bitPattern: $0)) }
        guard permutations > 0, scores.count.isMultiple(of: permutations) else {
            throw PayloadError(description: "null scores that are not \(permutations) for every set")
        }
        return stride(from: 0, to: scores.count, by: permutations).map { Array(scores[$0..<$0 + permutations]) }
    }
}
