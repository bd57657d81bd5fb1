import AnalysisPipeline
import ContentDigest
import Testing

@Suite("Scores kept from the first pass to the second")
struct KeptSetScoresTests {
    private let one = SHA256Digest(of: [1])
    private let other = SHA256Digest(of: [2])

    @Test("What was kept is had again, for its own problem and range alone")
    func kept() {
        let kept = KeptSetScores(largestCount: 10)
        kept.keep([1, 2, 3], of: one, 0..<3)
        #expect(kept.scores(of: one, 0..<3) == [1, 2, 3])
        #expect(kept.scores(of: one, 0..<2) == nil && kept.scores(of: other, 0..<3) == nil)
    }

    @Test("Room is bounded: a problem never drops its own scores, and drops another's where it needs their room")
    func bounded() {
        let kept = KeptSetScores(largestCount: 5)
        kept.keep([1, 2, 3], of: one, 0..<3)
        kept.keep([4, 5, 6], of: one, 3..<6)
        #expect(kept.scores(of: one, 0..<3) != nil && kept.scores(of: one, 3..<6) == nil)
        kept.keep([7, 8, 9], of: other, 0..<3)
        #expect(kept.scores(of: one, 0..<3) == nil && kept.scores(of: other, 0..<3) == [7, 8, 9])
        kept.keep([1, 2, 3, 4, 5, 6], of: one, 0..<6)
        #expect(kept.scores(of: one, 0..<6) == nil)
    }
}
