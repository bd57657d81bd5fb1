import ContentDigest
import DifferentialExpression
import ExpressionData
import GeneSetEnrichment
import JobEngine
import SamplePermutation

/// The analysed genes of a study as a sample permutation sees them.
struct PermutedGenes: Sendable {
    let counts: [Int32]
    let sizeFactors: [Double]
    let normalizationFactors: [Double]
    let dispersion: [Double]

    /// How those are smoothed that are estimated for every shuffle.
    let dispersionTrend: DispersionTrend.Kind

    /// What they are called in tables, and in the ranked list, where several may share a name.
    let ids: [String]
    let names: [String]
}

/// The genes and gene sets of one exposure under the null of shuffled samples.
///
/// Two passes over the permutations, with the means of the null scores between them; sign flips of some draws beside.
struct SamplePermutationRun: EnrichmentRun {
    let genes: PermutedGenes
    let sets: [GeneSet]
    private var settings: StudyConfiguration.GeneSets
    private let list: RankedGeneList
    let matching: GeneSetMatching
    private let enrichments: [EnrichmentScore]
    let exposureName: String
    private(set) var model: SamplePermutationModel

    /// The problem, for the workers.
    private(set) var problem: Blob

    /// The same under sign flips, and what they came to; nil where flips are the scheme itself.
    private(set) var flips: Flips?

    struct Flips: Sendable {
        fileprivate(set) var model: SamplePermutationModel
        fileprivate(set) var pass = PassOne()
    }

    /// What a worker needs to know of the flips besides the problem.
    func terms(of flips: Flips) -> Blob {
        Blob(FlipTerms(isEnumerated: flips.model.inputs.isEnumerated).encoded(of: problem.digest))
    }

    private var first = PassOne()
    private var second = PassTwo()

    /// The null scores of all sets, where they are to be stored.
    private var stored: StoredNullScores?

    /// - Throws: `InputError` for a scheme that cannot be applied.
    init(
        of exposure: PermutedExposure, genes: PermutedGenes, sets: [GeneSet], settings: StudyConfiguration.GeneSets,
        permutation: SamplePermutationSettings, prior: PriorNull? = nil
    ) throws {
        self.genes = genes
        self.sets = sets
        self.settings = settings
        var inputs = SamplePermutationInputs(
            counts: genes.counts, sizeFactors: genes.sizeFactors, covariates: exposure.covariates,
            dispersion: genes.dispersion, exposure: exposure.values, seed: settings.seed)
        inputs.normalizationFactors = genes.normalizationFactors
        inputs.furtherColumns = exposure.furtherColumns
        inputs.scheme = exposure.scheme
        inputs.labels = exposure.labels
        inputs.statistic = permutation.statistic
        if permutation.refitDispersion == true { inputs.refittedTrend = genes.dispersionTrend }
        inputs.variance = permutation.variance
        inputs.setStatistics = permutation.setStatistics.all
        inputs.names = Self.numbers(of: genes.names)
        let fitted: SamplePermutationModel
        do throws(ShuffleProblem) {
            fitted = try SamplePermutationModel(inputs)
        } catch {
            throw InputError("\(exposure.name): \(error)", remedy: "")
        }
        let rows = fitted.listed.map { Int(fitted.genes[Int($0)]) }
        list = RankedGeneList(
            genes: rows.map { genes.names[$0] }, scores: fitted.listed.map { fitted.observedZ[Int($0)] })
        matching = GeneSetMatching(
            of: sets, with: list.genes, minimumSize: max(1, settings.minSize), maximumSize: settings.maxSize)
        // All genes of a name: which of them is listed is for the model to say.
        var rowsOfName: [String: [Int32]] = [:]
        for (row, name) in genes.names.enumerated() { rowsOfName[name, default: []].append(Int32(row)) }
        let members = matching.matched.map { set in sets[set.index].genes.flatMap { rowsOfName[$0] ?? [] } }
        var model = fitted.testing(members)
        model = model.enumerating(model.shuffles.areEnumerated(within: settings.permutations))
        self.model = model
        problem = Blob(model.inputs.encoded())
        let weights = HitWeights(scores: list.scores, exponent: 1)
        enrichments = zip(matching.matched, model.observedScores[0]).map { set, score in
            if inputs.isJoint, score == 0 { return EnrichmentScore(value: 0, rank: 0) }
            return EnrichmentScore(ofMembers: set.members, weights: weights).withSign(
                of: score, members: set.members, weights: weights)
        }
        exposureName = exposure.name
        if exposure.scheme != .flip {
            flips = (try? model.flipped()).map { Flips($0, permutations: settings.permutations) }
        }
        if permutation.keepNull { stored = noScores }
        if let prior, prior.planDigest == problem.digest.description {
            goOn(from: prior.null)
        }
    }

