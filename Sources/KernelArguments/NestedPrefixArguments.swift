/// What the kernels of the gene-set null read and write for one group of permutations.
///
/// Arrays that hold one value per draw and permutation are laid out draw by draw:
/// entry `draw * lanes + lane`.
package struct NestedPrefixArguments {
    /// How many permutations the kernels work on side by side: one vector register of floats.
    @inlinable package static var lanes: Int { 8 }

    /// The scores of larger sets are computed from exact sums, others in float32.
    @inlinable package static var floatSizeLimit: Int { 2048 }

    /// The seed of the run: the key of every Philox stream.
    package var seed: UInt64

    /// The permutation in lane 0; lane `l` holds permutation `firstPermutation + l`.
    package var firstPermutation: UInt64

    /// The number of ranked genes.
    package var geneCount: Int

    /// How many distinct ranks each permutation draws, the largest size it serves.
    package var drawCount: Int

    /// The sizes up to this one are scored in lanes; at most `drawCount`.
    package var sweptCount: Int

    /// `|score|^p` by rank, scaled to a maximum of 1 and rounded to multiples of 2⁻³⁶. Not read for weight 0.
    package var weights: UnsafePointer<Float>

    /// For each size 0...sweptCount its row in `scores`, or −1 where the size does not occur.
    package var rowOfSize: UnsafePointer<Int32>

    /// One bit per gene, all zero between calls.
    package var seen: UnsafeMutablePointer<UInt64>

    /// The ranks in order of drawing.
    package var drawnRanks: UnsafeMutablePointer<Int32>

    /// The members' weights in order of drawing.
    package var drawnWeights: UnsafeMutablePointer<Float>

    /// The sums of the first 1, 2, … drawn weights.
    package var totals: UnsafeMutablePointer<Float>

    /// `totals` over the number of misses: what one miss lowers the running sum by.
    package var missSteps: UnsafeMutablePointer<Float>

    /// 0, 1, 2, …, each once per lane.
    package var indices: UnsafePointer<Float>

    /// The members so far by ascending rank: ranks and weights in turn (64 bytes
    /// a member), or for weight 0 ranks alone (32 bytes).
    package var sortedMembers: UnsafeMutableRawPointer

    /// Room for the members of one permutation.
    package var members: UnsafeMutablePointer<Int32>

    /// For sizes above `floatSizeLimit`: five values for each bucket of 2 to the `bucketShift` ranks; at least 6.
    package var buckets: UnsafeMutablePointer<Double>
    package var bucketShift: Int

    /// Where the scores go: `Float` enrichment scores, or `Int32` numerators for weight 0,
    /// at `row * scoreStride + lane`.
    package var scores: UnsafeMutableRawPointer

    package var scoreStride: Int

    package init(
        seed: UInt64, firstPermutation: UInt64, geneCount: Int, drawCount: Int, sweptCount: Int,
        weights: UnsafePointer<Float>,
        rowOfSize: UnsafePointer<Int32>, seen: UnsafeMutablePointer<UInt64>,
        drawnRanks: UnsafeMutablePointer<Int32>, drawnWeights: UnsafeMutablePointer<Float>,
        totals: UnsafeMutablePointer<Float>, missSteps: UnsafeMutablePointer<Float>,
        indices: UnsafePointer<Float>, sortedMembers: UnsafeMutableRawPointer, members: UnsafeMutablePointer<Int32>,
        buckets: UnsafeMutablePointer<Double>, bucketShift: Int, scores: UnsafeMutableRawPointer, scoreStride: Int
    ) {
        self.seed = seed
        self.firstPermutation = firstPermutation
        self.geneCount = geneCount
        self.drawCount = drawCount
        self.sweptCount = sweptCount
        self.weights = weights
        self.rowOfSize = rowOfSize
        self.seen = seen
        self.drawnRanks = drawnRanks
        self.drawnWeights = drawnWeights
        self.totals = totals
        self.missSteps = missSteps
        self.indices = indices
        self.sortedMembers = sortedMembers
        self.members = members
        self.buckets = buckets
        self.bucketShift = bucketShift
        self.scores = scores
        self.scoreStride = scoreStride
    }
}
