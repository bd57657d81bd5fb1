import StatisticalKernels

/// The particles of a multilevel splitting, and how they move.
///
/// Hits and totals are sums of multiples of 2⁻ᵍ and exact (`HitWeights.scaledForNull`),
/// so that a sum may be kept up to date by adding and subtracting, and a score
/// does not depend on how it was come by.
final class SplittingWalk {
    private let size: Int
    private let geneCount: Int

    /// By rank; all 1 for unit weights.
    private let weights: [Double]

    private let isPositive: Bool
    private let particleCount: Int
    private var stream: PhiloxStream

    /// By particle: its ranks, ascending.
    private var members: [Int32]

    /// By particle and member: the weight of the members above it and, for the positive side, its own.
    private var hits: [Double]

    /// By particle: the weight of all members.
    private var totals: [Double]

    /// By particle: a place at which the running sum was seen above the level.
    private var witnesses: [Witness]

    /// By particle: the running sum's extreme on the observed side, as a magnitude.
    private(set) var scores: [Double]

    /// The running sum after the first `genes` of the list, of which `members` with the weight `hits` belong.
    private struct Witness {
        var genes: Int32
        var members: Int32
        var hits: Double
    }

    /// - Parameter weights: By rank; empty for unit weights.
    init(
        size: Int, geneCount: Int, weights: [Double], isPositive: Bool, particleCount: Int, stream: PhiloxStream
    ) {
        self.size = size
        self.geneCount = geneCount
        self.weights = weights.isEmpty ? [Double](repeating: 1, count: geneCount) : weights
        self.isPositive = isPositive
        self.particleCount = particleCount
        self.stream = stream
        members = []
        hits = [Double](repeating: 0, count: size * particleCount)
        totals = [Double](repeating: 0, count: particleCount)
        witnesses = [Witness](repeating: Witness(genes: 0, members: 0, hits: 0), count: particleCount)
        scores = [Double](repeating: 0, count: particleCount)
        for _ in 0..<particleCount {
            var ranks: Set<Int32> = []
            while ranks.count < size { ranks.insert(Int32(self.stream.next(below: geneCount))) }
            members += ranks.sorted()
        }
        for particle in 0..<particleCount { settle(particle) }
    }

    /// The extreme on the observed side, as a magnitude.
    func score(ofSorted ranks: [Int32]) -> Double {
        ranks.withUnsafeBufferPointer { extreme(of: $0, isPositive: isPositive) }
    }

    /// Keeps and copies the particles above a level, and moves all of them while they stay above it.
    ///
    /// A level ends when there were as many successful moves as members of all
    /// particles, so that hardly a member is left where it was.
    func climb(above level: Double, roundLimit: Int) {
        let kept = scores.indices.filter { scores[$0] > level }
        for (position, particle) in scores.indices.filter({ scores[$0] <= level }).enumerated() {
            let model = kept[position % kept.count]
            for member in 0..<size {
                members[particle * size + member] = members[model * size + member]
                hits[particle * size + member] = hits[model * size + member]
            }
            totals[particle] = totals[model]
            witnesses[particle] = witnesses[model]
        }
        var moves = 0
        var round = 0
        while moves < particleCount * size && round < roundLimit {
            for particle in 0..<particleCount {
                for _ in 0..<size where move(particle, above: level) { moves += 1 }
            }
            round += 1
        }
        for particle in 0..<particleCount { settle(particle) }
    }

    /// The share of the particles at or beyond the observed score whose enrichment score has its sign.
    ///
    /// The other extreme may be the larger one; never 0, as the observed set itself is none of those.
    func shareWithOwnSign(from observed: Double) -> Double {
        var reached = 0
        var withOwnSign = 0
        for particle in 0..<particleCount where scores[particle] >= observed {
            reached += 1
            let other = members.withUnsafeBufferPointer {
                extreme(
                    of: UnsafeBufferPointer(rebasing: $0[particle * size..<(particle + 1) * size]),
                    isPositive: !isPositive)
            }
            if scores[particle] >= other { withOwnSign += 1 }
        }
        return Double(max(1, withOwnSign)) / Double(reached)
    }

    // MARK: Moves

