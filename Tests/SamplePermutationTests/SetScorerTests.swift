import StatisticalKernels
import Testing

import SamplePermutation

@Suite("Set scores of one permutation")
struct SetScorerTests {
    /// Down the whole list, gene by gene.
    private func naive(_ z: [Double], _ members: Set<Int>) -> Double {
        let order = z.indices.sorted { (-z[$0], $0) < (-z[$1], $1) }
        let total = members.sorted().reduce(0.0) { $0 + z[$1].magnitude }
        var run = 0.0
        var extreme = 0.0
        for gene in order {
            if members.contains(gene) {
                run += total == 0 ? 1 / Double(members.count) : z[gene].magnitude / total
            } else {
                run -= 1 / Double(z.count - members.count)
            }
            if run.magnitude > extreme.magnitude + 1e-12 { extreme = run }
        }
        return extreme
    }

    private func scores(_ z: [Double], _ sets: [[Int]], _ statistic: SetStatistic) -> [Float] {
        let catalogue = SetCatalogue(sets.map { $0.map(Int32.init) }, genes: z.indices.map(Int32.init))
        let scorer = SetScorer(catalogue, geneCount: z.count)
        var result = [Float](repeating: .nan, count: sets.count)
        // Twice, because working memory must carry nothing over.
        for values in [z.map { -$0 }, z] {
            result.withUnsafeMutableBufferPointer { result in
                values.withUnsafeBufferPointer { scorer.score($0.baseAddress!, statistic, into: result.baseAddress!) }
            }
        }
        return result
    }

    private static func numbers(_ count: Int, seed: UInt64) -> [Double] {
        var stream = PhiloxStream(seed: seed, stream: 0)
        return (0..<count).map { _ in Double(stream.next(below: 2_000_001)) / 500_000 - 2 }
    }

    @Test("Enrichment scores are those of a walk down the list", arguments: [5, 40, 700])
    func enrichment(genes: Int) {
        var z = Self.numbers(genes, seed: UInt64(genes))
        // Ties, and zeros of both signs.
        z[1] = z[3]
        z[2] = 0
        z[4] = -0.0
        let sets = (1...12).map { step in stride(from: step % 5, to: genes, by: step).map { $0 } } + [[2, 4], [2]]
        let own = scores(z, sets, .ks)
        for (set, score) in zip(sets, own) {
            #expect((Double(score) - naive(z, Set(set))).magnitude < 1e-7, "\(set.count) of \(genes)")
        }
    }

    @Test("Of deviations that are equal but for rounding the first in the list wins")
    func ties() {
        // Two misses, all hits, two misses: down by a half first, then up by a half.
        let z = [9.0, 8, 0.1, 0.2, 0.3, -8, -9]
        #expect(scores(z, [[2, 3, 4]], .ks) == [-0.5])
        // The members at both ends: up first.
        let ends = [1.0, 0.3, 0.2, 0.1, -1]
        #expect(scores(ends, [[0, 4]], .ks) == [0.5])
    }

    @Test("mean and maxmean are those of the formulas; a set without genes has 0")
    func means() {
        let z = [1.0, -2, 3, -4.5, 0]
        #expect(scores(z, [[0, 1, 2], [1, 3], [4], []], .mean) == [Float(2.0 / 3), -3.25, 0, 0])
        #expect(scores(z, [[0, 1, 2], [1, 3, 0], [4], []], .maxmean) == [Float(4.0 / 3), Float(-6.5 / 3), 0, 0])
        #expect(scores(z, [[]], .ks) == [0])
    }

    @Test("Genes are ranked by the number, ties in their order, whatever digits the numbers share")
    func ranks() {
        var z = Self.numbers(3_000, seed: 1)
        // Numbers that agree in their upper 33 bits.
        for gene in 0..<500 { z[gene * 5] = 1 + Double((gene * 7) % 50) * 0x1p-40 }
        let ranking = RankOrder(geneCount: z.count)
        for values in [z, z.reversed()] {
            values.withUnsafeBufferPointer { ranking.sort($0.baseAddress!) }
            let expected = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
            #expect(ranking.order.map(Int.init) == expected)
        }
    }
}
