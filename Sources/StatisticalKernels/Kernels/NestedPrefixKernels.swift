import KernelArguments
import LaneKernels
import LaneKernelsV3
import LaneKernelsV4

/// The kernels of the gene-set null, for one level of CPU.
///
/// All levels give the same bits.
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
    package static let current = NestedPrefixKernels(level: .current)

    /// For every x86-64 CPU.
    static let baseline = NestedPrefixKernels(
        drawPrefixes: LaneKernels.drawNestedPrefixes,
        scorePrefixes: LaneKernels.scoreNestedPrefixes,
        scoreUnweightedPrefixes: LaneKernels.scoreUnweightedNestedPrefixes,
        scoreLargePrefixes: LaneKernels.scoreLargePrefixes,
        binScores: LaneKernels.binScores)

    /// For CPUs with AVX2.
    static let v3 = NestedPrefixKernels(
        drawPrefixes: LaneKernelsV3.drawNestedPrefixes,
        scorePrefixes: LaneKernelsV3.scoreNestedPrefixes,
        scoreUnweightedPrefixes: LaneKernelsV3.scoreUnweightedNestedPrefixes,
        scoreLargePrefixes: LaneKernelsV3.scoreLargePrefixes,
        binScores: LaneKernelsV3.binScores)

    /// For CPUs with AVX-512.
    static let v4 = NestedPrefixKernels(
        drawPrefixes: LaneKernelsV4.drawNestedPrefixes,
        scorePrefixes: LaneKernelsV4.scoreNestedPrefixes,
        scoreUnweightedPrefixes: LaneKernelsV4.scoreUnweightedNestedPrefixes,
        scoreLargePrefixes: LaneKernelsV4.scoreLargePrefixes,
        binScores: LaneKernelsV4.binScores)
}

extension NestedPrefixKernels {
    /// - Precondition: The CPU can run `level`.
    package init(level: CPULevel) {
        self =
            switch level {
            case .baseline: .baseline
            case .v3: .v3
            case .v4: .v4
            }
    }
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
