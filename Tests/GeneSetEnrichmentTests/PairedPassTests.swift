import ExpressionData
import GeneSetEnrichment
import Payloads
import Testing

/// Null scores that are counted in two passes, beside the definitions worked out over all of them.
@Suite("Two passes over permuted phenotypes")
struct PairedPassTests {
    /// A comparison of random values and the sets that are tested in it.
    private struct Problem {
        let plan: PhenotypePlan
        let scores: [Double]
        let permutations: Int

        /// Sets of one gene are here too, and of all but one, whose scores have few values.
        init(seed: UInt64) {
            var generator = SystemIndependentGenerator(state: seed)
            let (genes, samples) = (Int.random(in: 20...40, using: &generator), 10)
            let values = (0..<genes * samples).map { _ in Double.random(in: -3...5, using: &generator) }
            let sizes = [1, genes - 1] + (0..<9).map { _ in Int.random(in: 2...8, using: &generator) }
            plan = PhenotypePlan(
                comparison: PhenotypeComparison(
                    values: values, sampleCount: samples, phenotype: .classes(sizeOfFirst: 4), metric: .difference,
                    usesMedian: false, order: .init()),
                sets: sizes.map { Array((0..<Int32(genes)).shuffled(using: &generator).prefix($0)) },
                exponent: 1, shuffles: .free(seed: seed))
            scores = plan.observedScores().map(\.value)
            permutations = Int.random(in: 30...90, using: &generator)
        }

        func firstPass(_ ranges: [Range<Int>]) -> PairedPassOne {
            ranges.reduce(into: PairedPassOne(setCount: plan.sets.count)) {
                $0.add(plan.firstPass($1, keeping: { _ in }, betweenPermutations: {}))
            }
        }

        func secondPass(_ ranges: [Range<Int>], _ thresholds: PairedThresholds) -> PairedPassTwo {
            ranges.reduce(into: PairedPassTwo(thresholds)) {
                $0.add(plan.secondPass($1, thresholds, betweenPermutations: {}))
            }
        }

        func results(_ first: PairedPassOne, _ second: PairedPassTwo) -> GeneSetResults {
            let names = (0..<plan.comparison.geneCount).map { "g\($0)" }
            let (genes, values) = plan.observedRanking()
            let list = RankedGeneList(inOrder: genes.map { names[Int($0)] }, scores: values)
            let sets = plan.sets.enumerated().map { index, set in
                GeneSet(name: "S\(index)", description: "", source: "", genes: set.map { names[Int($0)] })
            }
            return GeneSetResults(
                paired: list, sets: sets,
                matching: GeneSetMatching(of: sets, with: names, minimumSize: 1, maximumSize: 1_000),
                enrichments: plan.observedScores(), first, second, least: plan.leastProbability, fdrThreshold: 0.25)
        }
    }

