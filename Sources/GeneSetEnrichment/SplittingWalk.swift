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

    /// Of the sets drawn first, and then of each particle.
    private(set) var population: [SplittingExtremes] = []

    /// Where in the stream each of the sets drawn first begins; empty once they are particles.
    private var starts: [UInt64] = []

    private let wordCount: Int
    private let members: UnsafeMutablePointer<Int32>
    private let isMember: UnsafeMutablePointer<UInt64>
    private let buckets: UnsafeMutablePointer<Double>
    private let words: UnsafeMutablePointer<UInt32>
    private let ownWeights: UnsafeMutablePointer<Float>

    /// - Parameters:
    ///   - weights: By rank; empty for unit weights.
    ///   - drawCount: Sets drawn first, of which the particles will be the best.
    ///   - stream: The Philox stream, under the seed, that everything is drawn from.
    init(
        size: Int, geneCount: Int, weights: [Float], isPositive: Bool, drawCount: Int, particleCount: Int,
        seed: UInt64, stream: UInt64, kernels: SplittingKernels = .current
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
        for _ in 0..<drawCount {
            self.stream.used = SplittingStream.wordCount
            starts.append(self.stream.block)
            draw(into: 0)
            population.append(kernels.extremes(at(0), total(of: 0)))
        }
    }

    deinit {
        members.deallocate()
        isMember.deallocate()
        buckets.deallocate()
        words.deallocate()
        ownWeights.deallocate()
    }

    /// The score that particles must reach to be as extreme as a set.
    ///
    /// For a set of the particles' own size its score. Otherwise what its extreme is with as many hits and
    /// misses before it in a list that the particles' size leaves other misses in, so that a
    /// score of many draws, as lists of few values have, stays one. Less the rounding, which
    /// is another where a score is come by otherwise.
    ///
    /// - Parameter ranks: Ascending.
    func aim(ofSorted ranks: [Int32]) -> Double {
        let last = Int32(geneCount - 1)
        let ranks = isPositive ? ranks : ranks.reversed().map { last - $0 }
        var total = 0.0
        for rank in ranks { total += Double(weights[Int(rank)]) }
        // Members that all weigh nothing count alike.
        let isUnit = total == 0
        if isUnit { total = Double(ranks.count) }
        let missStep = total / Double(geneCount - ranks.count)
        var hits = 0.0
        var highest = (deviation: 0.0, hits: 0.0, misses: 0)
        for (member, rank) in ranks.enumerated() {
            hits += isUnit ? 1 : Double(weights[Int(rank)])
            let misses = Int(rank) - member
            let deviation = hits - missStep * Double(misses)
            if deviation > highest.deviation { highest = (deviation, hits, misses) }
        }
        return (highest.hits / total - Double(highest.misses) / Double(geneCount - size)) * (1 - 0x1p-40)
    }

    /// Whether a set is the first genes of the list that is climbed, and no other of its size has its score, 1.
    ///
    /// Any other set has a gene beyond them. If its extreme comes before that gene, the gene's share of the weight is
    /// missing; else one of the first genes was a miss.
    ///
    /// - Parameter ranks: Ascending.
    func isBestAlone(_ ranks: [Int32]) -> Bool {
        let size = ranks.count
        guard isPositive ? Int(ranks[size - 1]) == size - 1 : Int(ranks[0]) == geneCount - size else { return false }
        let lightest = Double(weights[size...].min() ?? 0)
        var heaviest = 0.0
        for weight in weights.sorted(by: >).prefix(size) { heaviest += Double(weight) }
        // What rounding may leave of a score of 1.
        return min(1 / Double(geneCount - size), lightest / heaviest) > 0x1p-40
    }

    /// Keeps and copies the particles above a level, and moves all of them while they stay above it.
    ///
    /// A level ends when there were half as many successful moves as members of all particles.
    /// With more, estimates scatter no less than the formula of their error says, and with
    /// a quarter, some 5 % more.
    ///
    /// - Precondition: Some of the population are above.
    func climb(above level: Double, roundLimit: Int) {
        let kept = population.indices.filter { population[$0].highest > level }
        if starts.isEmpty {
            for (position, particle) in population.indices.filter({ population[$0].highest <= level }).enumerated() {
                copy(kept[position % kept.count], to: particle)
            }
        } else {
            settle(atStarts: kept.map { starts[$0] })
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
        population = particles.indices.map { kernels.extremes(at($0), particles[$0].total) }
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

    /// Draws a particle's members from where the stream is.
    private func draw(into particle: Int) {
        (isMember + particle * wordCount).update(repeating: 0, count: wordCount)
        kernels.draw(at(particle), &stream)
    }

    private func total(of particle: Int) -> Double {
        let members = members + particle * size
        var total = 0.0
        for member in 0..<size { total += Double(weights[Int(members[member])]) }
        return total
    }

    /// Makes particles of sets drawn before, the first ones if they are too many, copied if they are too few.
    private func settle(atStarts kept: [UInt64]) {
        let end = stream.block
        for (particle, start) in kept.prefix(particleCount).enumerated() {
            stream = SplittingStream(block: start)
            draw(into: particle)
            settle(particle)
        }
        for particle in particles.indices.dropFirst(kept.count) { copy(particle % kept.count, to: particle) }
        stream = SplittingStream(block: end)
        starts = []
    }

    /// Computes what is kept of a particle from its members.
    private func settle(_ particle: Int) {
        let arguments = at(particle)
        for bucket in 0..<arguments.bucketCount {
            let first = bucket << arguments.bucketShift
            let end = min(geneCount, (bucket + 1) << arguments.bucketShift)
            arguments.bucketWeights[bucket] = 0
            arguments.bucketMisses[bucket] = Double(end - first)
            arguments.peaks[bucket] = .infinity
        }
        for member in 0..<size {
            let rank = Int(arguments.members[member])
            arguments.bucketWeights[rank >> arguments.bucketShift] += Double(weights[rank])
            arguments.bucketMisses[rank >> arguments.bucketShift] -= 1
        }
        particles[particle] = SplittingParticle()
        particles[particle].total = total(of: particle)
    }
}