    /// Tries to swap a member of a particle for another gene; returns whether it stayed above the level.
    private func move(_ particle: Int, above level: Double) -> Bool {
        let removed = stream.next(below: size)
        let added = Int32(truncatingIfNeeded: stream.next(below: geneCount))
        return members.withUnsafeMutableBufferPointer { members in
            hits.withUnsafeMutableBufferPointer { hits in
                let ranks = members.baseAddress! + particle * size
                let sums = hits.baseAddress! + particle * size
                let place = lowerBound(ranks, added)
                // A gene swapped for itself would count as a move and change nothing.
                if place < size && ranks[place] == added { return false }
                let swap = Swap(
                    removed: removed, place: place, rank: added, removedWeight: weights[Int(ranks[removed])],
                    addedWeight: weights[Int(added)], oldTotal: totals[particle])
                if swap.total <= 0 {
                    return moveToWeightless(particle, swap, ranks, sums, above: level)
                }
                let missStep = geneCount == size ? 0 : swap.total / Double(geneCount - size)
                let target = Target(level: level, total: swap.total)
                var witness = witnesses[particle]
                let removedRank = ranks[removed]
                if removedRank < witness.genes {
                    witness.hits -= swap.removedWeight
                    witness.members -= 1
                }
                if added < witness.genes {
                    witness.hits += swap.addedWeight
                    witness.members += 1
                }
                let misses = missStep * Double(witness.genes &- witness.members)
                if !target.isPassed(by: isPositive ? witness.hits - misses : misses - witness.hits) {
                    guard let found = search(ranks, sums, swap, missStep: missStep, target: target) else {
                        return false
                    }
                    witness = found
                }
                witnesses[particle] = witness
                totals[particle] = swap.total
                carryOut(swap, ranks, sums)
                return true
            }
        }
    }

    /// Moves to a set whose members all weigh nothing, which count alike then.
    private func moveToWeightless(
        _ particle: Int, _ swap: Swap, _ ranks: UnsafeMutablePointer<Int32>, _ sums: UnsafeMutablePointer<Double>,
        above level: Double
    ) -> Bool {
        var candidate = Array(UnsafeBufferPointer(start: ranks, count: size))
        candidate.remove(at: swap.removed)
        candidate.insert(swap.rank, at: swap.removed < swap.place ? swap.place - 1 : swap.place)
        let score = candidate.withUnsafeBufferPointer { extreme(of: $0, isPositive: isPositive) }
        guard score > level else { return false }
        witnesses[particle] = Witness(genes: 0, members: 0, hits: 0)
        totals[particle] = swap.total
        carryOut(swap, ranks, sums)
        return true
    }

    /// What a running sum, in units of weight, must pass for the score to lie above the level.
    private struct Target {
        let level: Double
        let total: Double

        /// Not above the level times the total, whatever the rounding.
        let floor: Double

        init(level: Double, total: Double) {
            self.level = level
            self.total = total
            floor = level * total * (1 - 0x1p-50)
        }

        /// As scores compare: an equal score is not above, and quotients of few different sets are often equal.
        @inline(__always)
        func isPassed(by deviation: Double) -> Bool {
            deviation > floor && deviation / total > level
        }
    }

    /// A member swapped for another gene.
    private struct Swap {
        /// The position of the member that goes.
        let removed: Int

        /// How many of the old members stand above the gene that comes.
        let place: Int
        let rank: Int32
        let removedWeight: Double
        let addedWeight: Double
        let total: Double
        let oldTotal: Double

        init(removed: Int, place: Int, rank: Int32, removedWeight: Double, addedWeight: Double, oldTotal: Double) {
            self.removed = removed
            self.place = place
            self.rank = rank
            self.removedWeight = removedWeight
            self.addedWeight = addedWeight
            self.oldTotal = oldTotal
            total = oldTotal - removedWeight + addedWeight
        }
    }

    private func lowerBound(_ ranks: UnsafePointer<Int32>, _ rank: Int32) -> Int {
        var low = 0
        var count = size
        while count > 0 {
            let half = count / 2
            if ranks[low + half] < rank {
                low += half + 1
                count -= half + 1
            } else {
                count = half
            }
        }
        return low
    }

    /// What the new member's place in `hits` holds.
    private func newSum(_ sums: UnsafePointer<Double>, _ swap: Swap) -> Double {
        let place = swap.place
        var above =
            isPositive ? (place == 0 ? 0 : sums[place - 1]) : (place == size ? swap.oldTotal : sums[place])
        if swap.removed < place { above -= swap.removedWeight }
        return isPositive ? above + swap.addedWeight : above
    }

    /// Looks for a place where the running sum after a swap is beyond the target.
    private func search(
        _ ranks: UnsafePointer<Int32>, _ sums: UnsafePointer<Double>, _ swap: Swap, missStep: Double, target: Target
    ) -> Witness? {
        let (removed, place) = (swap.removed, swap.place)
        let (gone, came) = (-swap.removedWeight, swap.addedWeight)
        // The old members in runs that the swap moves alike: up to the one that goes, between it and
        // the one that comes, and behind both.
        let first = min(removed, place)
        if let found = search(ranks, sums, 0..<first, shift: 0, offset: 0, missStep, target) { return found }
        let newPlace = removed < place ? place - 1 : place
        let sum = newSum(sums, swap)
        if target.isPassed(by: deviation(sum, misses: Int(swap.rank) - newPlace, missStep)) {
            return witness(rank: swap.rank, position: newPlace, sum: sum)
        }
        if removed < place {
            if let found = search(ranks, sums, removed + 1..<place, shift: -1, offset: gone, missStep, target) {
                return found
            }
            return search(ranks, sums, place..<size, shift: 0, offset: gone + came, missStep, target)
        }
        if let found = search(ranks, sums, place..<removed, shift: 1, offset: came, missStep, target) { return found }
        return search(ranks, sums, removed + 1..<size, shift: 0, offset: gone + came, missStep, target)
    }

