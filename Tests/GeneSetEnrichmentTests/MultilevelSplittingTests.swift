import ExpressionData
import GeneSetEnrichment
import StatisticalKernels
import Testing

@Suite("Multilevel splitting")
struct MultilevelSplittingTests {
    /// The estimates of sets of any sizes on one side, by way of the climbs that they share.
    private func estimates(
        of sets: [[Int32]], in plan: GeneSetNull.Plan, isPositive: Bool = true, signProbability: Double = 1,
        floor: Double = 0, by splitting: MultilevelSplitting? = nil
    ) -> [MultilevelSplitting.Estimate] {
        let rare = RareGeneSets(
            sets: sets.enumerated().map { row, members in
                RareGeneSets.RareSet(
                    row: row, members: members, isPositive: isPositive, signProbability: signProbability)
            }, geneCount: plan.geneCount, floor: floor)
        let splitting = splitting ?? MultilevelSplitting(plan)
        return rare.estimates(from: rare.climbs.indices.map { rare.reaches(ofClimb: $0, by: splitting) {} })
    }

    @Test("Small p-values agree with fgsea's within both errors", .enabled(if: ReferenceData.isPresent))
    func fgsea() throws {
        let analysis = GeneSetAnalysis(
            list: try ReferenceData.rankedList("data/A_mesen_vs_immuno.rnk"),
            sets: try ReferenceData.geneSets("data/hallmark_v7.0.gmt"), settings: .init())
        let state = analysis.plan.state(permutations: 0..<10_000)
        let expected = try ReferenceData.table("golden/fgsea/A_hallmark.multilevel_eps0_sample1001.tsv")
        var compared = 0
        for (row, set) in analysis.matching.matched.enumerated() {
            let name = analysis.sets[set.index].name
            let reference = try #require(expected[name])
            let p = reference.number("pval")
            guard p < 1e-3 else { continue }
            let sameSign = state.exceedances(ofSet: row, in: analysis.plan).sameSign
            let estimate = estimates(
                of: [set.members], in: analysis.plan, isPositive: analysis.enrichments[row].value >= 0,
                signProbability: Double(sameSign) / 10_000)[0]
            let error = estimate.log2Error * estimate.log2Error
            let referenceError = reference.number("log2err") * reference.number("log2err")
            // Four standard errors of the difference, as the reference's notes advise.
            let difference = log2(estimate.pValue) - log2(p)
            #expect(abs(difference) <= 4 * (error + referenceError).squareRoot() + 0.05, "\(name)")
            #expect(estimate.isComplete)
            compared += 1
        }
        #expect(compared >= 15)
    }

    /// A list of thirty genes, with one set of three to reach.
    private func smallPlan(weight: Double) -> GeneSetNull.Plan {
        // None is 0: a gene without weight could stand for any member of the best set.
        let scores = (0..<30).map { 15.5 - Double($0) }
        return GeneSetNull.Plan(
            scores: scores, exponent: weight,
            observed: [GeneSetNull.ObservedSet(size: 3, score: 1, isPositive: true)], seed: 8)
    }

    @Test("The one best set of all has the probability of one in all, without a climb", arguments: [0, 1])
    func exact(weight: Double) {
        let estimate = estimates(of: [[0, 1, 2]], in: smallPlan(weight: weight))[0]
        #expect(abs(estimate.pValue * 4_060 - 1) < 1e-12 && estimate.log2Error == 0 && estimate.isComplete)
    }

    @Test("A set that few others equal has the probability of those", arguments: [[0, 1, 3], [0, 2, 3], [1, 2, 4]])
    func nearlyBest(members: [Int32]) {
        let plan = smallPlan(weight: 1)
        var splitting = MultilevelSplitting(plan)
        splitting.particleCount = 1_001
        let weights = HitWeights(scores: plan.scores, exponent: 1).scaledForNull()
        let observed = weightedSetExtremes(members: members, weights: weights).highest
        var asExtreme = 0
        for first in 0..<30 as Range<Int32> {
            for second in first + 1..<31 where second < 30 {
                for third in second + 1..<31 where third < 30 {
                    let extremes = weightedSetExtremes(members: [first, second, third], weights: weights)
                    if extremes.highest >= observed, extremes.highest >= -extremes.lowest { asExtreme += 1 }
                }
            }
        }
        let estimate = estimates(of: [members], in: plan, by: splitting)[0]
        // 4,060 sets of three. Five standard errors of an estimate with so many particles.
        #expect(abs(log2(estimate.pValue * 4_060 / Double(asExtreme))) <= 5 * estimate.log2Error)
        #expect(estimate.log2Error < 0.5 && asExtreme > 1)
        #expect(estimate.low < estimate.pValue && estimate.pValue < estimate.high)
    }

