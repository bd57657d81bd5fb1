import ExpressionData
import GeneSetEnrichment
import StatisticalKernels
import Testing

@Suite("Gene-set null")
struct GeneSetNullTests {
    /// A list of `count` scores with both signs, and some sets of given sizes.
    private func plan(
        geneCount: Int, sizes: [Int], weight: Double, seed: UInt64 = 11, zeroShare: Double = 0,
        kernels: NestedPrefixKernels = .current
    ) -> GeneSetNull.Plan {
        let scores = (0..<geneCount).map { rank -> Double in
            let position = 1 - 2 * (Double(rank) + 0.5) / Double(geneCount)
            return position.magnitude < zeroShare ? 0 : 3 * position * position.magnitude
        }
        let weights = HitWeights(scores: scores, exponent: weight)
        let scaled = weights.scaledForNull()
        let observed = sizes.enumerated().map { index, size in
            let members = drawnRanks(size, among: geneCount, seed: 99, permutation: UInt64(index)).sorted()
            return GeneSetNull.ObservedSet(
                members: members, weights: weights, scaledWeights: scaled,
                enrichment: EnrichmentScore(ofMembers: members, weights: weights))
        }
        return GeneSetNull.Plan(
            scores: scores, exponent: weight, observed: observed, seed: seed, kernels: kernels)
    }

    /// The definition of a permutation's draws, written out.
    private func drawnRanks(_ count: Int, among geneCount: Int, seed: UInt64, permutation: UInt64) -> [Int32] {
        var stream = PhiloxStream(seed: seed, stream: permutation)
        var ranks: [Int32] = []
        var seen: Set<Int> = []
        while ranks.count < count {
            let rank = stream.next(below: geneCount)
            if seen.insert(rank).inserted { ranks.append(Int32(rank)) }
        }
        return ranks
    }

    @Test(
        "States equal those of draws scored one by one",
        arguments: [(0.0, 0.0), (1, 0), (1.5, 0), (2, 0.3), (1, 0.9), (1, 2)])
    func oneByOne(weight: Double, zeroShare: Double) throws {
        let sizes = [1, 2, 3, 8, 9, 30, 31, 64, 150, 300]
        try compare(
            plan(geneCount: 300, sizes: sizes + [8, 9, 9], weight: weight, zeroShare: zeroShare), draws: 80)
    }

    @Test(
        "So do those of sets that are too large for single precision, up to all genes",
        arguments: [(0.0, 0.0), (1, 0), (1, 0.9), (1, 2)])
    func largeOneByOne(weight: Double, zeroShare: Double) throws {
        let sizes = [40, 1_500, 2_048, 2_049, 2_050, 2_051, 2_100, 2_500, 2_501, 4_000, 7_900, 8_999, 9_000]
        try compare(plan(geneCount: 9_000, sizes: sizes, weight: weight, zeroShare: zeroShare), draws: 21)
    }

    @Test("The extremes of a large set are those of its enrichment score", arguments: [0.0, 1, 1.7])
    func largeExtremes(weight: Double) {
        let plan = plan(geneCount: 20_000, sizes: [2_049, 5_000, 19_000, 19_999], weight: weight)
        let weights = HitWeights(scores: plan.scores, exponent: weight)
        for (index, observed) in plan.observed.enumerated() {
            let members = drawnRanks(observed.size, among: 20_000, seed: 99, permutation: UInt64(index)).sorted()
            let score = EnrichmentScore(ofMembers: members, weights: weights).value
            let unit = weights.areUnit ? Double(observed.size * (20_000 - observed.size)) : 1
            // The null's weights are rounded to single precision.
            #expect(abs(observed.score / unit - score) <= 1e-7 * abs(score))
        }
    }

