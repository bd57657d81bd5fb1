import ExpressionData
import GeneSetEnrichment
import Testing

/// Bounds of q where sets share their permutations, on null scores whose distribution is known.
@Suite("Bounds of q from shared permutations")
struct SharedPermutationBoundsTests {
    private static let setCount = 12
    private static let geneCount = 400
    private let sets: [GeneSet]
    private let list: RankedGeneList
    private let matching: GeneSetMatching
    private let enrichments: [EnrichmentScore]

    /// Sets that lie ever more evenly in the list, half of them at its lower end.
    init() {
        var generator = TestGenerator(seed: 11)
        let names = (0..<Self.geneCount).map { "g\($0)" }
        sets = (0..<Self.setCount).map { set in
            var genes: Set<Int> = []
            while genes.count < 20 {
                let uniform = generator.uniform()
                // A power of a uniform number tends to the list's top; its mirror image to the bottom.
                var position = uniform
                if set % 3 == 0 { position *= uniform }
                if set / 2 % 2 == 0 { position *= uniform.squareRoot() }
                let rank = min(Self.geneCount - 1, Int(position * Double(Self.geneCount)))
                genes.insert(set % 2 == 0 ? rank : Self.geneCount - 1 - rank)
            }
            return GeneSet(name: "S\(set)", description: "", source: "", genes: genes.sorted().map { names[$0] })
        }
        list = RankedGeneList(
            inOrder: names, scores: (0..<Self.geneCount).map { Double(Self.geneCount - 2 * $0) / 100 + 0.005 })
        matching = GeneSetMatching(of: sets, with: list.genes, minimumSize: 1, maximumSize: 500)
        let weights = HitWeights(scores: list.scores, exponent: 1)
        enrichments = matching.matched.map { EnrichmentScore(ofMembers: $0.members, weights: weights) }
    }

    private func results(_ null: [[Float]], least: Double = 1e-6) -> GeneSetResults {
        GeneSetResults(
            paired: list, sets: sets, matching: matching, enrichments: enrichments, null: NullScores(null),
            least: least,
            fdrThreshold: 0.05)
    }

    /// Null scores of all sets; `correlation` is the share of a score that sets have in common.
    private func null(_ permutations: Int, correlation: Double, _ generator: inout TestGenerator) -> [[Float]] {
        var null = [[Float]](repeating: [], count: Self.setCount)
        for _ in 0..<permutations {
            let common = generator.centred()
            for set in null.indices {
                let score = correlation * common + (1 - correlation) * generator.centred()
                // Enrichment scores stay away from zero.
                null[set].append(Float(score < 0 ? -0.1 + 0.8 * score : 0.1 + 0.8 * score))
            }
        }
        return null
    }

    /// From sets with nothing in common, where the error of every set's own mean counts in full, to sets that are
    /// nearly one.
    @Test("The stated 95 % hold the q of many more permutations", arguments: [0, 0.5, 0.95])
    func coverage(correlation: Double) {
        var generator = TestGenerator(seed: 3)
        let truth = results(null(100_000, correlation: correlation, &generator))
        let runs = 300
        var covered = [Int](repeating: 0, count: Self.setCount)
        for _ in 0..<runs {
            let run = results(null(200, correlation: correlation, &generator))
            for set in covered.indices {
                #expect(run.fdrLow[set] <= run.fdr[set] && run.fdr[set] <= run.fdrHigh[set])
                if run.fdrLow[set] <= truth.fdr[set] && truth.fdr[set] <= run.fdrHigh[set] { covered[set] += 1 }
            }
        }
        // Some sets must be neither sure nor hopeless, or nothing is tested.
        #expect(truth.fdr.count(where: { $0 > 0.01 && $0 < 0.9 }) >= 3, "\(truth.fdr)")
        // Three standard deviations of a share of 300 below 95 %.
        for set in covered.indices {
            #expect(Double(covered[set]) / Double(runs) >= 0.912, "S\(set), q \(truth.fdr[set]): \(covered[set])")
        }
        let all = Double(covered.reduce(0, +)) / Double(runs * Self.setCount)
        #expect(all >= 0.95, "\(all)")
    }

    @Test("Lower bounds are at least the probability of the observed labels, zero only where nothing draws them")
    func lowerBounds() {
        let null = [[Float]](
            repeating: (0..<100).map { $0 % 2 == 0 ? 0.01 : -0.01 }, count: Self.setCount)
        let free = results(null, least: 1e-6)
        #expect(free.pValueLow == [Double](repeating: 1e-6, count: Self.setCount))
        #expect(free.fdrLow == [Double](repeating: 1e-6, count: Self.setCount))
        // Nothing is known of the tail where no shuffle gives the observed labels.
        let balanced = results(null, least: 0)
        #expect(balanced.pValueLow.allSatisfy { $0 == 0 } && balanced.fdrLow.allSatisfy { $0 == 0 })
        for table in [free, balanced] {
            #expect(table.pValue.allSatisfy { $0 > 0 } && table.fdr.allSatisfy { $0 > 0 })
            #expect(zip(table.fdrLow, table.fdr).allSatisfy { $0 <= $1 })
        }
    }

    @Test("A bound is never above its estimate, however probable the observed labels are")
    func probableLabels() {
        let null = [[Float]](
            repeating: (0..<100).map { $0 % 2 == 0 ? 0.01 : -0.01 }, count: Self.setCount)
        let results = results(null, least: 0.3)
        #expect(zip(results.pValueLow, results.pValue).allSatisfy { $0 <= $1 })
        #expect(zip(results.fdrLow, results.fdr).allSatisfy { $0 <= $1 })
    }
}

/// Numbers for tests: Weyl steps, mixed (SplitMix64).
private struct TestGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// Between 0 and 1.
    mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((bits ^ (bits >> 31)) >> 11) * 0x1p-53
    }

    /// The mean of four uniform numbers between −1 and 1.
    mutating func centred() -> Double {
        (uniform() + uniform() + uniform() + uniform()) / 2 - 1
    }
}