    @Test("A signature at an end of its own list is told at once, as one in all sets", arguments: [true, false])
    func signature(isPositive: Bool) {
        let scores = (0..<8_000).map { 4 - Double($0) / 1_000.1 }
        let plan = GeneSetNull.Plan(
            scores: scores, exponent: 1,
            observed: [GeneSetNull.ObservedSet(size: 85, score: 1, isPositive: isPositive)],
            seed: 5)
        let ends = [70, 85, 96].map { (size: Int32) in
            isPositive ? Array(0..<size) : Array(8_000 - size..<8_000)
        }
        let rare = RareGeneSets(
            sets: ends.enumerated().map {
                RareGeneSets.RareSet(
                    row: $0, members: $1, isPositive: isPositive, signProbability: 0.5, signVariance: 0.0025)
            }, geneCount: 8_000, floor: 0)
        var levels = 0
        let found = rare.estimates(
            from: rare.climbs.indices.map {
                rare.reaches(ofClimb: $0, by: MultilevelSplitting(plan)) { levels += 1 }
            })
        #expect(levels == 0)
        for (set, estimate) in zip(ends, found) {
            let size = Double(set.count)
            let logWays = logGamma(8_001) - logGamma(size + 1) - logGamma(8_001 - size)
            // At its own size, whatever the sizes that are climbed for.
            #expect(abs(log(estimate.pValue) + logWays - log(2)) < 1e-9, "\(size)")
            #expect(estimate.isComplete && !estimate.isBelowFloor)
            // Half of 400 draws have the sign: a standard error of 5 %.
            #expect(abs(estimate.log2Error - 0.05 / log(2)) < 1e-12 && estimate.low < estimate.pValue)
        }
    }

    @Test("No estimate is below one in all sets")
    func oneInAll() {
        // Twelve genes alike, and one that weighs nothing: a climb may go on among sets that score no more.
        let plan = GeneSetNull.Plan(
            scores: (0..<24).map { $0 < 12 ? 1 : $0 == 12 ? 0 : -0.001 }, exponent: 1,
            observed: [GeneSetNull.ObservedSet(size: 12, score: 1, isPositive: true)], seed: 4)
        let estimate = estimates(of: [(0..<12).map { Int32($0) }], in: plan)[0]
        #expect(estimate.pValue >= 1 / 2_704_156 * (1 - 1e-9))
    }

    @Test("A p below the smallest that is followed is told as that, and nothing bounds it from below")
    func belowAll() {
        let genes = (0..<3_000).map { "g\($0)" }
        var settings = GeneSetAnalysis.Settings()
        settings.maximumSize = 1_000
        let sets = [GeneSet(name: "TOP", description: "", source: "", genes: Array(genes[0..<250]))]
        let analysis = GeneSetAnalysis(
            list: RankedGeneList(genes: genes, scores: (0..<3_000).map { 4 - Double($0) / 777 }), sets: sets,
            settings: settings)
        let state = analysis.plan.state(permutations: 0..<1_000)
        let rare = RareGeneSets(of: analysis, null: state, floor: 0)
        var table = analysis.results(from: state)
        table.replacePValues(
            by: rare.estimates(
                from: rare.climbs.indices.map {
                    rare.reaches(ofClimb: $0, by: MultilevelSplitting(analysis.plan)) {}
                }), geneCount: 3_000)
        // One among 10³⁶⁹ sets.
        #expect(table.pValue == [MultilevelSplitting.leastFollowed] && table.pValueLow == [0])
        #expect(table.pValueHigh[0] >= table.pValue[0] && table.reason == ["below-eps"])
        // Of q, which is counted, there is no doubt.
        #expect(table.isSettled == [true] && table.fdr[0] < 0.01)
    }

