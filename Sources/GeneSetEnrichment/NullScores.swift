import Synchronization

/// The null scores of every set, each in the order of the permutations, kept once.
///
/// Sets by permutations in float32 are the largest thing that a run of many sets has in memory. So they stay in the
/// bytes in which shards brought them, whoever asks reads them there, and the one who puts them into a file gives
/// them up on the way.
package final class NullScores: Sendable {
    package let setCount: Int
    package let permutations: Int

    /// In the order of the permutations.
    private let blocks: Mutex<[NullScoreBlock]>

    private init(setCount: Int, _ blocks: [NullScoreBlock]) {
        self.setCount = setCount
        permutations = blocks.reduce(0) { $0 + $1.permutations }
        self.blocks = Mutex(blocks)
    }

    /// No permutation yet.
    package convenience init(setCount: Int) {
        self.init(setCount: setCount, [])
    }

    /// - Parameters:
    ///   - parts: The scores of some sets each, which together are all sets in their order.
    ///   - permutations: How many scores a set has.
    /// - Precondition: Every part has `permutations` scores for each of its sets.
    package convenience init(parts: [ScoreBytes], permutations: Int) {
        precondition(permutations > 0 && parts.allSatisfy { $0.count.isMultiple(of: permutations) })
        let block = NullScoreBlock(permutations: permutations, parts)
        self.init(setCount: block.setCount, [block])
    }

    /// The same scores with an owner of its own, who may give them up for itself.
    package convenience init(sharing other: NullScores) {
        self.init(setCount: other.setCount, other.blocks.withLock { $0 })
    }

    /// - Parameter scores: By set, its scores by permutation; as many for every set.
    package convenience init(_ scores: [[Float]]) {
        let permutations = scores.first?.count ?? 0
        if permutations == 0 {
            self.init(setCount: scores.count)
        } else {
            self.init(parts: scores.map { ScoreBytes($0) }, permutations: permutations)
        }
    }

    /// These scores and those of the permutations that follow.
    ///
    /// - Parameter later: Range by range of the permutations after these: the scores of all sets.
    /// - Precondition: There is a set, and as many scores for every one.
    package func appending(_ later: [ScoreBytes]) -> NullScores {
        precondition(later.allSatisfy { $0.count > 0 && $0.count.isMultiple(of: setCount) })
        let blocks = later.map { NullScoreBlock(permutations: $0.count / setCount, [$0]) }
        return NullScores(setCount: setCount, self.blocks.withLock { $0 } + blocks)
    }

    // MARK: Reading

    package subscript(set: Int, permutation: Int) -> Float {
        blocks.withLock { blocks in
            var rest = permutation
            var index = 0
            while rest >= blocks[index].permutations {
                rest -= blocks[index].permutations
                index += 1
            }
            return blocks[index].scores(ofSet: set)[rest]
        }
    }

    /// The scores of some sets, set after set.
    package func scores(ofSets sets: Range<Int>) -> [Float] {
        var scores: [Float] = []
        scores.reserveCapacity(sets.count * permutations)
        for set in sets { forEachScore(ofSet: set) { scores.append($0) } }
        return scores
    }

    /// Goes through the scores of a set in their order.
    func forEachScore(ofSet set: Int, _ body: (Float) -> Void) {
        for block in blocks.withLock({ $0 }) {
            let scores = block.scores(ofSet: set)
            for permutation in 0..<block.permutations { body(scores[permutation]) }
        }
    }

    /// The scores of all sets under some permutations, permutation after permutation.
    package func scores(ofPermutations range: Range<Int>) -> [Float] {
        precondition(range.upperBound <= permutations)
        var scores = [Float](repeating: 0, count: range.count * setCount)
        var first = 0
        for block in blocks.withLock({ $0 }) {
            let own = range.clamped(to: first..<first + block.permutations)
            for set in 0..<(own.isEmpty ? 0 : setCount) {
                let row = block.scores(ofSet: set)
                for permutation in own {
                    scores[(permutation - range.lowerBound) * setCount + set] = row[permutation - first]
                }
            }
            first += block.permutations
        }
        return scores
    }

    /// Goes through the permutations in their order, each time with the scores of all sets.
    func forEachPermutation(_ body: (UnsafeBufferPointer<Float>) -> Void) {
        // As many permutations at a time as share a few cache lines of a set.
        let width = 64
        var columns = [Float](repeating: 0, count: width * setCount)
        columns.withUnsafeMutableBufferPointer { columns in
            for block in blocks.withLock({ $0 }) {
                for first in stride(from: 0, to: block.permutations, by: width) {
                    let count = min(width, block.permutations - first)
                    for set in 0..<setCount {
                        let scores = block.scores(ofSet: set)
                        for place in 0..<count { columns[place * setCount + set] = scores[first + place] }
                    }
                    for place in 0..<count {
                        body(UnsafeBufferPointer(rebasing: columns[place * setCount..<(place + 1) * setCount]))
                    }
                }
            }
        }
    }

    // MARK: Giving up

    /// Cuts the scores anew, so that they can be given up a few sets at a time.
    ///
    /// Shards of permutations bring the scores of all sets. They are let go as they are cut.
    package func prepareToGiveUp() {
        blocks.withLock { blocks in
            var rest = Array(blocks.reversed())
            blocks = []
            while let first = rest.popLast() {
                guard first.isUncut else {
                    blocks.append(first)
                    continue
                }
                var joined = [first]
                var permutations = first.permutations
                while let next = rest.last, next.isUncut,
                    permutations + next.permutations <= NullScores.permutationsOfCut
                {
                    joined.append(rest.removeLast())
                    permutations += next.permutations
                }
                blocks.append(NullScoreBlock(joining: joined, setsOfPart: NullScores.setsOfCut))
            }
        }
    }

    /// Lets go of the scores of the sets before `set`, as far as they lie apart from others.
    ///
    /// - Precondition: Nobody reads them afterwards.
    package func giveUp(setsBefore set: Int) {
        blocks.withLock { blocks in
            for index in blocks.indices { blocks[index].giveUp(setsBefore: set) }
        }
    }

    private static let permutationsOfCut = 1024
    private static let setsOfCut = 128
}