    /// What is stored before the first permutation; nil where no set has a score.
    private var noScores: StoredNullScores? {
        matching.matched.isEmpty
            ? nil : StoredNullScores(model.inputs.setStatistics, setCount: model.catalogue.setCount)
    }

    private mutating func goOn(from null: EnrichmentNull) {
        guard case .bySamples(let earlier, let scores) = null,
            earlier.isOf(0..<earlier.permutations, model.shape), earlier.permutations <= permutationCount
        else { return }
        // Counts alone do not give back the scores that are to be stored.
        guard stored == nil || stored?.take(scores, permutations: earlier.permutations) == true else { return }
        first = earlier
    }

    /// Names as numbers, in the order in which they occur; empty where all differ.
    private static func numbers(of names: [String]) -> [Int32] {
        var numbers: [String: Int32] = [:]
        let result = names.map { name -> Int32 in
            let number = numbers[name] ?? Int32(numbers.count)
            numbers[name] = number
            return number
        }
        return numbers.count == names.count ? [] : result
    }

    /// How many were asked for.
    var askedPermutations: Int { settings.permutations }

    /// How many there are to be: all arrangements where they are enumerated.
    private var permutationCount: Int { model.enumeratedCount ?? settings.permutations }

    /// As many flips as are enough for a comparison.
    private var flipCount: Int {
        flips.map { $0.model.enumeratedCount ?? min(SchemeComparison.draws, settings.permutations) } ?? 0
    }

    var unsettledCount: Int {
        guard !model.inputs.isEnumerated, permutationCount > 0, !matching.matched.isEmpty else { return 0 }
        return (try? model.unsettledCount(first, second, at: settings.fdrThreshold)) ?? 0
    }

    mutating func raise(toPermutations permutations: Int) -> Set<SHA256Digest> {
        guard permutations != settings.permutations else { return [] }
        var unread: Set<SHA256Digest> = []
        let earlierTerms = flips.map { terms(of: $0).digest }
        settings.permutations = permutations
        let isEnumerated = model.shuffles.areEnumerated(within: permutations)
        if isEnumerated != model.inputs.isEnumerated {
            unread.insert(problem.digest)
            model = model.enumerating(isEnumerated)
            problem = Blob(model.inputs.encoded())
            first = PassOne()
            if storesScores { stored = noScores }
        }
        if first.permutations < permutationCount {
            if second.permutations > 0, let means { unread.insert(means.digest) }
            second = PassTwo()
        }
        flips = flips.map { earlier in
            var flips = Flips(earlier.model, permutations: permutations)
            if flips.model.inputs.isEnumerated == earlier.model.inputs.isEnumerated {
                flips.pass = earlier.pass
            } else if let earlierTerms {
                unread.insert(earlierTerms)
            }
            return flips
        }
        return unread
    }

    // MARK: What is still to be computed

    /// Of the first pass, cut into shards.
    var missingFirst: [Range<Int>] { ranges(first.permutations..<permutationCount) }

    /// Of the second pass; empty before the first is complete.
    var missingSecond: [Range<Int>] {
        missingFirst.isEmpty && !matching.matched.isEmpty ? ranges(second.permutations..<permutationCount) : []
    }

    /// Of the flips' first pass.
    var missingFlips: [Range<Int>] { ranges((flips?.pass.permutations ?? 0)..<flipCount) }

    private func ranges(_ permutations: Range<Int>) -> [Range<Int>] {
        SamplePermutationShards.ranges(
            of: permutations, cost: model.permutationCost, scores: storesScores ? model.scoresPerPermutation : 0)
    }

    /// Whether the null scores of all sets are stored.
    var storesScores: Bool { stored != nil }

    /// The barrier between the passes.
    var normalization: ScoreNormalization? { model.normalization(of: first) }

    /// The same for the workers.
    var means: Blob? { normalization.map { Blob($0.encoded()) } }

    /// - Parameter scores: Of all sets, where they are stored; ranges come in their order.
    mutating func takeFirst(_ part: PassOne, _ scores: ScoreBytes?) throws {
        try first.merge(part)
        if let scores { stored?.append(scores) }
    }

