import ExpressionData
import GeneSetEnrichment
import Testing

@Suite("Symmetry, ties and redundancy")
struct SymmetryTests {
    /// Six hundred genes with distinct scores, more of them positive, and sets of many sizes.
    private func list(sign: Double, tied: Bool = false) -> RankedGeneList {
        let genes = (0..<600).map { "G\($0)" }
        let scores = (0..<600).map { gene in
            let value = 4 - Double(gene) / 83 + Double((gene * 37) % 11) / 200
            return sign * (tied ? (value * 4).rounded() / 4 : value)
        }
        return sign > 0
            ? RankedGeneList(genes: genes, scores: scores)
            : RankedGeneList(genes: genes.reversed(), scores: scores.reversed())
    }

    private var sets: [GeneSet] {
        (3..<40).map { number in
            let genes = (0..<number).map { "G\(($0 * number * 13 + number * number) % (number < 20 ? 300 : 600))" }
            var seen: Set<String> = []
            return GeneSet(
                name: "S\(number)", description: "", source: "s.gmt", genes: genes.filter { seen.insert($0).inserted })
        }
    }

    private func results(_ list: RankedGeneList, weight: Double, more: [GeneSet] = []) -> GeneSetResults {
        var settings = GeneSetAnalysis.Settings()
        settings.minimumSize = 2
        settings.maximumSize = list.count
        settings.weight = weight
        let analysis = GeneSetAnalysis(list: list, sets: sets + more, settings: settings)
        return analysis.results(from: analysis.plan.state(permutations: 0..<2_000))
    }

    @Test("Negating the list mirrors every number bit for bit", arguments: [1.0, 1.5, 2, 0.7])
    func mirrored(weight: Double) {
        let up = results(list(sign: 1), weight: weight)
        let down = results(list(sign: -1), weight: weight)
        #expect(up.count == 37)
        #expect(up.enrichmentScore == down.enrichmentScore.map { -$0 })
        #expect(up.normalizedEnrichmentScore == down.normalizedEnrichmentScore.map { -$0 })
        #expect(up.pValue == down.pValue && up.pValueLow == down.pValueLow && up.pValueHigh == down.pValueHigh)
        #expect(up.fdr == down.fdr && up.fdrLow == down.fdrLow && up.fdrHigh == down.fdrHigh)
        #expect(up.fwer == down.fwer)
        let last = Int32(list(sign: 1).count - 1)
        for (ranks, mirrored) in zip(up.leadingEdges, down.leadingEdges) {
            #expect(ranks == mirrored.map { last - $0 })
        }
    }

    @Test(
        "A set of all genes scores 1 of a list and of its negative, and is no rival of negative sets",
        arguments: [1.0, -1])
    func allGenes(sign: Double) {
        let list = list(sign: sign)
        let all = GeneSet(name: "ALL", description: "", source: "s.gmt", genes: list.genes)
        let without = results(list, weight: 1)
        let with = results(list, weight: 1, more: [all])
        let row = with.count - 1
        #expect(with.enrichmentScore[row] == 1 && with.normalizedEnrichmentScore[row] == 1 && with.pValue[row] == 1)
        let negative = without.enrichmentScore.indices.filter { without.enrichmentScore[$0] < 0 }
        #expect(!negative.isEmpty)
        for row in negative {
            #expect(with.fdr[row] == without.fdr[row] && with.fwer[row] == without.fwer[row])
        }
        // Positive sets have a rival more, in every permutation.
        #expect(without.enrichmentScore.indices.contains { $0 != row && with.fdr[$0] != without.fdr[$0] })
    }

    @Test("Of one gene, and of sets of all genes only, q is 1 without a rounding")
    func certainty() {
        for count in [1, 3, 20] {
            let genes = (0..<count).map { "G\($0)" }
            for copies in 1...4 {
                var settings = GeneSetAnalysis.Settings()
                settings.minimumSize = 1
                let sets = (0..<copies).map {
                    GeneSet(name: "S\($0)", description: "", source: "s.gmt", genes: genes)
                }
                let analysis = GeneSetAnalysis(
                    list: RankedGeneList(genes: genes, scores: (0..<count).map { 2.5 - Double($0) }), sets: sets,
                    settings: settings)
                let results = analysis.results(from: analysis.plan.state(permutations: 0..<1_000))
                #expect(results.fdr == [Double](repeating: 1, count: copies))
                #expect(results.fdrLow == results.fdr && results.fdrHigh == results.fdr)
            }
        }
    }

    @Test("The probability of the observed set lifts no lower bound above q", arguments: 0..<20 as Range<UInt64>)
    func probableSets(seed: UInt64) {
        var settings = GeneSetAnalysis.Settings()
        settings.minimumSize = 1
        settings.seed = seed
        let sets = [["A", "B"], ["B", "C"]].map { GeneSet(name: $0[0], description: "", source: "s.gmt", genes: $0) }
        let analysis = GeneSetAnalysis(
            list: RankedGeneList(genes: ["A", "B", "C"], scores: [1, 0.5, -0.7]), sets: sets, settings: settings)
        let results = analysis.results(from: analysis.plan.state(permutations: 0..<1_000))
        #expect(zip(results.fdrLow, results.fdr).allSatisfy { $0 <= $1 })
        #expect(zip(results.fdr, results.fdrHigh).allSatisfy { $0 <= $1 })
    }

    @Test("Breaking ties otherwise stays within the range that is told, and reaches it")
    func ties() {
        let tied = list(sign: 1, tied: true)
        let own = results(tied, weight: 1)
        #expect(own.lowestNESOfTies.count == own.count)
        var reached = 0
        for row in 0..<own.count {
            #expect(own.lowestNESOfTies[row] <= own.normalizedEnrichmentScore[row] + 1e-12)
            #expect(own.normalizedEnrichmentScore[row] <= own.highestNESOfTies[row] + 1e-12)
            // Members first among their equals, then last.
            let members = Set(sets[row].genes)
            for isFirst in [true, false] {
                let order = tied.genes.indices.sorted { left, right in
                    if tied.scores[left] != tied.scores[right] { return tied.scores[left] > tied.scores[right] }
                    let (a, b) = (members.contains(tied.genes[left]), members.contains(tied.genes[right]))
                    return a != b ? a == isFirst : left < right
                }
                let other = RankedGeneList(
                    inOrder: order.map { tied.genes[$0] }, scores: order.map { tied.scores[$0] })
                let nes = results(other, weight: 1).normalizedEnrichmentScore[row]
                let expected = isFirst ? own.highestNESOfTies[row] : own.lowestNESOfTies[row]
                if abs(nes - expected) < 1e-12 { reached += 1 }
            }
            if row == 4 { break }
        }
        #expect(reached == 10)
        #expect(results(list(sign: 1), weight: 1).lowestNESOfTies.isEmpty)
    }

    @Test("A part of a strong set is redundant with it, and a set of other genes is not")
    func redundancy() {
        let list = list(sign: 1)
        let strong = (0..<60).map { Int32($0 * 2) }
        let part = (0..<20).map { Int32($0 * 4) }
        let other = (0..<30).map { Int32($0 * 4 + 1) }
        let bottom = (0..<30).map { Int32(599 - $0 * 3) }.reversed()
        let sets = IndependentSets(
            rows: [0, 1, 2, 3], limit: 10, list: list, members: [strong, part, other, Array(bottom)],
            normalizedScores: [2.5, 2.2, 2.1, -2.4], exponent: 1, seed: 1)
        #expect(sets.rows == [0, 3, 1, 2])
        #expect(sets.redundantWith == [nil, nil, 0, nil])
    }
}