    @Test("An estimate that ended on its way has no lower limit but one in all sets")
    func incomplete() {
        let reached = MultilevelSplitting.Estimate(
            pValue: 1e-20, log2Error: 0.5, isComplete: false, isBelowFloor: false)
        #expect(reached.low == 0 && reached.high > 1e-20)
    }

    @Test("An estimate does not depend on the sets that are estimated with it")
    func repeatable() {
        let plan = GeneSetNull.Plan(
            scores: (0..<300).map { 150.5 - Double($0) }, exponent: 1,
            observed: [GeneSetNull.ObservedSet(size: 3, score: 1, isPositive: true)], seed: 8)
        // Of 3, 17, 18 and 19 genes: those of 17 and 19 lie between the sizes that are climbed for.
        let sets: [[Int32]] = [
            [0, 1, 2], [0, 2, 9], [1, 2, 4], (0..<17).map { $0 * 3 }, (0..<18).map { $0 * 2 }, (0..<19).map { $0 * 3 },
        ]
        let together = estimates(of: sets, in: plan, signProbability: 0.5)
        #expect(together == sets.map { estimates(of: [$0], in: plan, signProbability: 0.5)[0] })
        #expect(together[0].pValue < together[2].pValue && together[2].pValue < together[1].pValue)
        #expect(together[4].pValue < together[3].pValue && together[5].pValue < together[3].pValue)
    }

    @Test("A set between the sizes climbed for has the p-value that counting gives it", arguments: [0, 1, 1.5])
    func interpolated(weight: Double) {
        let scores = (0..<1_000).map { index in
            let uniform = (Double(index) + 0.5) / 1_000
            return log((1 - uniform) / uniform)
        }
        var stream = PhiloxStream(seed: 21, stream: UInt64(weight))
        // Sizes halfway between two that are climbed for.
        for size in [17, 21, 34, 78] {
            // Some members are drawn among the first quarter only: p-values about 0.1 to 1e-4, which counting can tell.
            let sets = (1...6).map { enriched in
                var ranks: Set<Int32> = []
                let preferred = Int((0.5 * Double(enriched) * Double(size).squareRoot()).rounded())
                while ranks.count < preferred { ranks.insert(Int32(stream.next(below: 250))) }
                while ranks.count < size { ranks.insert(Int32(stream.next(below: 1_000))) }
                return ranks.sorted()
            }
            let weights = HitWeights(scores: scores, exponent: weight)
            let scaled = weights.scaledForNull()
            let plan = GeneSetNull.Plan(
                scores: scores, exponent: weight,
                observed: sets.map {
                    GeneSetNull.ObservedSet(
                        members: $0, weights: weights, scaledWeights: scaled,
                        enrichment: EnrichmentScore(ofMembers: $0, weights: weights))
                }, seed: 12)
            let state = plan.state(permutations: 0..<400_000)
            var splitting = MultilevelSplitting(plan)
            splitting.particleCount = 10_001
            for (row, members) in sets.enumerated() where plan.observed[row].isPositive {
                let counts = state.exceedances(ofSet: row, in: plan)
                guard counts.beyond >= 20 else { continue }
                let estimate = estimates(
                    of: [members], in: plan, signProbability: Double(counts.sameSign) / 400_000, by: splitting)[0]
                let counted = Double(counts.beyond + counts.equal) / Double(counts.sameSign)
                let countedError = ((1 - counted) / Double(counts.beyond + counts.equal)).squareRoot() / log(2)
                // Five standard errors of both.
                let error = (estimate.log2Error * estimate.log2Error + countedError * countedError).squareRoot()
                let difference = log2(estimate.pValue) - log2(counted)
                #expect(abs(difference) <= 5 * error, "\(size) genes, p \(counted)")
            }
        }
    }