    private func compare(_ plan: GeneSetNull.Plan, draws: Int) throws {
        let geneCount = plan.geneCount
        let weights = HitWeights(scores: plan.scores, exponent: plan.exponent)
        let scaled = weights.scaledForNull()
        let range = 100..<100 + draws
        let draws = range.map { drawnRanks(plan.sizes.last!, among: geneCount, seed: 11, permutation: UInt64($0)) }
        let state = plan.state(permutations: range)
        #expect(state.permutations == range.count)
        for (set, observed) in plan.observed.enumerated() {
            let scores = draws.map { drawn in
                let members = drawn.prefix(observed.size).sorted()
                return weights.areUnit
                    ? unweightedSetExtremes(members: members, geneCount: geneCount).score
                    : weightedSetExtremes(members: members, weights: scaled).score
            }
            let sameSign = scores.filter { ($0 >= 0) == observed.isPositive }
            // Whole numbers are equal or not; float32 scores also where their sums were rounded otherwise.
            let rounding = weights.areUnit || observed.size == geneCount ? 0 : 0x1p-22
            #expect(
                state.exceedances(ofSet: set, in: plan)
                    == GeneSetNull.Exceedances(
                        beyond: sameSign.count { $0.magnitude > observed.score.magnitude + rounding },
                        equal: sameSign.count { ($0 - observed.score).magnitude <= rounding },
                        sameSign: sameSign.count))
            let row = try #require(plan.sizes.firstIndex(of: observed.size))
            let unit = weights.areUnit ? Double(observed.size * (geneCount - observed.size)) : 1
            let enrichments = sameSign.map { observed.size == geneCount ? 1 : $0 / unit }
            let sum = enrichments.reduce(Int128(0)) {
                $0 + Int128(($1 * 0x1p40).rounded(.toNearestOrEven))
            }
            #expect(state.sum(sizeIndex: row, isPositive: observed.isPositive) == sum)
            var bins = [UInt32](repeating: 0, count: 4096)
            for enrichment in enrichments { bins[min(4095, Int(enrichment.magnitude * 4096))] += 1 }
            let kept = state.histogram(sizeIndex: row, isPositive: observed.isPositive)
            #expect(kept == Array(bins.prefix(kept.count)))
            #expect(bins.dropFirst(kept.count).allSatisfy { $0 == 0 })
        }
    }

    @Test("A state does not depend on how its permutations were split", arguments: [1, 7, 250, 513, 1_000])
    func splits(shardSize: Int) {
        let plan = plan(geneCount: 3_000, sizes: [5, 15, 16, 40, 41, 650, 2_100, 2_900], weight: 1)
        let whole = plan.state(permutations: 0..<1_000)
        let starts = Array(stride(from: 0, to: 1_000, by: shardSize))
        var merged = plan.emptyState
        // Merged from the back: the order of arrival does not matter either.
        for start in starts.reversed() {
            merged.merge(plan.state(permutations: start..<min(start + shardSize, 1_000)))
        }
        #expect(merged == whole)
    }

    @Test("Every CPU level gives the same state", arguments: [0, 1, 1.5])
    func levels(weight: Double) {
        let sizes = Array(10...60) + [333, 2_500, 2_600]
        let states = CPULevel.supported.map { level in
            plan(geneCount: 5_000, sizes: sizes, weight: weight, kernels: NestedPrefixKernels(level: level))
                .state(permutations: 0..<300)
        }
        for state in states { #expect(state == states[0]) }
    }

    @Test("Other sizes in the collection do not change a size's null", arguments: [0, 1])
    func otherSizes(weight: Double) throws {
        let alone = plan(geneCount: 4_000, sizes: [40], weight: weight)
        let among = plan(geneCount: 4_000, sizes: [40, 20, 200, 1_500, 3_999], weight: weight)
        let first = alone.state(permutations: 0..<200)
        let second = among.state(permutations: 0..<200)
        let row = try #require(among.sizes.firstIndex(of: 40))
        #expect(first.exceedances(ofSet: 0, in: alone) == second.exceedances(ofSet: 0, in: among))
        for isPositive in [true, false] {
            #expect(
                first.histogram(sizeIndex: 0, isPositive: isPositive)
                    == second.histogram(sizeIndex: row, isPositive: isPositive))
        }
    }

    @Test("Another seed gives other draws")
    func seeds() {
        let first = plan(geneCount: 500, sizes: [20], weight: 1, seed: 1).state(permutations: 0..<100)
        let second = plan(geneCount: 500, sizes: [20], weight: 1, seed: 2).state(permutations: 0..<100)
        #expect(first != second)
    }

    @Test("A caller that throws between blocks stops the drawing")
    func cancellation() {
        struct Cancelled: Error {}
        let plan = plan(geneCount: 500, sizes: [20], weight: 1)
        var calls = 0
        #expect(throws: Cancelled.self) {
            _ = try plan.state(permutations: 0..<100_000_000) {
                calls += 1
                if calls == 3 { throw Cancelled() }
            }
        }
        #expect(calls == 3)
    }

    @Test("A set of every gene scores 1 in every draw")
    func everyGene() {
        let plan = plan(geneCount: 20, sizes: [20], weight: 1)
        let state = plan.state(permutations: 0..<50)
        #expect(state.histogram(sizeIndex: 0, isPositive: true).last == 50)
        #expect(state.equal == [50])
    }

    @Test("A plan and a state survive encoding")
    func encoding() throws {
        let plan = plan(geneCount: 900, sizes: [3, 15, 15, 80, 700], weight: 1.5)
        let decoded = try GeneSetNull.Plan(decoding: plan.encoded())
        #expect(decoded.sizes == plan.sizes)
        #expect(decoded.observed == plan.observed)
        let state = plan.state(permutations: 0..<700)
        #expect(decoded.state(permutations: 0..<700) == state)
        let bytes = state.encoded()
        #expect(try GeneSetNull.State(decoding: bytes) == state)
        #expect(state.fits(decoded))
        #expect(!state.fits(self.plan(geneCount: 900, sizes: [3, 15], weight: 1.5)))
        #expect(try GeneSetNull.State(decoding: plan.emptyState.encoded()) == plan.emptyState)
    }

    @Test("Bytes that are cut short or changed are refused")
    func damagedBytes() {
        let plan = plan(geneCount: 300, sizes: [3, 15], weight: 1)
        let state = plan.state(permutations: 0..<100).encoded()
        for count in [0, 1, 5, state.count / 2, state.count - 1] {
            #expect(throws: GeneSetNull.EncodingError.self) {
                _ = try GeneSetNull.State(decoding: Array(state.prefix(count)))
            }
        }
        #expect(throws: GeneSetNull.EncodingError.self) { _ = try GeneSetNull.State(decoding: state + [0]) }
        #expect(throws: GeneSetNull.EncodingError.self) { _ = try GeneSetNull.Plan(decoding: state) }
    }
}

