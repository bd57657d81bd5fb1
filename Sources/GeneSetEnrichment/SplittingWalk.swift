import StatisticalKernels

/// The particles of one set's multilevel splitting, and how they move.
final class SplittingWalk {
    private let size: Int
    private let geneCount: Int

    /// By rank; empty for unit weights. Their sums are exact, see `HitWeights.scaledForNull`.
    private let weights: [Double]

    private let isPositive: Bool
    private let particleCount: Int
    private var stream: PhiloxStream

    /// By particle: its ranks, ascending.
    private var members: [Int32]

    /// By particle: the running sum's extreme on the observed side, as a magnitude.
    private(set) var scores: [Double]

    private var candidate: [Int32]

    init(
        size: Int, geneCount: Int, weights: [Double], isPositive: Bool, particleCount: Int, stream: PhiloxStream
    ) {
        self.size = size
        self.geneCount = geneCount
        self.weights = weights
        self.isPositive = isPositive
        self.particleCount = particleCount
        self.stream = stream
        members = []
        scores = []
        candidate = [Int32](repeating: 0, count: size)
        for _ in 0..<particleCount {
            var ranks: Set<Int32> = []
            while ranks.count < size { ranks.insert(Int32(self.stream.next(below: geneCount))) }
            let sorted = ranks.sorted()
            members += sorted
            scores.append(score(ofSorted: sorted))
        }
    }

    /// The extreme on the observed side, as a magnitude.
    func score(ofSorted ranks: [Int32]) -> Double {
        ranks.withUnsafeBufferPointer { extreme(of: $0.baseAddress!, isPositive: isPositive, stopAbove: .infinity) }
    }

    /// Keeps and copies the particles above a level, and moves all of them while they stay above it.
    ///
    /// A level ends when there were as many successful moves as members of all
    /// particles, so that hardly a member is left where it was.
    func climb(above level: Double, roundLimit: Int) {
        let kept = scores.indices.filter { scores[$0] > level }
        for (position, particle) in scores.indices.filter({ scores[$0] <= level }).enumerated() {
            let model = kept[position % kept.count]
            for member in 0..<size { members[particle * size + member] = members[model * size + member] }
        }
        var moves = 0
        var round = 0
        while moves < particleCount * size && round < roundLimit {
            for particle in 0..<particleCount {
                for _ in 0..<size where move(particle, above: level) { moves += 1 }
            }
            round += 1
        }
        for particle in 0..<particleCount {
            scores[particle] = score(ofSorted: Array(members[particle * size..<(particle + 1) * size]))
        }
    }

    /// Tries to swap a member of a particle for another gene; returns whether it stayed above the level.
    private func move(_ particle: Int, above level: Double) -> Bool {
        let removed = stream.next(below: size)
        let added = Int32(stream.next(below: geneCount))
        return members.withUnsafeMutableBufferPointer { members in
            candidate.withUnsafeMutableBufferPointer { candidate in
                let ranks = members.baseAddress! + particle * size
                var place = 0
                for member in 0..<size {
                    // A gene swapped for itself would count as a move and change nothing.
                    if ranks[member] == added { return false }
                    if member == removed { continue }
                    candidate[place] = ranks[member]
                    place += 1
                }
                while place > 0 && candidate[place - 1] > added {
                    candidate[place] = candidate[place - 1]
                    place -= 1
                }
                candidate[place] = added
                let score = extreme(of: candidate.baseAddress!, isPositive: isPositive, stopAbove: level)
                guard score > level else { return false }
                for member in 0..<size { ranks[member] = candidate[member] }
                return true
            }
        }
    }

    /// The share of the particles at or beyond the observed score whose enrichment score has its sign.
    ///
    /// The other extreme may be the larger one; never 0, as the observed set itself is none of those.
    func shareWithOwnSign(from observed: Double) -> Double {
        var reached = 0
        var withOwnSign = 0
        for particle in 0..<particleCount where scores[particle] >= observed {
            reached += 1
            let ranks = Array(members[particle * size..<(particle + 1) * size])
            let other = ranks.withUnsafeBufferPointer {
                extreme(of: $0.baseAddress!, isPositive: !isPositive, stopAbove: .infinity)
            }
            if scores[particle] >= other { withOwnSign += 1 }
        }
        return Double(max(1, withOwnSign)) / Double(reached)
    }

    /// The highest, or minus the lowest, value of the running sum.
    ///
    /// - Parameter limit: The search ends where this is exceeded.
    private func extreme(of ranks: UnsafePointer<Int32>, isPositive: Bool, stopAbove limit: Double) -> Double {
        var total = 0.0
        if !weights.isEmpty {
            for member in 0..<size { total += weights[Int(ranks[member])] }
        }
        // Members that all weigh nothing count alike.
        let isUnit = total == 0
        if isUnit { total = Double(size) }
        let missStep = geneCount == size ? 0 : total / Double(geneCount - size)
        let target = limit * total
        var hits = 0.0
        var largest = 0.0
        for member in 0..<size {
            let rank = Int(ranks[member])
            let misses = missStep * Double(rank - member)
            if !isPositive { largest = max(largest, misses - hits) }
            hits += isUnit ? 1 : weights[rank]
            if isPositive { largest = max(largest, hits - misses) }
            if largest > target { break }
        }
        return largest / total
    }
}