    @Test("Sizes in binary of four digits are climbed for, and others lie between two of them")
    func sizes() {
        func bracket(_ size: Int, of geneCount: Int = 1_000) -> SplittingSizes.Bracket {
            SplittingSizes.bracket(ofSize: size, geneCount: geneCount)
        }
        for size in Array(1...16) + [18, 30, 32, 36, 480, 520, 999] { #expect(bracket(size).sizes == [size]) }
        #expect(bracket(17).sizes == [16, 18] && bracket(17).shares == [0.5, 0.5])
        #expect(bracket(35).sizes == [32, 36] && bracket(35).shares == [0.25, 0.75])
        // As many genes left out as are in.
        #expect(bracket(965).sizes == [964, 968] && bracket(965).shares == [0.75, 0.25])
        for geneCount in [2, 3, 17, 100, 20_001] {
            for size in 1..<geneCount {
                let bracket = bracket(size, of: geneCount)
                #expect(bracket.sizes.allSatisfy { 1..<geneCount ~= $0 })
                #expect(
                    abs(zip(bracket.sizes, bracket.shares).reduce(0) { $0 + Double($1.0) * $1.1 } - Double(size)) < 1e-9
                )
            }
        }
    }

    @Test("A set below the floor is told as that, and its climb ends there")
    func floor() {
        let plan = GeneSetNull.Plan(
            scores: (0..<3_000).map { 3 - Double($0) / 600 }, exponent: 1,
            observed: [GeneSetNull.ObservedSet(size: 35, score: 0.9, isPositive: true)], seed: 5)
        let sets = [(0..<35).map { Int32($0 * 2) }, (0..<35).map { Int32($0 * $0) }]
        let all = estimates(of: sets, in: plan, signProbability: 0.5)
        #expect(all[0].pValue < 1e-30 && all[1].pValue < 1e-5 && all[1].pValue > 1e-10)
        let floored = estimates(of: sets, in: plan, signProbability: 0.5, floor: 1e-10)
        #expect(floored[0].isBelowFloor && floored[0].pValue == 1e-10 && floored[0].low == 0 && floored[0].isComplete)
        #expect(floored[0].log2Error < all[0].log2Error)
        #expect(floored[1] == all[1])
    }

