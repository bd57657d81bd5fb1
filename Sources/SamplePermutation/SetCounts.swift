import Payloads

/// What pass 1 learns of one set: exact sums of its null scores, and what its observed score is held against.
struct SetCounts: Equatable, Sendable {
    /// Scores ≥ 0 and ≤ 0: zero counts on both sides.
    private(set) var positiveCount = 0
    private(set) var negativeCount = 0
    private(set) var positiveSum = WideSum()
    private(set) var negativeSum = WideSum()

    /// Draws of the observed score's sign, and those of them at least as extreme.
    private(set) var sameSign = FirstExceedances()

    /// The most extreme draws of the sign, as magnitudes, while fewer than ten exceed.
    private(set) var tail = LargestValues()

    init() {}

    @inline(__always)
    package mutating func add(_ score: Float, observed: Float, scale: Double) {
        let fixed = FixedPoint.rounded(Double(score), scale: scale)
        if score >= 0 {
            positiveCount &+= 1
            positiveSum.add(fixed)
        }
        if score <= 0 {
            negativeCount &+= 1
            negativeSum.add(fixed)
        }
        let isPositive = observed >= 0
        guard isPositive ? score >= 0 : score <= 0 else { return }
        sameSign.add(exceeds: isPositive ? score >= observed : score <= observed)
        if !tail.isGivenUp {
            tail.add(score.magnitude)
            if sameSign.exceedances >= ParetoTail.fewestForCounting { tail.giveUp() }
        }
    }

    /// Adds the permutations that follow.
    mutating func append(_ later: SetCounts) {
        positiveCount += later.positiveCount
        negativeCount += later.negativeCount
        positiveSum.add(later.positiveSum)
        negativeSum.add(later.negativeSum)
        sameSign.append(later.sameSign)
        tail.append(later.tail)
        if sameSign.exceedances >= ParetoTail.fewestForCounting { tail.giveUp() }
    }

    /// The mean of the null scores ≥ 0, and the magnitude of that of those ≤ 0; NaN where there are none.
    func means(scale: Double) -> (positive: Double, negative: Double) {
        (
            positiveSum.value / scale / (positiveCount > 0 ? Double(positiveCount) : .nan),
            -negativeSum.value / scale / (negativeCount > 0 ? Double(negativeCount) : .nan)
        )
    }

    /// Whether so many permutations can have given these counts.
    func areOf(_ permutations: Int) -> Bool {
        positiveCount <= permutations && negativeCount <= permutations && sameSign.draws <= permutations
            && sameSign.first.allSatisfy { $0 <= permutations }
    }

    func write(to writer: inout PayloadWriter) {
        writer.write(positiveCount)
        writer.write(negativeCount)
        writer.write(positiveSum)
        writer.write(negativeSum)
        sameSign.write(to: &writer)
        tail.write(to: &writer)
    }

    init(from reader: inout PayloadReader) throws(PayloadError) {
        positiveCount = try reader.readCount()
        negativeCount = try reader.readCount()
        positiveSum = try reader.readSum()
        negativeSum = try reader.readSum()
        sameSign = try FirstExceedances(from: &reader)
        tail = try LargestValues(from: &reader)
    }
}

extension [SetCounts] {
    /// Adds one permutation's scores, one for each set.
    ///
    /// By pointers, so that nobody asks for every set whether the array is shared.
    mutating func add(_ scores: UnsafeBufferPointer<Float>, observed: [Float], scale: Double) {
        withUnsafeMutableBufferPointer { sets in
            observed.withUnsafeBufferPointer { observed in
                for set in sets.indices { sets[set].add(scores[set], observed: observed[set], scale: scale) }
            }
        }
    }
}
