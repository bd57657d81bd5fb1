import KernelArguments
import LaneKernels
import LaneKernelsV3

/// The kernels of the gene-set null, for one level of CPU.
///
/// Both levels give the same bits.
package struct NestedPrefixKernels: Sendable {
    package let drawPrefixes: @Sendable (NestedPrefixArguments, _ weighted: Bool) -> Void
    package let scorePrefixes: @Sendable (NestedPrefixArguments) -> Void
    package let scoreUnweightedPrefixes: @Sendable (NestedPrefixArguments) -> Void
    package let scoreLargePrefixes:
        @Sendable (
            NestedPrefixArguments, _ weighted: Bool, UnsafePointer<Int32>, Int, UnsafeMutablePointer<Double>
        ) -> Void
    package let binScores:
        @Sendable (UnsafePointer<Double>, Int, Int, UnsafeMutablePointer<Int64>) -> (
            positive: Int64, negative: Int64
        )

    /// Those for the CPU this process runs on.
    package static let current = CPULevel.current == .v3 ? v3 : baseline

    /// For every x86-64 CPU.
    package static let baseline = NestedPrefixKernels(
        drawPrefixes: LaneKernels.drawNestedPrefixes,
        scorePrefixes: LaneKernels.scoreNestedPrefixes,
        scoreUnweightedPrefixes: LaneKernels.scoreUnweightedNestedPrefixes,
        scoreLargePrefixes: LaneKernels.scoreLargePrefixes,
        binScores: LaneKernels.binScores)

    /// For CPUs with AVX2.
    package static let v3 = NestedPrefixKernels(
        drawPrefixes: LaneKernelsV3.drawNestedPrefixes,
        scorePrefixes: LaneKernelsV3.scoreNestedPrefixes,
        scoreUnweightedPrefixes: LaneKernelsV3.scoreUnweightedNestedPrefixes,
        scoreLargePrefixes: LaneKernelsV3.scoreLargePrefixes,
        binScores: LaneKernelsV3.binScores)
}

/// Returns the extremes of one weighted set in the arithmetic of the null's kernels.
///
/// - Parameters:
///   - members: Ranks, ascending.
///   - weights: Scaled weight by rank, as in `NestedPrefixArguments`.
package func weightedSetExtremes(members: [Int32], weights: [Float]) -> SetExtremes {
    members.withUnsafeBufferPointer { members in
        weights.withUnsafeBufferPointer { weights in
            LaneKernels.weightedSetExtremes(
                members: members.baseAddress!, count: members.count, weights: weights.baseAddress!,
                geneCount: weights.count)
        }
    }
}

/// Returns the extremes of one unweighted set: hits × (N − k) − misses × k.
///
/// - Parameter members: Ranks, ascending.
package func unweightedSetExtremes(members: [Int32], geneCount: Int) -> SetExtremes {
    members.withUnsafeBufferPointer { members in
        LaneKernels.unweightedSetExtremes(
            members: members.baseAddress!, count: members.count, geneCount: geneCount)
    }
}
