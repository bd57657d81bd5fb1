import Payloads

/// The barrier between the passes over permutations that sets share: the means by which null scores become NES, and the
/// NES that they are then held against.
package struct PairedThresholds: Equatable, Sendable {
    /// The positive side and the negative one, whose scores are mirrored so that larger is more extreme on both.
    let sides: [Side]

    struct Side: Equatable, Sendable {
        /// By set, of its null scores of the sign; NaN where there are none.
        let means: [Double]

        /// Three for each observed set of the sign: all NES, then all lowered and all raised by the errors of their means.
        let thresholds: [Double]
    }

    init(sides: [Side]) { self.sides = sides }

    /// From a complete first pass.
    ///
    /// - Parameter scores: The observed ones by set.
    package init(scores: [Double], _ first: PairedPassOne) {
        self.init(sides: PairedNormalization(scores: scores, first).sides.map(\.thresholds))
    }

    package var setCount: Int { sides[0].means.count }

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        for side in sides {
            writer.write(side.means)
            writer.write(side.thresholds)
        }
        return writer.bytes
    }

    /// - Throws: `PayloadError` unless the bytes are what `encoded()` returns.
    package init(decoding bytes: [UInt8]) throws(PayloadError) {
        var reader = PayloadReader(bytes)
        var sides: [Side] = []
        for _ in 0..<2 {
            sides.append(Side(means: try reader.readDoubles(), thresholds: try reader.readDoubles()))
        }
        try reader.finish()
        guard sides[0].means.count == sides[1].means.count,
            sides.allSatisfy({ side in
                side.thresholds.count.isMultiple(of: 3) && side.thresholds.count <= 3 * side.means.count
                    && side.thresholds.allSatisfy { !$0.isNaN }
            })
        else { throw PayloadError(description: "thresholds that are not those of one family of sets") }
        self.sides = sides
    }
}

/// NES of the observed sets, and what the first pass knows of their errors.
struct PairedNormalization {
    /// By set; NaN where no null score has its sign.
    let normalizedScores: [Double]

    /// The positive side and the negative one.
    let sides: [Side]

    struct Side {
        /// The observed sets of the sign that have an NES, from the most extreme on.
        let sets: [Int]

        /// By place among these: the NES without its sign, and the squared error of its mean as a share of its square.
        let magnitudes: [Double]
        let variances: [Double]

        let thresholds: PairedThresholds.Side
    }

    /// - Parameter scores: The observed ones by set.
    init(scores: [Double], _ first: PairedPassOne) {
        let normalized = zip(scores, first.sets).map { score, null in
            // Observed and null scores are compared, and divided, as float32.
            Double(Float(score)) / (score >= 0 ? null.positive : null.negative).mean
        }
        normalizedScores = normalized
        sides = [1.0, -1.0].map { sign in
            let sets = scores.indices
                .filter { (scores[$0] >= 0) == (sign > 0) && !normalized[$0].isNaN }
                .sorted { (-normalized[$0] * sign, $0) < (-normalized[$1] * sign, $1) }
            return Side(
                sets: sets, normalized: sets.map { normalized[$0] * sign },
                null: first.sets.map {
                    sign > 0 ? $0.positive : $0.negative
                })
        }
    }
}

extension PairedNormalization.Side {
    /// - Parameters:
    ///   - normalized: The NES of these sets, without their signs.
    ///   - null: By set, also of those that are not among these.
    fileprivate init(sets: [Int], normalized: [Double], null: [NullSide]) {
        self.sets = sets
        magnitudes = normalized
        variances = sets.map { null[$0].relativeVarianceOfMean }
        let known = null.filter { $0.count > 0 }
        let common = known.reduce(0) { $0 + $1.relativeVarianceOfMean } / Double(known.count * known.count)
        let shifts = variances.map { standardNormal95 * ($0 + common).squareRoot() }
        thresholds = PairedThresholds.Side(
            means: null.map(\.mean),
            thresholds: normalized + zip(normalized, shifts).map { $0 * (1 - $1) }
                + zip(normalized, shifts).map { $0 * (1 + $1) })
    }
}