    private struct SystemIndependentGenerator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return bits ^ (bits >> 31)
        }
    }

    /// What the definitions give, from all scores at once.
    private struct Definitions {
        var nes: [Double] = []
        var p: [Double] = []
        var q: [Double]
        var fwer: [Double]

        init(_ problem: Problem) {
            let null = problem.plan.nullScores(permutations: 0..<problem.permutations) {}
            let observed = problem.scores.map { Float($0) }
            func mean(_ set: Int, isPositive: Bool) -> Double {
                let side = null[set].filter { ($0 >= 0) == isPositive }.map { Double($0.magnitude) }
                // Means are of multiples of 2⁻⁴⁰: NES that are equal stay so.
                return side.reduce(0) { $0 + ($1 * 0x1p40).rounded(.toNearestOrEven) } * 0x1p-40 / Double(side.count)
            }
            for (set, score) in observed.enumerated() {
                nes.append(Double(score) / mean(set, isPositive: score >= 0))
                let side = null[set].filter { ($0 >= 0) == (score >= 0) }
                let beyond = side.count { $0.magnitude >= score.magnitude }
                p.append(side.isEmpty ? .nan : Double(beyond + 1) / Double(side.count + 1))
            }
            q = nes.map { _ in .nan }
            fwer = q
            for isPositive in [true, false] {
                let sets = observed.indices.filter { (observed[$0] >= 0) == isPositive && !nes[$0].isNaN }
                let means = observed.indices.map { mean($0, isPositive: isPositive) }
                let columns = (0..<problem.permutations).map { permutation in
                    null.indices.filter { (null[$0][permutation] >= 0) == isPositive }.map {
                        Double(null[$0][permutation].magnitude) / means[$0]
                    }
                }
                for set in sets {
                    let own = nes[set].magnitude
                    let share = Double(sets.count { nes[$0].magnitude >= own }) / Double(sets.count)
                    let ratios = columns.filter { !$0.isEmpty }.map { column in
                        Double(column.count { $0 >= own }) / Double(column.count)
                    }
                    q[set] = min(1, (ratios.reduce(0, +) + share) / Double(ratios.count + 1) / share)
                    let reached = columns.count { ($0.max() ?? 0) >= own }
                    fwer[set] = Double(reached + 1) / Double(problem.permutations + 1)
                }
            }
        }
    }

    private func agree(_ found: [Double], _ expected: [Double], within tolerance: Double) -> Bool {
        zip(found, expected).allSatisfy { $0.isNaN ? $1.isNaN : abs($0 - $1) <= tolerance * abs($1) }
    }

    @Test("Any ten cuts into ranges come to the same counts, and these to what the definitions say", arguments: 1...12)
    func definitions(seed: UInt64) throws {
        let problem = Problem(seed: seed)
        var generator = SystemIndependentGenerator(state: seed ^ 0xABCD)
        let whole = [0..<problem.permutations]
        let first = problem.firstPass(whole)
        let thresholds = PairedThresholds(scores: problem.scores, first)
        let second = problem.secondPass(whole, thresholds)
        for _ in 0..<10 {
            let inner = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                Int.random(in: 1..<problem.permutations, using: &generator)
            }
            let cuts = [0] + Set(inner).sorted() + [problem.permutations]
            let ranges = zip(cuts, cuts.dropFirst()).map { $0..<$1 }.shuffled(using: &generator)
            #expect(problem.firstPass(ranges) == first, "seed \(seed), \(ranges)")
            #expect(problem.secondPass(ranges, thresholds) == second, "seed \(seed), \(ranges)")
        }
        let null = NullScores(problem.plan.nullScores(permutations: whole[0]) {})
        #expect(PairedPassOne(null, observed: problem.scores.map { Float($0) }) == first, "seed \(seed)")
        #expect(PairedPassTwo(null, thresholds) == second, "seed \(seed)")
        let kept = null.scores(ofPermutations: whole[0])
        #expect(problem.plan.secondPass(kept: kept, thresholds) == second, "seed \(seed)")

        let (table, expected) = (problem.results(first, second), Definitions(problem))
        #expect(agree(table.normalizedEnrichmentScore, expected.nes, within: 1e-14), "seed \(seed)")
        #expect(table.pValue.map { "\($0)" } == expected.p.map { "\($0)" }, "seed \(seed)")
        #expect(table.fwer.map { "\($0)" } == expected.fwer.map { "\($0)" }, "seed \(seed)")
        #expect(agree(table.fdr, expected.q, within: 1e-10), "seed \(seed): \(table.fdr) \(expected.q)")
    }

    @Test("Counts and thresholds travel unchanged, and damaged bytes and those of another shape are refused")
    func encodings() throws {
        let problem = Problem(seed: 77)
        let count = problem.plan.sets.count
        let first = problem.firstPass([0..<20])
        let thresholds = PairedThresholds(scores: problem.scores, first)
        let second = problem.secondPass([0..<20], thresholds)
        #expect(try PairedPassOne(decoding: first.encoded()) == first)
        #expect(try PairedPassTwo(decoding: second.encoded()) == second)
        // As bytes: a set without a null score of a sign has no mean, and NaN differs from itself.
        #expect(try PairedThresholds(decoding: thresholds.encoded()).encoded() == thresholds.encoded())
        #expect(first.encoded().count <= PairedPassOne.largestEncoding(setCount: count))
        #expect(second.encoded().count <= PairedPassTwo.largestEncoding(setCount: count))

        #expect(first.isOf(permutations: 20, setCount: count) && second.isOf(permutations: 20, thresholds))
        #expect(!first.isOf(permutations: 21, setCount: count) && !second.isOf(permutations: 21, thresholds))
        #expect(!first.isOf(permutations: 20, setCount: count + 1))
        let fewer = PairedThresholds(scores: problem.scores, PairedPassOne(setCount: count))
        #expect(!second.isOf(permutations: 20, fewer))

        for bytes in [first.encoded(), second.encoded(), thresholds.encoded()] {
            for damaged in [[], Array(bytes.dropLast(2)), bytes + [0], [UInt8](repeating: 0xFF, count: bytes.count)] {
                #expect(throws: PayloadError.self) { try PairedPassOne(decoding: damaged) }
                #expect(throws: PayloadError.self) { try PairedPassTwo(decoding: damaged) }
                #expect(throws: PayloadError.self) { try PairedThresholds(decoding: damaged) }
            }
        }
        // Any byte may be another one: what is read then is refused, or can be added and told without a trap.
        for place in 5..<first.encoded().count {
            var bytes = first.encoded()
            bytes[place] ^= 0x5A
            guard let read = try? PairedPassOne(decoding: bytes), read.isOf(permutations: 20, setCount: count) else {
                continue
            }
            #expect(problem.results(read, second).count == count)
        }
        for place in 5..<second.encoded().count {
            var bytes = second.encoded()
            bytes[place] ^= 0x5A
            guard let read = try? PairedPassTwo(decoding: bytes), read.isOf(permutations: 20, thresholds) else {
                continue
            }
            #expect(problem.results(first, read).count == count)
        }
    }

    @Test("Ranges cover all permutations, are the same after any beginning, and few in a long run")
    func ranges() {
        let plan = Problem(seed: 5).plan
        let whole = plan.countedRanges(of: 0..<10_000_000)
        #expect(whole.first?.lowerBound == 0 && whole.last?.upperBound == 10_000_000)
        #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(whole.count < 700)
        for start in [1_000, 1_024, 300_000, 5_000_001] {
            let later = plan.countedRanges(of: start..<10_000_000)
            let after = whole.filter { $0.lowerBound >= start }
            #expect(Array(later.suffix(after.count)) == after && later.count <= after.count + 1)
        }
        #expect(plan.countedRanges(of: 7..<7).isEmpty)
    }
}
