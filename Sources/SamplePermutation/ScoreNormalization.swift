import Payloads

/// The barrier between the passes: the null means by which scores become normalized, and the observed NES.
///
/// NES = score over the mean of the null scores ≥ 0, or over the magnitude of the mean of those ≤ 0; NaN where there is
/// no null score of the sign.
package struct ScoreNormalization: Equatable, Sendable {
    struct Family: Equatable, Sendable {
        let positiveMeans: [Double]
        let negativeMeans: [Double]

        /// The observed NES by set.
        let observed: [Double]

        init(scores: [Float], positiveMeans: [Double], negativeMeans: [Double]) {
            self.positiveMeans = positiveMeans
            self.negativeMeans = negativeMeans
            observed = scores.indices.map {
                Double(scores[$0]) / (scores[$0] >= 0 ? positiveMeans[$0] : negativeMeans[$0])
            }
        }
    }

    /// By set statistic.
    let families: [Family]

    init(_ families: [Family]) { self.families = families }

    /// The means alone: a worker has the observed scores.
    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(families.count)
        for family in families {
            writer.write(family.positiveMeans)
            writer.write(family.negativeMeans)
        }
        return writer.bytes
    }

    /// - Parameter observed: By set statistic and set, the observed scores of the model.
    init(decoding bytes: [UInt8], observed: [[Float]]) throws {
        var reader = PayloadReader(bytes)
        guard try reader.readCount(ofSize: 16) == observed.count else { throw SummaryProblem.otherAnalysis }
        var families: [Family] = []
        for scores in observed {
            let positive = try reader.readDoubles()
            let negative = try reader.readDoubles()
            guard positive.count == scores.count, negative.count == scores.count else {
                throw SummaryProblem.otherAnalysis
            }
            families.append(Family(scores: scores, positiveMeans: positive, negativeMeans: negative))
        }
        try reader.finish()
        self.families = families
    }
}
