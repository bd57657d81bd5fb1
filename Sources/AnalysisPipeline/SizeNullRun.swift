import ExpressionData
import GeneSetEnrichment
import JobEngine

/// A preranked list under the null of random gene sets, one distribution per size.
struct SizeNullRun: EnrichmentRun {
    private let analysis: GeneSetAnalysis
    private var settings: StudyConfiguration.GeneSets

    /// Scores, sizes and observed scores, for the workers.
    private let planBlob: Blob

    private var state: GeneSetNull.State
    private var rare: RareGeneSets?
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

    mutating func raise(toPermutations permutations: Int) {
        settings.permutations = permutations
    }

    func plan(_ stage: Stage) -> StageShards {
        guard !analysis.matching.matched.isEmpty else { return StageShards() }
        switch stage {
        case .geneSetNulls:
            let shards = PermutationShards.ranges(
                of: state.permutations..<settings.permutations, cost: analysis.plan.permutationCost
            ).map {
                Shard(stage: stage.rawValue, range: $0, inputs: [planBlob.digest])
            }
            return StageShards(blobs: shards.isEmpty ? [] : [planBlob], shards: shards)
        case .rareGeneSets:
            guard settings.isMultilevel, rare == nil else { return StageShards() }
            let rare = RareGeneSets(of: analysis, null: state, floor: settings.eps ?? 0)
            let blob = Blob(rare.encoded())
            let shards = rare.climbs.indices.map { climb in
                Shard(stage: stage.rawValue, range: climb..<climb + 1, inputs: [planBlob.digest, blob.digest])
            }
            return StageShards(blobs: shards.isEmpty ? [] : [planBlob, blob], shards: shards)
        default: return StageShards()
        }
    }

    mutating func take(_ payloads: ArraySlice<[UInt8]>, of stage: Stage) throws {
        switch stage {
        case .geneSetNulls:
            for payload in payloads {
                let shard = try GeneSetNull.State(deflated: payload, of: analysis.plan)
                guard shard.fits(analysis.plan) else {
                    throw PayloadError(description: "a null distribution does not belong to this list")
                }
                state.merge(shard)
            }
        case .rareGeneSets:
            let rare = RareGeneSets(of: analysis, null: state, floor: settings.eps ?? 0)
            estimates = [MultilevelSplitting.Estimate?](repeating: nil, count: analysis.matching.matched.count)
            guard payloads.count == rare.climbs.count else {
                throw PayloadError(description: "\(payloads.count) climbs to rare gene sets")
            }
            let reaches = try zip(rare.climbs, payloads).map { climb, payload in
                var reader = PayloadReader(payload)
                return try climb.sets.map { _ in try MultilevelSplitting.Reach(decoding: &reader) }
            }
            for (set, estimate) in zip(rare.sets, rare.estimates(from: reaches)) { estimates[set.row] = estimate }
            self.rare = rare
        default: break
        }
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

extension MultilevelSplitting.Reach {
    func encode(to writer: inout PayloadWriter) {
        writer.write(logProbability)
        writer.write(variance)
        writer.write(isComplete)
    }

    init(decoding reader: inout PayloadReader) throws {
        self.init(
            logProbability: try reader.readDouble(), variance: try reader.readDouble(),
            isComplete: try reader.readBool())
    }
}
