import KernelArguments
import LaneKernels
import LaneKernelsV3

/// The kernels of multilevel splitting, for one level of CPU.
///
/// Both levels give the same bits.
package struct SplittingKernels: Sendable {
    package let draw: @Sendable (SplittingArguments, inout SplittingStream) -> Void

    /// Tries so many moves above a level and returns how many stayed.
    package let move:
        @Sendable (
            SplittingArguments, inout SplittingParticle, inout SplittingStream, _ attempts: Int, _ level: Double
        ) -> Int

    package let score: @Sendable (SplittingArguments, _ total: Double) -> Double

    /// Those for the CPU this process runs on.
    package static let current = CPULevel.current == .v3 ? v3 : baseline

    /// For every x86-64 CPU.
    package static let baseline = SplittingKernels(
        draw: LaneKernels.drawSplittingParticle,
        move: { LaneKernels.moveSplittingParticle($0, &$1, &$2, attempts: $3, level: $4) },
        score: { LaneKernels.splittingScore($0, total: $1) })

    /// For CPUs with AVX2.
    package static let v3 = SplittingKernels(
        draw: LaneKernelsV3.drawSplittingParticle,
        move: { LaneKernelsV3.moveSplittingParticle($0, &$1, &$2, attempts: $3, level: $4) },
        score: { LaneKernelsV3.splittingScore($0, total: $1) })
}
