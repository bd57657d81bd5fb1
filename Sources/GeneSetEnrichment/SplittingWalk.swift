import KernelArguments
import StatisticalKernels

/// The particles of a multilevel splitting, and how they climb.
///
/// Weights are multiples of 2⁻ᵍ and their sums exact (`HitWeights.scaledForNull`), so that
/// a sum may be kept up to date by adding and subtracting, and a score does not depend on
/// how it was come by. The negative side is climbed as the positive one of the list read
/// from its end.
final class SplittingWalk {
    /// Passing over all buckets and over a bucket's members should cost about the same.
    private static let bucketLimit = 32

    private let size: Int
    private let geneCount: Int
    private let weights: [Float]
    private let isPositive: Bool
    private let particleCount: Int
    private let kernels: SplittingKernels
    private var arguments: SplittingArguments
    private var stream = SplittingStream()

    /// By particle.
    private var particles: [SplittingParticle]

    /// By particle: the running sum's extreme on the observed side, as a magnitude.
    private(set) var scores: [Double]

    private let wordCount: Int
    private let members: UnsafeMutablePointer<Int32>
    private let isMember: UnsafeMutablePointer<UInt64>
    private let buckets: UnsafeMutablePointer<Double>
    private let words: UnsafeMutablePointer<UInt32>
    private let ownWeights: UnsafeMutablePointer<Float>

    /// - Parameters:
    ///   - weights: By rank; empty for unit weights.
    ///   - stream: The Philox stream, under the seed, that everything is drawn from.
    init(
        size: Int, geneCount: Int, weights: [Float], isPositive: Bool, particleCount: Int, seed: UInt64,
        stream: UInt64, kernels: SplittingKernels = .current
    ) {
        self.size = size
        self.geneCount = geneCount
        self.isPositive = isPositive
        self.particleCount = particleCount
        self.kernels = kernels
        // Whole numbers: a hit of N − k against a miss of k.
        let unit = Float(geneCount - size)
        let given = weights.isEmpty ? [Float](repeating: unit, count: geneCount) : weights
        self.weights = isPositive ? given : given.reversed()
        wordCount = (geneCount + 63) / 64
        var bucketShift = 6
        while geneCount > SplittingWalk.bucketLimit << bucketShift { bucketShift += 1 }
        let bucketCount = ((geneCount - 1) >> bucketShift) + 1
        particles = [SplittingParticle](repeating: SplittingParticle(), count: particleCount)
        scores = [Double](repeating: 0, count: particleCount)
        members = .allocate(capacity: particleCount * size)
        isMember = .allocate(capacity: particleCount * wordCount)
        isMember.initialize(repeating: 0, count: particleCount * wordCount)
        buckets = .allocate(capacity: 3 * particleCount * bucketCount)
        words = .allocate(capacity: 32)
        ownWeights = .allocate(capacity: geneCount)
        ownWeights.initialize(from: self.weights, count: geneCount)
        arguments = SplittingArguments(
            geneCount: geneCount, size: size, weights: ownWeights, bucketShift: bucketShift, bucketCount: bucketCount,
            peakSlack: 1.1 + 10 / Double(size), words: words, seed: seed, stream: stream,
            members: members, isMember: isMember,
            bucketWeights: buckets, bucketMisses: buckets, peaks: buckets)
        for particle in 0..<particleCount {
            kernels.draw(at(particle), &self.stream)
            settle(particle)
        }
    }

    deinit {
        members.deallocate()
        isMember.deallocate()
        buckets.deallocate()
        words.deallocate()
        ownWeights.deallocate()
    }

    /// The extreme on the observed side, as a magnitude.
    ///
    /// - Parameter ranks: Ascending.
    func score(ofSorted ranks: [Int32]) -> Double {
        let last = Int32(geneCount - 1)
        return highest(ofSorted: isPositive ? ranks : ranks.reversed().map { last - $0 })
    }