    /// Does the second pass over the permutations that an earlier run stored: their scores are here, and a worker would
    /// have to compute them again.
    mutating func countStoredScores() throws {
        guard let stored, stored.earlierPermutations > 0, second.permutations == 0, missingFirst.isEmpty,
            let normalization
        else { return }
        second = try stored.secondPass(of: model, normalization)
    }

    mutating func takeSecond(_ part: PassTwo) throws { try second.merge(part) }
    mutating func takeFlips(_ part: PassOne) throws { try flips?.pass.merge(part) }

    // MARK: Results

    var permutationResults: SamplePermutationResults? {
        guard permutationCount > 0 else { return nil }
        guard !matching.matched.isEmpty else { return try? model.resultsOfGenes(first) }
        return try? model.results(first, second)
    }

    private var comparison: SchemeComparison? {
        guard let flips, let own = model.countedPValues(first), let other = flips.model.countedPValues(flips.pass),
            flips.pass.permutations > 0
        else { return nil }
        return SchemeComparison(own, of: model, flip: other, draws: flips.pass.permutations)
    }

    func results() throws -> EnrichmentResults? {
        let results = permutationResults
        var table = GeneSetResults(list: list, sets: sets, matching: matching, enrichments: enrichments)
        table.fill(results?.sets.first, fdrThreshold: settings.fdrThreshold, permutations: permutationCount)
        let outcome = results.map { results in
            SamplePermutationOutcome(
                results: results, scheme: model.inputs.scheme, statistic: model.inputs.statistic,
                setStatistics: model.inputs.setStatistics, isEnumerated: model.inputs.isEnumerated,
                geneIDs: model.genes.map { genes.ids[Int($0)] },
                dispersion: model.genes.map { genes.dispersion[Int($0)] }, comparison: comparison,
                exposure: exposureName, columnCount: model.inputs.columns.count,
                degreesOfFreedom: model.degreesOfFreedom)
        }
        return EnrichmentResults(
            list: list, sets: sets, matching: matching, enrichments: enrichments, table: table,
            null: .bySamples(first, scores: stored?.byStatistic ?? [:]), planDigest: problem.digest.description,
            samples: outcome)
    }
}

extension SamplePermutationRun.Flips {
    /// - Parameter permutations: Of the scheme that they stand beside.
    init(_ model: SamplePermutationModel, permutations: Int) {
        let draws = min(SchemeComparison.draws, permutations)
        self.model = model.enumerating(model.shuffles.areEnumerated(within: draws))
    }
}

/// What a sample permutation says besides the table of gene sets.
package struct SamplePermutationOutcome: Sendable {
    package let results: SamplePermutationResults
    package let scheme: PermutationScheme
    package let statistic: PermutedStatistic
    package let setStatistics: [SetStatistic]

    /// Whether every distinct arrangement was gone through.
    package let isEnumerated: Bool

    /// Of the fitted genes, as the results have them.
    package let geneIDs: [String]
    package let dispersion: [Double]

    /// What sign flips say of the same data; nil where they are the scheme itself.
    package let comparison: SchemeComparison?

    /// The coefficient's name, or that of the term whose columns are tested jointly, and how many columns it has.
    package let exposure: String
    package let columnCount: Int

    /// By gene, of a joint statistic's chi-square; empty where the statistic is a z.
    package let degreesOfFreedom: [Int]

    /// Whether several columns are tested by one statistic, which has no sign.
    package var isJoint: Bool { columnCount > 1 }
}

/// How a number of sample permutations is cut into shards.
package enum SamplePermutationShards {
    /// Returns the ranges: for the first 16,384 permutations blocks of 1,024, or of about a second where that is less, and
    /// of eight times as many from there on.
    ///
    /// Where they fall does not depend on the number, so that a run that is raised plans the shards that it has again.
    ///
    /// - Parameters:
    ///   - cost: About how many nanoseconds a permutation takes.
    ///   - scores: How many scores each permutation sends back; results with them stay below 32 MiB.
    package static func ranges(of permutations: Range<Int>, cost: Double, scores: Int = 0) -> [Range<Int>] {
        let most = (8 << 20) / max(1, scores)
        var short = 1 << 10
        while short > 1, Double(short) * cost > 1e9 || short > most { short /= 2 }
        var long = 8 * short
        while long > short, long > most { long /= 2 }
        var ranges: [Range<Int>] = []
        var first = permutations.lowerBound
        while first < permutations.upperBound {
            let length = first < 1 << 14 ? short : long
            let end = min(permutations.upperBound, (first / length + 1) * length)
            ranges.append(first..<end)
            first = end
        }
        return ranges
    }
}
