/// Counts the NES of one permutation after the other against all observed ones.
struct NormalizedCounter {
    private(set) var counts: PassTwo.Counts
    private let normalization: ScoreNormalization

    /// By set statistic, the positive side and the negative one.
    private let thresholds: [[SharedThresholds]]
    private var firstReached: [Int32]

    init(_ normalization: ScoreNormalization, observed: [[Float]]) {
        self.normalization = normalization
        let thresholds = zip(normalization.families, observed).map { family, scores in
            [1.0, -1.0].map {
                SharedThresholds(observed: family.observed, isNegative: scores.map { $0 < 0 }, sign: $0)
            }
        }
        self.thresholds = thresholds
        counts = PassTwo.Counts(sides: thresholds.map { $0.map { PassTwo.Side(count: $0.count) } })
        firstReached = [Int32](repeating: 0, count: (observed.first?.count ?? 0) + 1)
    }

    /// - Parameter scores: Of every set, one set statistic after the other.
    package mutating func add(_ scores: UnsafeBufferPointer<Float>) {
        let setCount = firstReached.count - 1
        for (index, family) in normalization.families.enumerated() {
            let own = UnsafeBufferPointer(rebasing: scores[index * setCount..<(index + 1) * setCount])
            add(own, means: family.positiveMeans, sign: 1, family: index, side: 0)
            add(own, means: family.negativeMeans, sign: -1, family: index, side: 1)
        }
    }

    /// Scores of the sign, zero among them on both sides.
    private mutating func add(
        _ scores: UnsafeBufferPointer<Float>, means: [Double], sign: Float, family: Int, side: Int
    ) {
        let thresholds = thresholds[family][side]
        for place in firstReached.indices { firstReached[place] = 0 }
        var setCount = 0
        for set in 0..<scores.count where scores[set] * sign >= 0 {
            setCount += 1
            // A zero over a mean of zeros reaches nothing but zeros.
            let magnitude = scores[set] == 0 ? 0 : Double(scores[set].magnitude) / means[set]
            firstReached[thresholds.firstReached(by: magnitude)] += 1
        }
        counts.sides[family][side].add(firstReached, setCount: setCount)
    }
}