    /// Keeps and copies the particles above a level, and moves all of them while they stay above it.
    ///
    /// A level ends when there were half as many successful moves as members of all particles.
    /// With more, estimates scatter no less than the formula of their error says, and with
    /// a quarter, some 5 % more.
    func climb(above level: Double, roundLimit: Int) {
        let kept = scores.indices.filter { scores[$0] > level }
        for (position, particle) in scores.indices.filter({ scores[$0] <= level }).enumerated() {
            copy(kept[position % kept.count], to: particle)
        }
        let attempts = (size + 9) / 10
        var moves = 0
        var round = 0
        while 2 * moves < particleCount * size && round < roundLimit {
            for particle in 0..<particleCount {
                moves += kernels.move(at(particle), &particles[particle], &stream, attempts, level)
            }
            round += 1
        }
        for particle in 0..<particleCount {
            scores[particle] = kernels.score(at(particle), particles[particle].total)
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
            if scores[particle] >= depth(ofSorted: sortedMembers(of: particle)) { withOwnSign += 1 }
        }
        return Double(max(1, withOwnSign)) / Double(reached)
    }

    // MARK: Particles

    /// The arguments for one particle.
    private func at(_ particle: Int) -> SplittingArguments {
        var arguments = arguments
        arguments.members += particle * size
        arguments.isMember += particle * wordCount
        arguments.bucketWeights += 3 * particle * arguments.bucketCount
        arguments.bucketMisses = arguments.bucketWeights + arguments.bucketCount
        arguments.peaks = arguments.bucketMisses + arguments.bucketCount
        return arguments
    }

    private func copy(_ model: Int, to particle: Int) {
        (members + particle * size).update(from: members + model * size, count: size)
        (isMember + particle * wordCount).update(from: isMember + model * wordCount, count: wordCount)
        let count = 3 * arguments.bucketCount
        (buckets + particle * count).update(from: buckets + model * count, count: count)
        particles[particle] = particles[model]
    }

    /// Computes what is kept of a particle from its members.
    private func settle(_ particle: Int) {
        let arguments = at(particle)
        var total = 0.0
        for bucket in 0..<arguments.bucketCount {
            let first = bucket << arguments.bucketShift
            let end = min(geneCount, (bucket + 1) << arguments.bucketShift)
            arguments.bucketWeights[bucket] = 0
            arguments.bucketMisses[bucket] = Double(end - first)
            arguments.peaks[bucket] = .infinity
        }
        for member in 0..<size {
            let rank = Int(arguments.members[member])
            let weight = Double(weights[rank])
            arguments.bucketWeights[rank >> arguments.bucketShift] += weight
            arguments.bucketMisses[rank >> arguments.bucketShift] -= 1
            total += weight
        }
        particles[particle].total = total
        scores[particle] = kernels.score(arguments, total)
    }

    private func sortedMembers(of particle: Int) -> [Int32] {
        UnsafeBufferPointer(start: members + particle * size, count: size).sorted()
    }

    // MARK: Scores

    /// The highest value of the running sum on the climbed side.
    private func highest(ofSorted ranks: [Int32]) -> Double {
        extreme(ofSorted: ranks) { above, at, misses in at - misses }
    }

    /// Minus the lowest one.
    private func depth(ofSorted ranks: [Int32]) -> Double {
        extreme(ofSorted: ranks) { above, at, misses in misses - above }
    }

    private func extreme(
        ofSorted ranks: [Int32], _ deviation: (_ above: Double, _ at: Double, _ misses: Double) -> Double
    ) -> Double {
        var total = 0.0
        for rank in ranks { total += Double(weights[Int(rank)]) }
        // Members that all weigh nothing count alike.
        let isUnit = total == 0
        if isUnit { total = Double(size) }
        let missStep = total / Double(geneCount - size)
        var hits = 0.0
        var largest = 0.0
        for (member, rank) in ranks.enumerated() {
            let at = hits + (isUnit ? 1 : Double(weights[Int(rank)]))
            largest = max(largest, deviation(hits, at, missStep * Double(Int(rank) - member)))
            hits = at
        }
        return largest / total
    }
}
