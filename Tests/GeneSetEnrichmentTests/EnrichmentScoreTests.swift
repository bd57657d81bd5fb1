import ExpressionData
import GeneSetEnrichment
import StatisticalKernels
import Testing

@Suite("Enrichment score")
struct EnrichmentScoreTests {
    private func score(_ members: [Int32], _ scores: [Double], weight: Double = 1) -> EnrichmentScore {
        EnrichmentScore(ofMembers: members, weights: HitWeights(scores: scores, exponent: weight))
    }

    @Test("A set at the very top scores 1 at its last member")
    func top() {
        let result = score([0, 1, 2], [5, 4, 3, 2, 1, -1])
        #expect(result.value == 1)
        #expect(result.rank == 2)
    }

    @Test("A set at the very bottom scores −1 at the gene before its first member")
    func bottom() {
        let result = score([4, 5], [5, 4, 3, 2, -1, -2])
        #expect(result.value == -1)
        #expect(result.rank == 3)
    }

    @Test("A set of every gene scores 1, whatever the weight", arguments: [0, 1, 1.5, 2, 0.3])
    func everyGene(weight: Double) {
        let result = score([0, 1, 2, 3], [2, 1, -1, -3], weight: weight)
        #expect(abs(result.value - 1) < 1e-15)
        #expect(result.rank == 3)
    }

    @Test("Members that all score zero count alike")
    func zeroMembers() {
        let scores = [3.0, 2, 0, 0, 0, -1]
        #expect(score([2, 4], scores) == score([2, 4], scores, weight: 0))
        #expect(score([2, 4], scores).value == -0.5)
    }

    @Test("A list of zeros is scored as with weight 0")
    func zeroList() {
        let zeros = [Double](repeating: 0, count: 9)
        #expect(score([0, 3], zeros) == score([0, 3], zeros, weight: 0))
    }

    @Test("An infinite score weighs as much as the largest finite one")
    func infiniteScore() {
        let infinite = score([0, 3], [.infinity, 4, 1, -2, -.infinity])
        #expect(infinite == score([0, 3], [4, 4, 1, -2, -4]))
        #expect(score([0], [.infinity, 0, -.infinity]).value == 1)
    }

    @Test("Of deviations of equal size the first one counts")
    func equalDeviations() {
        // Up to 1/2, then down to −1/2, and the mirror image.
        #expect(score([0, 5], [1, 1, 1, 1, 1, 1], weight: 0).value == 0.5)
        #expect(score([2, 3], [1, 1, 1, 1, 1, 1], weight: 0).value == -0.5)
    }

    @Test("A common factor of the scores changes nothing, not even one that overflows")
    func scaling() {
        let scores = [3.0, 2.5, 1, 0.5, -0.25, -2]
        let plain = score([1, 4], scores, weight: 2)
        #expect(score([1, 4], scores.map { $0 * 1024 }, weight: 2) == plain)
        let huge = score([1, 4], scores.map { $0 * 1e200 }, weight: 2)
        #expect(abs(huge.value - plain.value) < 1e-15)
        #expect(huge.rank == plain.rank)
    }

