import GeneSetEnrichment
import Payloads

/// Null scores of several sets on their way from a worker: set after set.
enum NullScorePayload {
    static func encode(_ null: [[Float]]) -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(null.flatMap { scores in scores.map { Int32(bitPattern: $0.bitPattern) } })
        return writer.bytes
    }

    /// How many bytes so many scores take: their number, and four for each.
    static func bytes(ofScores count: Int) -> Int { 8 + 4 * count }

    /// The scores, which stay where they are in the payload.
    ///
    /// - Throws: `PayloadError` unless the payload has as many as it says.
    static func scores(in payload: [UInt8]) throws -> ScoreBytes {
        var reader = PayloadReader(payload)
        let count = try reader.readInt()
        // The number is anything: it may not be multiplied before it is compared.
        guard count > 0, count <= payload.count / 4, payload.count == bytes(ofScores: count) else {
            throw PayloadError(description: "a payload of \(payload.count) bytes says that it has \(count) null scores")
        }
        return ScoreBytes(payload, from: 8)
    }
}
