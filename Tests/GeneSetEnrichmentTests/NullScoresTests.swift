import GeneSetEnrichment
import Testing

@Suite("Null scores, kept once")
struct NullScoresTests {
    /// `scores[set][permutation]`, all different.
    private static func scores(sets: Int, permutations: Int) -> [[Float]] {
        (0..<sets).map { set in (0..<permutations).map { Float(set * 10_000 + $0) } }
    }

    /// The same from blocks of permutations, as shards of permuted phenotypes bring them.
    private static func blocks(_ scores: [[Float]], of lengths: [Int]) -> NullScores {
        var first = 0
        let parts = lengths.map { length in
            defer { first += length }
            return ScoreBytes(scores.flatMap { $0[first..<first + length] })
        }
        return NullScores(setCount: scores.count).appending(parts)
    }

    @Test(
        "However scores came, each is found in its place",
        arguments: [[5_000], [1, 4_999], [2_000, 1_000, 40, 1_960]])
    func places(lengths: [Int]) {
        let scores = Self.scores(sets: 300, permutations: 5_000)
        let null = Self.blocks(scores, of: lengths)
        #expect(null.setCount == 300 && null.permutations == 5_000)
        for _ in 0..<2 {
            #expect(null.scores(ofSets: 0..<300) == scores.flatMap { $0 })
            #expect(null.scores(ofSets: 127..<130) == scores[127..<130].flatMap { $0 })
            for (set, permutation) in [(0, 0), (299, 4_999), (128, 2_000), (127, 3_040)] {
                #expect(null[set, permutation] == scores[set][permutation])
            }
            // The same after they are cut anew.
            null.prepareToGiveUp()
        }
    }

    @Test("The scores of some permutations are those of all sets, whatever blocks they lie in")
    func permutations() {
        let scores = Self.scores(sets: 5, permutations: 700)
        for null in [Self.blocks(scores, of: [700]), Self.blocks(scores, of: [256, 1, 443])] {
            for range in [0..<700, 0..<1, 255..<258, 699..<700] {
                #expect(null.scores(ofPermutations: range) == range.flatMap { place in scores.map { $0[place] } })
            }
        }
    }

    @Test("An owner who gives scores up leaves those of another, and parts of a whole are its scores")
    func owners() {
        let scores = Self.scores(sets: 300, permutations: 1_100)
        let first = Self.blocks(scores, of: [1_024, 76])
        let second = NullScores(sharing: first)
        first.prepareToGiveUp()
        first.giveUp(setsBefore: 300)
        #expect(second.scores(ofSets: 0..<300) == scores.flatMap { $0 })
        let whole = ScoreBytes((0..<60).map { Float($0) })
        let part = NullScores(setCount: 4).appending([ScoreBytes(20..<40, of: whole)])
        #expect(part.scores(ofSets: 0..<4) == (20..<40).map { Float($0) })
    }

    @Test("What is left when some sets are given up is still in its place")
    func givingUp() {
        let scores = Self.scores(sets: 300, permutations: 3_000)
        let whole = NullScores(
            parts: [scores[..<7], scores[7..<250], scores[250...]].map { ScoreBytes($0.flatMap { $0 }) },
            permutations: 3_000)
        for null in [whole, Self.blocks(scores, of: [1_024, 1_024, 952])] {
            null.prepareToGiveUp()
            for set in [3, 7, 128, 200, 299] {
                null.giveUp(setsBefore: set)
                #expect(null.scores(ofSets: set..<300) == scores[set...].flatMap { $0 })
            }
        }
    }
}
