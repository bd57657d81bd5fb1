import Payloads

/// The second pass over permutations that sets share: how often other sets are beyond each observed NES.
///
/// Whole numbers, added up, as in the first pass.
package struct PairedPassTwo: Equatable, Sendable {
    package private(set) var permutations = 0

    /// The positive side and the negative one.
    private(set) var sides: [Side]

    struct Side: Equatable, Sendable {
        /// By threshold: of every permutation with a set of the sign, the share of such sets whose NES is beyond it, in whole
        /// multiples of 2⁻⁴⁰.
        fileprivate(set) var shares: [UInt128]

        /// By observed set: in how many permutations any set is beyond its NES.
        fileprivate(set) var reached: [Int]

        /// Permutations with a set of the sign.
        fileprivate(set) var contributing = 0

        /// The sum of the shares beyond a threshold.
        func ratio(_ threshold: Int) -> Double { PairedFixedPoint.value(shares[threshold]) }
    }

    /// Of no permutation.
    package init(_ thresholds: PairedThresholds) {
        sides = thresholds.sides.map { side in
            Side(
                shares: [UInt128](repeating: 0, count: side.thresholds.count),
                reached: [Int](repeating: 0, count: side.thresholds.count / 3))
        }
    }

    /// Adds other permutations that were held against the same thresholds.
    package mutating func add(_ other: PairedPassTwo) {
        permutations += other.permutations
        for side in sides.indices {
            let added = other.sides[side]
            precondition(added.shares.count == sides[side].shares.count)
            for threshold in added.shares.indices { sides[side].shares[threshold] += added.shares[threshold] }
            for set in added.reached.indices { sides[side].reached[set] += added.reached[set] }
            sides[side].contributing += added.contributing
        }
    }

    /// Whether so many permutations held against these thresholds can have come to this: what bytes from elsewhere are
    /// asked before they are believed.
    package func isOf(permutations: Int, _ thresholds: PairedThresholds) -> Bool {
        self.permutations == permutations
            && zip(sides, thresholds.sides).allSatisfy { side, thresholds in
                side.shares.count == thresholds.thresholds.count && side.reached.count * 3 == side.shares.count
                    && side.contributing <= permutations
                    && side.shares.allSatisfy { PairedFixedPoint.isSum($0, of: side.contributing) }
                    && side.reached.allSatisfy { $0 <= side.contributing }
            }
    }
}

/// Holds the NES of one permutation after the other against the observed ones.
struct PairedCounter {
    private(set) var pass: PairedPassTwo
    private let sides: [PairedThresholds.Side]

    /// By side, the thresholds' places from the highest on.
    private let orders: [[Int]]
    private var column: [Double] = []

    init(_ thresholds: PairedThresholds) {
        pass = PairedPassTwo(thresholds)
        sides = thresholds.sides
        orders = thresholds.sides.map { side in
            side.thresholds.indices.sorted { (-side.thresholds[$0], $0) < (-side.thresholds[$1], $1) }
        }
    }

    /// - Parameter scores: By set.
    mutating func add(_ scores: UnsafeBufferPointer<Float>) {
        pass.addPermutation()
        for (side, sign) in [1.0, -1.0].enumerated() where !sides[side].thresholds.isEmpty {
            column.removeAll(keepingCapacity: true)
            for (score, mean) in zip(scores, sides[side].means) {
                // Zero is positive, as among the observed. Over a mean of zeros it is zero still.
                let score = Double(score) * sign
                if sign > 0 ? score >= 0 : score > 0 { column.append(score == 0 ? 0 : score / mean) }
            }
            column.sort(by: >)
            pass.add(column, side: side, sides[side].thresholds, order: orders[side])
        }
    }
}

extension PairedPassTwo {
    fileprivate mutating func addPermutation() { permutations += 1 }

    /// - Parameter scores: The NES of the sign, from the most extreme on.
    fileprivate mutating func add(_ scores: [Double], side: Int, _ thresholds: [Double], order: [Int]) {
        if scores.isEmpty { return }
        sides[side].contributing += 1
        var (beyond, share) = (0, UInt128(0))
        for place in order {
            let before = beyond
            while beyond < scores.count && scores[beyond] >= thresholds[place] { beyond += 1 }
            if beyond == 0 { continue }
            if beyond != before { share = UInt128(PairedFixedPoint.rounded(Double(beyond) / Double(scores.count))) }
            sides[side].shares[place] += share
            if place < sides[side].reached.count { sides[side].reached[place] += 1 }
        }
    }

    /// Counts scores that are there.
    package init(_ null: NullScores, _ thresholds: PairedThresholds) {
        var counter = PairedCounter(thresholds)
        null.forEachPermutation { counter.add($0) }
        self = counter.pass
    }
}

// MARK: Bytes

extension PairedPassTwo {
    private static let kind = "MGPT1"

    /// Equal counts have equal bytes.
    package func encoded() -> [UInt8] {
        var writer = PayloadWriter(kind: Self.kind)
        writer.write(compact: permutations)
        for side in sides {
            writer.write(compact: side.contributing)
            writer.write(compact: side.reached.count)
            for reached in side.reached { writer.write(compact: reached) }
            for share in side.shares { writer.write(compactSum: share) }
        }
        return writer.bytes
    }

    /// - Throws: `PayloadError` unless the bytes are what `encoded()` returns.
    package init(decoding bytes: [UInt8]) throws(PayloadError) {
        var reader = try PayloadReader(bytes, kind: Self.kind)
        permutations = try reader.readCompact(upTo: GeneSetNull.permutationLimit)
        sides = []
        for _ in 0..<2 {
            let contributing = try reader.readCompact(upTo: GeneSetNull.permutationLimit)
            // A set takes seven bytes at least: so a short message cannot ask for much memory.
            let setCount = try reader.readCompact(upTo: reader.remaining / 7)
            var side = Side(shares: [], reached: [], contributing: contributing)
            for _ in 0..<setCount {
                side.reached.append(try reader.readCompact(upTo: GeneSetNull.permutationLimit))
            }
            for _ in 0..<3 * setCount { side.shares.append(try reader.readCompactSum()) }
            sides.append(side)
        }
        try reader.finish()
    }

    /// The most bytes that a second pass over so many sets has: every set is observed on one side.
    package static func largestEncoding(setCount: Int) -> Int { kind.utf8.count + 50 + setCount * (10 + 3 * 20) }
}