    @Test(
        "Scores whose sum or power leaves the range of a double weigh what they weigh", arguments: [1.0, 1.5, 2, 3, 40])
    func beyondRange(weight: Double) {
        let plain = [4.0, 3.5, 1, 0.5, 0.25, -0.5, -1, -3, -4]
        // The largest double over 4, a power of two, and the smallest.
        for factor in [0x1.fp1021, 0x1p-1060] {
            let scores = plain.map { $0 * factor }
            for members in [[0, 1, 2], [0, 1], [1, 5, 8], [6, 7, 8], [3]] as [[Int32]] {
                let expected = score(members, plain, weight: weight)
                let got = score(members, scores, weight: weight)
                // The smallest are rounded to multiples of 2⁻¹⁰⁷⁴, which 1.9375 × 2ⁿ is not.
                #expect(abs(got.value - expected.value) < 1e-12 && got.rank == expected.rank, "\(members) × \(factor)")
                let sum = RunningSum(ofMembers: members, weights: HitWeights(scores: scores, exponent: weight))
                if got.value > 0 { #expect(sum.atMembers.max() == got.value) }
            }
        }
    }

    @Test("Genes next to which a set weighs nothing do not change its score", arguments: [1.0, 1.5, 2, 0.8, 7])
    func lightSets(weight: Double) {
        let heavy = [Double.greatestFiniteMagnitude, 1.7e308, 2.2, 1.5, 0.7, 1e-200, -0.2, -1e-300, -1.1, -1.6e308]
        let plain = [3.0, 2.9, 2.2, 1.5, 0.7, 1e-200, -0.2, -1e-300, -1.1, -2]
        for members in [[2, 3, 4], [3, 8], [4, 6, 8], [2, 7], [5, 7], [5, 9]] as [[Int32]] {
            let expected = score(members, plain, weight: weight)
            let got = score(members, heavy, weight: weight)
            #expect(abs(got.value - expected.value) < 1e-12 && got.rank == expected.rank, "\(members)")
        }
        // Two heavy ones at the top are half of the weight each, whatever is added to them.
        let top = score([0, 1, 7, 8], heavy, weight: weight)
        #expect(top.rank == 1 && abs(top.value - 1) < 1e-15)
    }

    @Test("Two lists that differ by a power of two have the same null, up to the largest double", arguments: [1.0, 2])
    func nullOfHugeScores(weight: Double) {
        let plain = (0..<300).map { 150.5 - Double($0) }
        var settings = GeneSetAnalysis.Settings()
        settings.minimumSize = 2
        settings.weight = weight
        let genes = plain.indices.map { "g\($0)" }
        let sets = [Array(genes[0..<20]), Array(genes[280...]), Array(genes[100..<150])].enumerated().map {
            GeneSet(name: "S\($0)", description: "", source: "s.gmt", genes: $1)
        }
        let results = [1, 0x1p1015].map { factor in
            let list = RankedGeneList(genes: genes, scores: plain.map { $0 * factor })
            let analysis = GeneSetAnalysis(list: list, sets: sets, settings: settings)
            return analysis.results(from: analysis.plan.state(permutations: 0..<500))
        }
        #expect(results[0].pValue == results[1].pValue)
        for (one, other) in zip(results[0].normalizedEnrichmentScore, results[1].normalizedEnrichmentScore) {
            #expect(abs(one - other) < 1e-12)
        }
        #expect(results[1].enrichmentScore[0] > 0.999)
    }

    @Test("The score equals the largest deviation of the naive running sum", arguments: [0, 0.5, 1, 1.5, 2])
    func naive(weight: Double) {
        var stream = PhiloxStream(seed: 7, stream: 1)
        for size in [1, 2, 5, 17, 59] {
            let scores = (0..<60).map { _ in Double(stream.next(below: 2001) - 1000) / 300 }.sorted(by: >)
            var all = (0..<60).map { Int32($0) }
            for last in stride(from: 59, to: 0, by: -1) { all.swapAt(last, stream.next(below: last + 1)) }
            let members = all.prefix(size).sorted()
            let weights = HitWeights(scores: scores, exponent: weight).values
            let total = members.reduce(0.0) { $0 + weights[Int($1)] }
            var running = 0.0
            var extreme = 0.0
            for rank in 0..<60 {
                running += members.contains(Int32(rank)) ? weights[rank] / total : -1 / Double(60 - size)
                if abs(running) > abs(extreme) + 1e-13 { extreme = running }
            }
            // The two sums round differently, sixty times at most.
            #expect(abs(score(members, scores, weight: weight).value - extreme) < 1e-13)
        }
    }

    @Test(
        "Scores, ranks and leading edges equal the reference for all weights", .enabled(if: ReferenceData.isPresent),
        arguments: [
            ("A_mesen_vs_immuno.rnk", "hallmark_v7.0.gmt", 500, "A_hallmark.es.tsv"),
            ("A_mesen_vs_immuno.rnk", "bader_2013_open.gmt", 200, "A_bader2013_15_200.es.tsv"),
            ("A_mesen_vs_immuno.rnk", "bader_2013_open.gmt", 500, "A_bader2013_15_500.es.tsv"),
            ("B_temp.rnk", "hallmark_v7.0.gmt", 500, "B_hallmark.es.tsv"),
            ("B_temp.rnk", "c2_v7.1_open.gmt", 500, "B_c2_15_500.es.tsv"),
        ])
    func reference(list: String, sets: String, maximumSize: Int, table: String) throws {
        let list = try ReferenceData.rankedList("data/" + list)
        let sets = try ReferenceData.geneSets("data/" + sets)
        let expected = try ReferenceData.table("golden/preranked/" + table)
        let matching = GeneSetMatching(of: sets, with: list.genes, minimumSize: 15, maximumSize: maximumSize)
        #expect(matching.matched.count == expected.count)
        for (weight, suffix) in [(0.0, "p0"), (1, "p1"), (1.5, "p1.5"), (2, "p2")] {
            let weights = HitWeights(scores: list.scores, exponent: weight)
            var differing: [String] = []
            for set in matching.matched {
                let name = sets[set.index].name
                guard let row = expected[name] else {
                    differing.append(name)
                    continue
                }
                let score = EnrichmentScore(ofMembers: set.members, weights: weights)
                let value = row.number("es_exact_" + suffix)
                if weight == 0 && abs(score.value + value) < 1e-15 {
                    // An exact tie of the two deviations: here the first one counts, in the
                    // reference the rounding of two doubles decides.
                    continue
                }
                let edge = LeadingEdge(ofMembers: set.members, score: score, geneCount: list.count)
                // Two summations of at most 500 doubles of the order of 1.
                var agrees = abs(score.value - value) < 1e-12
                agrees = agrees && Double(set.originalSize) == row.number("n_file")
                agrees = agrees && Double(set.size) == row.number("k")
                agrees = agrees && Double(score.rank) == row.number("rank_" + suffix)
                agrees = agrees && abs(edge.tags - row.number("tags_" + suffix)) < 1e-14
                agrees = agrees && abs(edge.list - row.number("list_" + suffix)) < 1e-14
                agrees = agrees && abs(edge.signal - row.number("signal_" + suffix)) < 1e-12
                if weight == 1, let genes = row["leading_edge_p1"] {
                    // The reference has all leading edges from the top of the list on.
                    let members = score.value >= 0 ? edge.members : edge.members.reversed()
                    agrees = agrees && members.map { list.genes[Int($0)] }.joined(separator: " ") == genes
                }
                if !agrees { differing.append("\(name) \(score) \(edge.tags) \(edge.list) \(edge.signal) \(row)") }
            }
            #expect(differing.isEmpty, "weight \(weight): \(differing.count) differ, such as \(differing.first ?? "")")
        }
    }
}
