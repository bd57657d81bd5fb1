/// What the kernels of the gene-set null read and write for one permutation.
package struct NestedPrefixArguments {
    /// The scores of larger sets are computed from exact sums, others in float32.
    @inlinable package static var floatSizeLimit: Int { 2048 }

    /// How many sizes a sweep scores at once. `sizes` has room to be read in such groups.
    @inlinable package static var sizesPerSweep: Int { 16 }

    /// Sweeps count ranks in the 23 bits of a float's fraction.
    @inlinable package static var sweptGeneLimit: Int { 1 << 23 }

    /// The seed of the run: the key of every Philox stream.
    package var seed: UInt64

    /// Which permutation: the Philox stream.
    package var permutation: UInt64

    /// The number of ranked genes.
    package var geneCount: Int

    /// How many distinct ranks are drawn, the largest size.
    package var drawCount: Int

    /// The sizes that sweeps score, ascending, and after them repetitions of the last one
    /// up to at least `sizesPerSweep`.
    package var sweptSizes: UnsafePointer<Int32>
    package var sweptSizeCount: Int

    /// `|score|^p` by rank, scaled to a maximum of 1 and rounded to multiples of 2⁻³⁶. Not read for weight 0.
    package var weights: UnsafePointer<Float>

    /// One bit per gene, all zero between calls.
    package var seen: UnsafeMutablePointer<UInt64>

    /// The ranks in order of drawing.
    package var drawnRanks: UnsafeMutablePointer<Int32>

    /// The sums of the first 1, 2, … drawn weights.
    package var totals: UnsafeMutablePointer<Float>

    /// Room for what a miss lowers the running sum by, at the sizes of a sweep.
    package var missSteps: UnsafeMutablePointer<Float>

    /// By rank, for those drawn: how many were drawn before.
    package var arrivals: UnsafeMutablePointer<Int32>

    /// Room for 16 bytes for each member of the largest swept size, and 16 more.
    package var entries: UnsafeMutableRawPointer

    /// Room for the largest size that is not scored from exact sums, and eight more.
    package var members: UnsafeMutablePointer<Int32>

    /// For sizes above `floatSizeLimit`: five values for each bucket of 2 to the `bucketShift` ranks; at least 6.
    package var buckets: UnsafeMutablePointer<Double>
    package var bucketShift: Int

    /// Where the scores go: `Float` enrichment scores, or `Int32` numerators for weight 0,
    /// that of `sweptSizes[row]` at `row * scoreStride`.
    package var scores: UnsafeMutableRawPointer

    package var scoreStride: Int

    package init(
        seed: UInt64, permutation: UInt64, geneCount: Int, drawCount: Int, sweptSizes: UnsafePointer<Int32>,
        sweptSizeCount: Int, weights: UnsafePointer<Float>, seen: UnsafeMutablePointer<UInt64>,
        drawnRanks: UnsafeMutablePointer<Int32>, totals: UnsafeMutablePointer<Float>,
        missSteps: UnsafeMutablePointer<Float>, arrivals: UnsafeMutablePointer<Int32>, entries: UnsafeMutableRawPointer,
        members: UnsafeMutablePointer<Int32>, buckets: UnsafeMutablePointer<Double>, bucketShift: Int,
        scores: UnsafeMutableRawPointer, scoreStride: Int
    ) {
        self.seed = seed
        self.permutation = permutation
        self.geneCount = geneCount
        self.drawCount = drawCount
        self.sweptSizes = sweptSizes
        self.sweptSizeCount = sweptSizeCount
        self.weights = weights
        self.seen = seen
        self.drawnRanks = drawnRanks
        self.totals = totals
        self.missSteps = missSteps
        self.arrivals = arrivals
        self.entries = entries
        self.members = members
        self.buckets = buckets
        self.bucketShift = bucketShift
        self.scores = scores
        self.scoreStride = scoreStride
    }
}