    @Test("A list of few heavy genes scatters between seeds as its error says")
    func heavyTails() {
        let scores = (0..<2_000).map { index in
            let uniform = (Double(index) + 0.5) / 2_000
            let half = 2 * uniform - 1
            return -half / pow(1 - abs(half), 0.6)
        }
        let members: [Int32] = [0, 3, 9] + (1..<22).map { Int32($0 * 40) }
        let logs = (0..<24).map { seed in
            let plan = GeneSetNull.Plan(
                scores: scores, exponent: 1.5,
                observed: [GeneSetNull.ObservedSet(size: members.count, score: 0.9, isPositive: true)],
                seed: UInt64(seed))
            let estimate = estimates(of: [members], in: plan, signProbability: 0.5)[0]
            return (log2(estimate.pValue), estimate.log2Error)
        }
        let mean = logs.reduce(0) { $0 + $1.0 } / 24
        let variance = logs.reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) } / 23
        let stated = logs.reduce(0) { $0 + $1.1 * $1.1 } / 24
        #expect(variance <= 3 * stated)
    }

    @Test("Ties at the top, and lists of few values, end")
    func ties() {
        // Eight genes with weight among forty, alike: the statistic has few values.
        let plan = GeneSetNull.Plan(
            scores: [Double](repeating: 2, count: 8) + [Double](repeating: 0, count: 32), exponent: 1,
            observed: [GeneSetNull.ObservedSet(size: 4, score: 1, isPositive: true)], seed: 2)
        let estimate = estimates(of: [[0, 1, 2, 3]], in: plan)[0]
        // The score is 1 if the members with weight, one at least, are the first of the list: one, two, three
        // or four of them beside others of the 32. Five standard errors.
        let exact = Double(4_960 + 496 + 32 + 1) / 91_390
        #expect(estimate.isComplete && abs(log2(estimate.pValue / exact)) <= 5 * estimate.log2Error)
    }

    @Test("Every CPU level climbs the same way", arguments: [0.0, 1])
    func levels(weight: Double) {
        let scores = (0..<3_000).map { 3 - Double($0) / 600 }
        let members: [Int32] = (0..<40).map { $0 * $0 }
        let plan = GeneSetNull.Plan(
            scores: scores, exponent: weight,
            observed: [GeneSetNull.ObservedSet(size: 40, score: 0.5, isPositive: true)], seed: 5)
        let byLevel = CPULevel.supported.map { level in
            estimates(
                of: [members, Array(members.dropLast())], in: plan, signProbability: 0.5,
                by: MultilevelSplitting(plan, kernels: SplittingKernels(level: level)))
        }
        for estimates in byLevel { #expect(estimates == byLevel[0]) }
        #expect(byLevel[0][0].pValue < 1e-5 && byLevel[0][0].isComplete)
    }

    @Test("Of random sets, as many have a small p as it says", arguments: [0.0, 1])
    func calibration(weight: Double) {
        var stream = PhiloxStream(seed: 77, stream: UInt64(weight))
        func uniform() -> Double { (Double(stream.next()) + 0.5) / 0x1p32 }
        var pValues: [Double] = []
        for seed in 0..<60 {
            let scores = (0..<800).map { _ in uniform() + uniform() + uniform() + uniform() - 2 }.sorted(by: >)
            let weights = HitWeights(scores: scores, exponent: weight)
            let scaled = weights.scaledForNull()
            for size in [9, 25, 60] {
                let sets = (0..<50).map { _ in
                    var ranks: Set<Int32> = []
                    while ranks.count < size { ranks.insert(Int32(stream.next(below: 800))) }
                    return ranks.sorted()
                }
                let scored = sets.map { EnrichmentScore(ofMembers: $0, weights: weights) }
                let plan = GeneSetNull.Plan(
                    scores: scores, exponent: weight,
                    observed: zip(sets, scored).map {
                        GeneSetNull.ObservedSet(
                            members: $0, weights: weights, scaledWeights: scaled, enrichment: $1)
                    }, seed: UInt64(seed))
                let state = plan.state(permutations: 0..<2_000)
                for isPositive in [true, false] {
                    let rows = sets.indices.filter { (scored[$0].value >= 0) == isPositive }
                    guard let first = rows.first else { continue }
                    let sameSign = state.exceedances(ofSet: first, in: plan).sameSign
                    pValues += estimates(
                        of: rows.map { sets[$0] }, in: plan, isPositive: isPositive,
                        signProbability: Double(sameSign) / 2_000
                    ).map(\.pValue)
                }
            }
        }
        #expect(pValues.count == 9_000)
        for level in [0.2, 0.05, 0.01] {
            let expected = 9_000 * level
            // Five standard errors of the count; the climbs, with an error of 10 to 25 % each, add about as much.
            let error = 5 * (2 * expected * (1 - level)).squareRoot()
            let count = pValues.count { $0 <= level }
            #expect(abs(Double(count) - expected) <= error, "\(count) of 9,000 at \(level)")
        }
    }

    @Test("Negating the list mirrors every estimate's probability")
    func mirrored() {
        let scores = (0..<400).map { 3 - Double($0) / 80 }
        let members: [Int32] = [1, 3, 4, 9, 12, 20, 33, 41, 60, 77]
        func estimate(_ scores: [Double], _ members: [Int32], isPositive: Bool) -> MultilevelSplitting.Estimate {
            let plan = GeneSetNull.Plan(
                scores: scores, exponent: 1,
                observed: [GeneSetNull.ObservedSet(size: members.count, score: 0.5, isPositive: isPositive)], seed: 3)
            return estimates(of: [members], in: plan, isPositive: isPositive, signProbability: 0.5)[0]
        }
        let high = estimate(scores, members, isPositive: true)
        let low = estimate(scores.reversed().map { -$0 }, members.reversed().map { 399 - $0 }, isPositive: false)
        // Two climbs with other random numbers: five standard errors of their difference.
        let error = (high.log2Error * high.log2Error + low.log2Error * low.log2Error).squareRoot()
        #expect(abs(log2(high.pValue) - log2(low.pValue)) <= 5 * error)
        #expect(high.pValue < 1e-4)
    }
}