    private func deviation(_ sum: Double, misses: Int, _ missStep: Double) -> Double {
        isPositive ? sum - missStep * Double(misses) : missStep * Double(misses) - sum
    }

    private func witness(rank: Int32, position: Int, sum: Double) -> Witness {
        isPositive
            ? Witness(genes: rank + 1, members: Int32(position + 1), hits: sum)
            : Witness(genes: rank, members: Int32(position), hits: sum)
    }

    /// Searches a run of old members, four at a time.
    @inline(__always)
    private func search(
        _ ranks: UnsafePointer<Int32>, _ sums: UnsafePointer<Double>, _ run: Range<Int>, shift: Int, offset: Double,
        _ missStep: Double, _ target: Target
    ) -> Witness? {
        var member = run.lowerBound
        let sign: Double = isPositive ? 1 : -1
        while member + 4 <= run.upperBound {
            let rank = UnsafeRawPointer(ranks + member).loadUnaligned(as: SIMD4<Int32>.self)
            let sum = UnsafeRawPointer(sums + member).loadUnaligned(as: SIMD4<Double>.self) + offset
            let above = Int32(truncatingIfNeeded: member &+ shift)
            let misses = SIMD4<Double>(rank &- (SIMD4<Int32>(0, 1, 2, 3) &+ above))
            let deviations = (sum - misses * missStep) * sign
            let isBeyond = deviations .> SIMD4(repeating: target.floor)
            if isBeyond != SIMDMask(repeating: false) {
                for lane in 0..<4 where isBeyond[lane] && target.isPassed(by: deviations[lane]) {
                    return witness(rank: rank[lane], position: member + shift + lane, sum: sum[lane])
                }
            }
            member &+= 4
        }
        while member < run.upperBound {
            let sum = sums[member] + offset
            if target.isPassed(by: deviation(sum, misses: Int(ranks[member]) - member - shift, missStep)) {
                return witness(rank: ranks[member], position: member + shift, sum: sum)
            }
            member &+= 1
        }
        return nil
    }

    private func carryOut(_ swap: Swap, _ ranks: UnsafeMutablePointer<Int32>, _ sums: UnsafeMutablePointer<Double>) {
        let (removed, place) = (swap.removed, swap.place)
        let sum = newSum(sums, swap)
        let change = swap.addedWeight - swap.removedWeight
        if removed < place {
            for member in removed..<place - 1 {
                ranks[member] = ranks[member + 1]
                sums[member] = sums[member + 1] - swap.removedWeight
            }
            ranks[place - 1] = swap.rank
            sums[place - 1] = sum
            for member in place..<size { sums[member] += change }
        } else {
            for member in stride(from: removed, to: place, by: -1) {
                ranks[member] = ranks[member - 1]
                sums[member] = sums[member - 1] + swap.addedWeight
            }
            ranks[place] = swap.rank
            sums[place] = sum
            // The removed member's own weight counts in the sums behind it only.
            if removed + 1 < size { for member in removed + 1..<size { sums[member] += change } }
        }
    }

    // MARK: Scores

    /// Computes what is kept of a particle from its members.
    private func settle(_ particle: Int) {
        let start = particle * size
        var sum = 0.0
        for member in start..<start + size {
            let weight = weights[Int(members[member])]
            hits[member] = isPositive ? sum + weight : sum
            sum += weight
        }
        totals[particle] = sum
        scores[particle] = members.withUnsafeBufferPointer {
            extreme(of: UnsafeBufferPointer(rebasing: $0[start..<start + size]), isPositive: isPositive)
        }
    }

    /// The highest, or minus the lowest, value of the running sum.
    private func extreme(of ranks: UnsafeBufferPointer<Int32>, isPositive: Bool) -> Double {
        var total = 0.0
        for rank in ranks { total += weights[Int(rank)] }
        // Members that all weigh nothing count alike.
        let isUnit = total == 0
        if isUnit { total = Double(size) }
        let missStep = geneCount == size ? 0 : total / Double(geneCount - size)
        var hits = 0.0
        var largest = 0.0
        for (member, rank) in ranks.enumerated() {
            let misses = missStep * Double(Int(rank) - member)
            if !isPositive { largest = max(largest, misses - hits) }
            hits += isUnit ? 1 : weights[Int(rank)]
            if isPositive { largest = max(largest, hits - misses) }
        }
        return largest / total
    }
}
