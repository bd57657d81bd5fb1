import ContentDigest
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
///
/// Two passes over the permutations, with the thresholds of NES between them; or the scores themselves, from which both
/// are counted here.
struct PhenotypeRun: EnrichmentRun {
    private let sets: [GeneSet]
    private var settings: StudyConfiguration.GeneSets
    private let list: RankedGeneList
    private let matching: GeneSetMatching
    private let enrichments: [EnrichmentScore]
    let plan: PhenotypePlan

    /// The plan, for the workers.
    let planBlob: Blob
    private var null: Null

    private enum Null: Sendable {
        /// The second pass is nil until a first one is complete, and again where permutations follow.
        case counted(first: PairedPassOne, second: PairedPassTwo?)
        case stored(NullScores)

        var permutations: Int {
            switch self {
            case .counted(let first, _): first.permutations
            case .stored(let scores): scores.permutations
            }
        }
    }

    /// - Parameter showsScores: Whether the null scores are shown with the results. As the GSEA desktop counts, all of them
    ///   are needed anyway.
    init(
        _ inputs: PhenotypeInputs, list: RankedGeneList, sets: [GeneSet], settings: StudyConfiguration.GeneSets,
        showsScores: Bool, prior: PriorNull? = nil
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
        let setCount = matching.matched.count
        null =
            showsScores || settings.isDesktop
            ? .stored(NullScores(setCount: setCount))
            : .counted(first: PairedPassOne(setCount: setCount), second: nil)
        if let prior, prior.planDigest == planBlob.digest.description { goOn(from: prior.null) }
    }

    /// Counts alone do not give back the scores that are to be shown: they are then drawn again.
    private mutating func goOn(from earlier: EnrichmentNull) {
        let setCount = plan.sets.count
        switch (null, earlier) {
        case (.stored, .bySet(let scores)):
            if scores.setCount == setCount, scores.permutations <= settings.permutations { null = .stored(scores) }
        case (.counted, .bySet(let scores)):
            if scores.setCount == setCount, scores.permutations <= settings.permutations {
                null = .counted(
                    first: PairedPassOne(scores, observed: enrichments.map { Float($0.value) }), second: nil)
            }
        case (.counted, .byPhenotypes(let first)):
            if first.isOf(permutations: first.permutations, setCount: setCount),
                first.permutations <= settings.permutations
            {
                null = .counted(first: first, second: nil)
            }
        default: break
        }
    }

    private var isDesktop: Bool { settings.isDesktop }

    var unsettledCount: Int {
        results()?.table.permutationsToSettle.count { $0 > 0 && $0.isFinite } ?? 0
    }

    mutating func raise(toPermutations permutations: Int) -> Set<SHA256Digest> {
        guard permutations != settings.permutations else { return [] }
        settings.permutations = permutations
        guard case .counted(let first, let second) = null, second != nil else { return [] }
        let earlier = Blob(thresholds.encoded()).digest
        null = .counted(first: first, second: nil)
        return [earlier]
    }

    // MARK: What is still to be drawn

    /// Whether shards bring the scores themselves, and not what both passes count of them.
    var bringsScores: Bool { if case .stored = null { true } else { false } }

    /// Of the first pass, or of the scores, cut into shards.
    var missingFirst: [Range<Int>] {
        let missing = null.permutations..<settings.permutations
        if plan.sets.isEmpty { return [] }
        return bringsScores ? plan.ranges(of: missing) : plan.countedRanges(of: missing)
    }

    /// Of the second pass, which is done at once; empty before the first is complete.
    var missingSecond: [Range<Int>] {
        guard case .counted(_, nil) = null, missingFirst.isEmpty, !plan.sets.isEmpty else { return [] }
        return plan.countedRanges(of: 0..<settings.permutations)
    }

    /// The barrier between the passes.
    ///
    /// - Precondition: Scores are counted.
    var thresholds: PairedThresholds {
        guard case .counted(let first, _) = null else { preconditionFailure("scores that are here are not sent for") }
        return PairedThresholds(scores: enrichments.map(\.value), first)
    }

    /// - Parameter parts: The scores of the missing permutations, in shards.
    mutating func take(_ parts: [ScoreBytes]) {
        if case .stored(let scores) = null { null = .stored(scores.appending(parts)) }
    }

    /// Takes one of the missing ranges.
    mutating func takeFirst(_ part: PairedPassOne) {
        guard case .counted(var first, let second) = null else { return }
        first.add(part)
        null = .counted(first: first, second: second)
    }

    mutating func takeSecond(_ part: PairedPassTwo) {
        guard case .counted(let first, var second) = null else { return }
        if second == nil { second = part } else { second?.add(part) }
        null = .counted(first: first, second: second)
    }

    // MARK: Results

    func results() -> EnrichmentResults? {
        guard !plan.sets.isEmpty else { return nil }
        let table: GeneSetResults
        let stored: EnrichmentNull
        switch null {
        case .stored(let scores):
            stored = .bySet(scores)
            table =
                isDesktop
                ? GeneSetResults(
                    desktop: list, sets: sets, matching: matching, enrichments: enrichments, null: scores,
                    isNormalized: settings.norm != .off)
                : GeneSetResults(
                    paired: list, sets: sets, matching: matching, enrichments: enrichments, null: scores,
                    least: plan.leastProbability, fdrThreshold: settings.fdrThreshold)
        case .counted(let first, let second):
            stored = .byPhenotypes(first)
            table = GeneSetResults(
                paired: list, sets: sets, matching: matching, enrichments: enrichments, first, second,
                least: plan.leastProbability, fdrThreshold: settings.fdrThreshold)
        }
        return EnrichmentResults(
            list: list, sets: sets, matching: matching, enrichments: enrichments, table: table, null: stored,
            planDigest: planBlob.digest.description)
    }
}
