import Payloads

/// The first pass over permutations that sets share: of every set and sign how many null scores there are, their sum and
/// the sum of their squares, and how many are at least as extreme as the observed score.
///
/// Whole numbers, added up: whatever ranges the permutations are cut into, they come to the same.
package struct PairedPassOne: Equatable, Sendable {
    package private(set) var permutations = 0

    /// By set.
    private(set) var sets: [SetSides]

    /// The null scores of one set: zero is positive, as among the observed.
    struct SetSides: Equatable, Sendable {
        var positive = NullSide()
        var negative = NullSide()
    }

    /// Of no permutation.
    package init(setCount: Int) { sets = [SetSides](repeating: SetSides(), count: setCount) }

    package var setCount: Int { sets.count }

    /// Adds one permutation.
    ///
    /// - Parameters:
    ///   - scores: By set.
    ///   - observed: By set: the scores that they are compared with.
    mutating func add(_ scores: UnsafeBufferPointer<Float>, observed: [Float]) {
        permutations += 1
        sets.withUnsafeMutableBufferPointer { sets in
            for (set, score) in scores.enumerated() {
                let isPositive = observed[set] >= 0
                if score >= 0 {
                    sets[set].positive.add(score, isAsExtreme: isPositive && score >= observed[set])
                } else {
                    sets[set].negative.add(-score, isAsExtreme: !isPositive && score <= observed[set])
                }
            }
        }
    }

    /// Adds other permutations of the same sets.
    package mutating func add(_ other: PairedPassOne) {
        precondition(other.setCount == setCount)
        permutations += other.permutations
        for set in sets.indices {
            sets[set].positive.add(other.sets[set].positive)
            sets[set].negative.add(other.sets[set].negative)
        }
    }

    /// Whether so many permutations of so many sets can have come to this: what bytes from elsewhere are asked before they
    /// are believed.
    package func isOf(permutations: Int, setCount: Int) -> Bool {
        self.permutations == permutations && self.setCount == setCount
            && sets.allSatisfy { set in
                set.positive.count + set.negative.count == permutations && set.positive.isPossible
                    && set.negative.isPossible
            }
    }
}

extension PairedPassOne {
    /// Counts scores that are there.
    package init(_ null: NullScores, observed: [Float]) {
        self.init(setCount: null.setCount)
        null.forEachPermutation { add($0, observed: observed) }
    }
}

/// The null scores of one set and sign, as magnitudes.
struct NullSide: Equatable, Sendable {
    private(set) var count = 0

    /// Those at least as extreme as the observed score; none on the side where it is not.
    private(set) var asExtreme = 0

    /// In whole multiples of 2⁻⁴⁰, so that the sum has no order. The same of the squares.
    private var sum: UInt128 = 0
    private var sumOfSquares: UInt128 = 0

    /// - Parameter magnitude: From 0 to 1.
    mutating func add(_ magnitude: Float, isAsExtreme: Bool) {
        let magnitude = Double(magnitude)
        count += 1
        if isAsExtreme { asExtreme += 1 }
        sum += UInt128(PairedFixedPoint.rounded(magnitude))
        sumOfSquares += UInt128(PairedFixedPoint.rounded(magnitude * magnitude))
    }

    mutating func add(_ other: NullSide) {
        count += other.count
        asExtreme += other.asExtreme
        sum += other.sum
        sumOfSquares += other.sumOfSquares
    }

    /// NaN where there is no draw.
    var mean: Double { PairedFixedPoint.value(sum) / Double(count) }

    /// The squared standard error of the mean over its square; 1 for a single draw, which says nothing of its error.
    var relativeVarianceOfMean: Double {
        guard count > 1, mean > 0 else { return count == 0 ? 0 : 1 }
        let variance = max(0, PairedFixedPoint.value(sumOfSquares) - Double(count) * mean * mean) / Double(count - 1)
        return variance / Double(count) / (mean * mean)
    }

    /// Whether so many magnitudes from 0 to 1 can have come to these sums.
    var isPossible: Bool {
        asExtreme <= count && PairedFixedPoint.isSum(sum, of: count)
            && PairedFixedPoint.isSum(sumOfSquares, of: count)
    }
}

/// Numbers from 0 to 1 as whole multiples of 2⁻⁴⁰: 88 bits are left for how many are added.
enum PairedFixedPoint {
    static func rounded(_ value: Double) -> UInt64 {
        UInt64((value * GeneSetNull.fixedPointScale).rounded(.toNearestOrEven))
    }

    static func value(_ sum: UInt128) -> Double { Double(sum) / GeneSetNull.fixedPointScale }

    /// Whether a sum is one of so many numbers.
    static func isSum(_ sum: UInt128, of count: Int) -> Bool { sum <= UInt128(count) << 40 }
}

// MARK: Bytes

extension PairedPassOne {
    private static let kind = "MGPC1"

    /// Equal counts have equal bytes.
    package func encoded() -> [UInt8] {
        var writer = PayloadWriter(kind: Self.kind)
        writer.write(compact: permutations)
        writer.write(compact: setCount)
        for set in sets {
            set.positive.write(to: &writer)
            set.negative.write(to: &writer)
        }
        return writer.bytes
    }

    /// - Throws: `PayloadError` unless the bytes are what `encoded()` returns.
    package init(decoding bytes: [UInt8]) throws(PayloadError) {
        var reader = try PayloadReader(bytes, kind: Self.kind)
        permutations = try reader.readCompact(upTo: GeneSetNull.permutationLimit)
        sets = []
        // A set takes twelve bytes at least: so a short message cannot ask for much memory.
        for _ in 0..<(try reader.readCompact(upTo: reader.remaining / 12)) {
            sets.append(SetSides(positive: try NullSide(from: &reader), negative: try NullSide(from: &reader)))
        }
        try reader.finish()
    }

    /// Whether bytes claim to be an encoded first pass.
    package static func isEncoded(in bytes: [UInt8]) -> Bool { bytes.starts(with: kind.utf8) }

    /// The most bytes that a first pass over so many sets has.
    package static func largestEncoding(setCount: Int) -> Int { kind.utf8.count + 20 + setCount * 2 * (20 + 2 * 20) }
}

extension NullSide {
    fileprivate func write(to writer: inout PayloadWriter) {
        writer.write(compact: count)
        writer.write(compact: asExtreme)
        writer.write(compactSum: sum)
        writer.write(compactSum: sumOfSquares)
    }

    fileprivate init(from reader: inout PayloadReader) throws(PayloadError) {
        count = try reader.readCompact(upTo: GeneSetNull.permutationLimit)
        asExtreme = try reader.readCompact(upTo: GeneSetNull.permutationLimit)
        sum = try reader.readCompactSum()
        sumOfSquares = try reader.readCompactSum()
    }
}

extension PayloadWriter {
    /// Most sums fit the lower word, so that the upper one takes a byte.
    mutating func write(compactSum sum: UInt128) {
        write(compact: UInt64(truncatingIfNeeded: sum))
        write(compact: UInt64(truncatingIfNeeded: sum >> 64))
    }
}

extension PayloadReader {
    mutating func readCompactSum() throws(PayloadError) -> UInt128 {
        let low = try readCompact()
        return UInt128(try readCompact()) << 64 | UInt128(low)
    }
}