/// Scores in the little-endian bytes of their bit patterns, as they came from a worker or a file.
package struct ScoreBytes: Sendable {
    private var bytes: [UInt8]

    /// Where the first score begins.
    private let offset: Int
    package let count: Int

    /// - Parameter offset: Where the first score begins.
    /// - Precondition: The bytes from there on are whole scores.
    package init(_ bytes: [UInt8], from offset: Int = 0) {
        precondition((bytes.count - offset).isMultiple(of: 4) && 1.littleEndian == 1)
        self.bytes = bytes
        self.offset = offset
        count = (bytes.count - offset) / 4
    }

    /// Some of these scores, which stay where they are.
    package init(_ range: Range<Int>, of whole: ScoreBytes) {
        precondition(range.lowerBound >= 0 && range.upperBound <= whole.count)
        bytes = whole.bytes
        offset = whole.offset + 4 * range.lowerBound
        count = range.count
    }

    package init(_ scores: some Collection<Float>) {
        self.init(Array(scores).withUnsafeBytes { Array($0) })
    }

    subscript(index: Int) -> Float {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset + 4 * index, as: Float.self) }
    }

    /// The bytes of some scores.
    fileprivate func bytes(of range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[offset + 4 * range.lowerBound..<offset + 4 * range.upperBound]
    }

    fileprivate mutating func giveUp() { bytes = [] }
}

/// The scores of all sets under some permutations that follow one another.
private struct NullScoreBlock: Sendable {
    let permutations: Int

    /// In the order of the sets: the first set of each, and the scores of its sets, set after set.
    private var parts: [(first: Int, scores: ScoreBytes)]

    let setCount: Int

    init(permutations: Int, _ parts: [ScoreBytes]) {
        self.permutations = permutations
        var first = 0
        self.parts = parts.map { scores in
            defer { first += scores.count / permutations }
            return (first, scores)
        }
        setCount = first
    }

    /// The permutations of several blocks that hold all sets in one part each, cut into parts of few sets.
    init(joining blocks: [NullScoreBlock], setsOfPart: Int) {
        let permutations = blocks.reduce(0) { $0 + $1.permutations }
        let setCount = blocks[0].setCount
        self.init(
            permutations: permutations,
            stride(from: 0, to: setCount, by: setsOfPart).map { first in
                let sets = first..<min(first + setsOfPart, setCount)
                var bytes: [UInt8] = []
                bytes.reserveCapacity(sets.count * permutations * 4)
                for set in sets {
                    for block in blocks {
                        let range = set * block.permutations..<(set + 1) * block.permutations
                        bytes += block.parts[0].scores.bytes(of: range)
                    }
                }
                return ScoreBytes(bytes)
            })
    }

    /// Whether all sets are in one part.
    var isUncut: Bool { parts.count == 1 }

    /// One set's scores, by permutation of the block.
    struct Row {
        private let scores: ScoreBytes
        private let first: Int

        init(_ scores: ScoreBytes, from first: Int) {
            self.scores = scores
            self.first = first
        }

        subscript(permutation: Int) -> Float { scores[first + permutation] }
    }

    func scores(ofSet set: Int) -> Row {
        // The last part that begins at the set or before it.
        var (low, high) = (0, parts.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if parts[middle].first <= set { low = middle } else { high = middle - 1 }
        }
        return Row(parts[low].scores, from: (set - parts[low].first) * permutations)
    }

    mutating func giveUp(setsBefore set: Int) {
        for part in parts.indices {
            let end = part + 1 < parts.count ? parts[part + 1].first : setCount
            if end <= set { parts[part].scores.giveUp() }
        }
    }
}
