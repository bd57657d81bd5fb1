/// What is kept of one particle of a multilevel splitting beside its arrays.
package struct SplittingParticle: Sendable {
    /// The weight of all members.
    package var total = 0.0

    /// A place at which the running sum was seen above the level: after the first
    /// `witnessGenes` of the list, of which `witnessMembers` with the weight `witnessHits` belong.
    package var witnessGenes = 0
    package var witnessMembers = 0
    package var witnessHits = 0.0

    /// The peaks hold for misses that weigh this much, and bound those that weigh more.
    package var peakMissStep = Double.infinity

    package init() {}
}

/// What the kernel that moves the particles of a multilevel splitting reads and writes.
///
/// The list is cut into buckets of consecutive ranks. Of each bucket a particle keeps the
/// weight of its members, their number of misses, and a bound on how far the running sum
/// rises within it.
package struct SplittingArguments {
    /// The number of ranked genes.
    package var geneCount: Int

    /// The number of a particle's members.
    package var size: Int

    /// Weight by rank; all sums of weights are exact in doubles.
    package var weights: UnsafePointer<Float>

    /// A bucket has 2 to this power ranks; at least 6.
    package var bucketShift: Int

    package var bucketCount: Int

    /// How many times the weight that the peaks hold for a miss may weigh before they are computed anew.
    package var peakSlack: Double

    /// The random words at hand, 32 of them, and where more come from.
    package var words: UnsafeMutablePointer<UInt32>
    package var seed: UInt64
    package var stream: UInt64

    /// The particle that moves: its ranks in any order,
    package var members: UnsafeMutablePointer<Int32>

    /// a bit for each of them by rank,
    package var isMember: UnsafeMutablePointer<UInt64>

    /// the weight and the misses of each bucket, and the bucket's peak.
    package var bucketWeights: UnsafeMutablePointer<Double>
    package var bucketMisses: UnsafeMutablePointer<Double>
    package var peaks: UnsafeMutablePointer<Double>

    package init(
        geneCount: Int, size: Int, weights: UnsafePointer<Float>, bucketShift: Int, bucketCount: Int,
        peakSlack: Double, words: UnsafeMutablePointer<UInt32>, seed: UInt64, stream: UInt64,
        members: UnsafeMutablePointer<Int32>, isMember: UnsafeMutablePointer<UInt64>,
        bucketWeights: UnsafeMutablePointer<Double>, bucketMisses: UnsafeMutablePointer<Double>,
        peaks: UnsafeMutablePointer<Double>
    ) {
        self.geneCount = geneCount
        self.size = size
        self.weights = weights
        self.bucketShift = bucketShift
        self.bucketCount = bucketCount
        self.peakSlack = peakSlack
        self.words = words
        self.seed = seed
        self.stream = stream
        self.members = members
        self.isMember = isMember
        self.bucketWeights = bucketWeights
        self.bucketMisses = bucketMisses
        self.peaks = peaks
    }
}

/// The extremes of a set's running sum, over the set's total weight.
package struct SplittingExtremes: Sendable {
    /// On the side that is climbed; not below 0.
    package var highest: Double

    /// On the other side, as a magnitude.
    package var depth: Double

    package init(highest: Double, depth: Double) {
        self.highest = highest
        self.depth = depth
    }
}

/// How far a stream of random words has been read.
package struct SplittingStream: Sendable {
    /// Words that are made at a time.
    package static let wordCount = 32

    /// The next block of the Philox stream.
    package var block: UInt64

    /// Words used of those at hand.
    package var used = wordCount

    /// At the start of a block.
    package init(block: UInt64 = 0) { self.block = block }
}
