import KernelArguments
import LaneKernels
import LaneKernelsV3
import LaneKernelsV4

/// The kernels of multilevel splitting, for one level of CPU.
///
/// All levels give the same bits.
package struct SplittingKernels: Sendable {
    package let draw: @Sendable (SplittingArguments, inout SplittingStream) -> Void

    /// Tries so many moves above a level and returns how many stayed.
    package let move:
        @Sendable (
            SplittingArguments, inout SplittingParticle, inout SplittingStream, _ attempts: Int, _ level: Double
        ) -> Int

    package let extremes: @Sendable (SplittingArguments, _ total: Double) -> SplittingExtremes

    /// Those for the CPU this process runs on.
    package static let current = SplittingKernels(level: .current)

    /// For every x86-64 CPU.
    static let baseline = SplittingKernels(
        draw: LaneKernels.drawSplittingParticle,
        move: { LaneKernels.moveSplittingParticle($0, &$1, &$2, attempts: $3, level: $4) },
        extremes: { LaneKernels.splittingExtremes($0, total: $1) })

    /// For CPUs with AVX2.
    static let v3 = SplittingKernels(
        draw: LaneKernelsV3.drawSplittingParticle,
        move: { LaneKernelsV3.moveSplittingParticle($0, &$1, &$2, attempts: $3, level: $4) },
        extremes: { LaneKernelsV3.splittingExtremes($0, total: $1) })

    /// For CPUs with AVX-512.
    static let v4 = SplittingKernels(
        draw: LaneKernelsV4.drawSplittingParticle,
        move: { LaneKernelsV4.moveSplittingParticle($0, &$1, &$2, attempts: $3, level: $4) },
        extremes: { LaneKernelsV4.splittingExtremes($0, total: $1) })
}

extension SplittingKernels {
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
