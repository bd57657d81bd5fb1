import Deflate
import GeneSetEnrichment
import Payloads

/// What the first pass over a range of permutations came to, on its way from a worker: its counts, deflated, and behind
/// them the scores of all sets, where they are stored.
///
/// Scores travel as they are, as deflate would hardly shrink them, and set after set, as they are stored.
enum FirstPassPayload {
    static func encode(_ counts: [UInt8]) -> [UInt8] { Deflate.compress(counts, level: 1) }

    /// - Parameters:
    ///   - scores: Permutation after permutation the scores of all sets.
    ///   - width: How many scores a permutation has.
    static func encode(_ counts: [UInt8], scores: [Float], width: Int) -> [UInt8] {
        let permutations = scores.count / width
        var writer = PayloadWriter()
        writer.write(encode(counts))
        let turned = [Float](unsafeUninitializedCapacity: scores.count) { turned, count in
            for permutation in 0..<permutations {
                for score in 0..<width {
                    turned[score * permutations + permutation] = scores[permutation * width + score]
                }
            }
            count = scores.count
        }
        return turned.withUnsafeBytes { writer.bytes + $0 }
    }

    /// The most bytes of a payload with scores.
    ///
    /// - Parameter counts: The most bytes of its counts.
    static func largest(counts: Int, scores: Int) -> Int { 8 + counts + 4 * scores }

    /// The counts, still deflated, and the scores, which stay where they are in the payload.
    ///
    /// - Parameter count: How many scores there are to be.
    /// - Throws: `PayloadError` for another number of scores.
    static func split(_ payload: [UInt8], scores count: Int) throws -> (counts: [UInt8], scores: ScoreBytes) {
        var reader = PayloadReader(payload)
        let counts = try reader.readBytes()
        try expect(payload.count - 8 - counts.count == 4 * count, "null scores")
        return (counts, ScoreBytes(payload, from: 8 + counts.count))
    }
}