extension GeneSetNullTests {
    /// Where genes weigh nothing, many sets of unequal weight have one and the same score: 17/18, say, of a set whose
    /// last gene with weight is the second of twenty.
    @Test("Draws of one score are equal whatever their weights", arguments: [1, 1.5])
    func equalScores(exponent: Double) {
        let scores = [1.716, 1.544, 1.5, 0.992] + [Double](repeating: 0, count: 12) + [-0.131, -0.134, -0.25, -0.777]
        let sets = (0..<20).flatMap { first in
            (first + 1..<20).map { second in
                GeneSet(name: "\(first) \(second)", description: "", source: "", genes: ["G\(first)", "G\(second)"])
            }
        }
        var settings = GeneSetAnalysis.Settings()
        settings.minimumSize = 1
        settings.weight = exponent
        let analysis = GeneSetAnalysis(
            list: RankedGeneList(inOrder: (0..<20).map { "G\($0)" }, scores: scores), sets: sets, settings: settings)
        let permutations = 40_000
        let results = analysis.results(from: analysis.plan.state(permutations: 0..<permutations))
        // All sets of two genes are the null.
        let positive = results.enrichmentScore.filter { $0 > 0 }
        var seen = 0
        for (score, p) in zip(results.enrichmentScore, results.pValue) where score > 0 {
            let expected = Double(positive.count { $0 >= score - 1e-9 }) / Double(positive.count)
            let draws = Double(permutations * positive.count) / Double(sets.count)
            #expect(abs(p - expected) <= 5 * (expected * (1 - expected) / draws).squareRoot() + 1e-3, "\(score)")
            if abs(score - 17.0 / 18) < 1e-12 { seen += 1 }
        }
        #expect(seen == 14)
    }

    /// Of one gene of three, the second scores −1/2, where two bins meet, and the last −1.
    @Test("Draws equal to a score where two bins meet are equal, and not beyond", arguments: [0, 1])
    func equalScoresBetweenBins(exponent: Double) {
        let plan = GeneSetNull.Plan(
            scores: [3, 2, -1], exponent: exponent,
            observed: [GeneSetNull.ObservedSet(size: 1, score: exponent == 0 ? -1 : -0.5, isPositive: false)], seed: 2)
        let counts = plan.state(permutations: 0..<900).exceedances(ofSet: 0, in: plan)
        // A third each; five standard deviations.
        #expect((counts.equal - 300).magnitude < 71 && (counts.beyond - 300).magnitude < 71)
        #expect(counts.beyond + counts.equal == counts.sameSign)
    }
}
