import Payloads

/// Pass 2 over the permutations: how often other sets reach each observed NES.
///
/// Of every permutation with a set of the sign, the share of such sets whose NES is at least as extreme, in fixed point;
/// and in how many permutations any set is.
package struct PassTwo: Equatable, Sendable {
    struct Side: Equatable, Sendable {
        /// By place among the observed of the sign.
        var ratios: [WideSum]
        var reached: [UInt64]

        /// Permutations with a set of the sign.
        var contributing = 0

        init(count: Int) {
            ratios = [WideSum](repeating: WideSum(), count: count)
            reached = [UInt64](repeating: 0, count: count)
        }

        mutating func append(_ later: Side) {
            for place in ratios.indices {
                ratios[place].add(later.ratios[place])
                reached[place] += later.reached[place]
            }
            contributing += later.contributing
        }

        /// - Parameter firstReached: By place, how many of the permutation's sets reach it and none before.
        package mutating func add(_ firstReached: [Int32], setCount: Int) {
            guard setCount > 0 else { return }
            contributing += 1
            var reaching = 0
            for place in ratios.indices {
                reaching += Int(firstReached[place])
                guard reaching > 0 else { continue }
                ratios[place].add(
                    FixedPoint.rounded(Double(reaching) / Double(setCount), scale: FixedPoint.unitScale))
                reached[place] += 1
            }
        }
    }

    struct Counts: AppendableCounts {
        /// By set statistic, the positive side and the negative one.
        var sides: [[Side]]

        mutating func append(_ later: Counts) {
            for family in sides.indices {
                for side in sides[family].indices { sides[family][side].append(later.sides[family][side]) }
            }
        }

        func hasShape(of other: Counts) -> Bool {
            sides.map { $0.map(\.ratios.count) } == other.sides.map { $0.map(\.ratios.count) }
        }
    }

    private(set) var ranges = RangedCounts<Counts>()

    /// Of no permutation.
    package init() {}

    init(_ range: Range<Int>, _ counts: Counts) { ranges = RangedCounts(range, counts) }

    /// Adds other permutations, in any order of ranges.
    package mutating func merge(_ other: PassTwo) throws(SummaryProblem) {
        try ranges.merge(other.ranges)
    }

    package var permutations: Int { ranges.whole?.range.count ?? 0 }

    /// Whether these are the counts of one range, of an analysis of a shape.
    package func isOf(_ range: Range<Int>, _ shape: SummaryShape) -> Bool {
        guard ranges.segments.count == 1, ranges.segments[0].range == range else { return false }
        let sides = ranges.segments[0].counts.sides
        return sides.map { $0.map(\.ratios.count) } == shape.sideCounts
            && sides.allSatisfy { $0.allSatisfy { $0.contributing <= range.count } }
    }

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(ranges.segments.count)
        for (range, counts) in ranges.segments {
            writer.write(range)
            writer.write(counts.sides.count)
            for side in counts.sides.flatMap({ $0 }) {
                writer.write(side.contributing)
                writer.write(side.ratios.count)
                for ratio in side.ratios { writer.write(ratio) }
                writer.write(side.reached)
            }
        }
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws {
        var reader = PayloadReader(bytes)
        for _ in 0..<(try reader.readCount(ofSize: 24)) {
            let range = try reader.readRange()
            var counts = Counts(sides: [])
            for _ in 0..<(try reader.readCount(ofSize: 16)) {
                counts.sides.append([try Self.side(&reader), try Self.side(&reader)])
            }
            try merge(PassTwo(range, counts))
        }
        try reader.finish()
    }

    private static func side(_ reader: inout PayloadReader) throws(PayloadError) -> Side {
        let contributing = try reader.readCount()
        var side = Side(count: try reader.readCount(ofSize: 16))
        side.contributing = contributing
        for place in side.ratios.indices { side.ratios[place] = try reader.readSum() }
        side.reached = try reader.readArray()
        guard side.reached.count == side.ratios.count else { throw .misfit }
        return side
    }
}
