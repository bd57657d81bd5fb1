/// What the score statistics need of each gene's reduced model, in tiles of eight genes side by side.
///
/// A tile has rows of eight doubles: row `r` of tile `t` begins at `8·(t·rows + r)`. The rows of `weights` and both
/// residuals are samples, those of `factors` the entries of a packed lower triangle.
package struct ScoreTiles {
    package var sampleCount: Int
    package var coefficientCount: Int
    package var tileCount: Int

    /// w = μ/(1 + αμ).
    package var weights: UnsafeMutablePointer<Double>

    /// r = (y − μ)/(1 + αμ).
    package var residuals: UnsafeMutablePointer<Double>

    /// r̃ = r − WZA⁻¹Zᵀr, with A = ZᵀWZ + λI.
    package var efficientResiduals: UnsafeMutablePointer<Double>

    /// A = L·D·Lᵀ: unit L below the diagonal, and 1/√D on it.
    package var factors: UnsafeMutablePointer<Double>

    package init(
        sampleCount: Int, coefficientCount: Int, tileCount: Int, weights: UnsafeMutablePointer<Double>,
        residuals: UnsafeMutablePointer<Double>, efficientResiduals: UnsafeMutablePointer<Double>,
        factors: UnsafeMutablePointer<Double>
    ) {
        self.sampleCount = sampleCount
        self.coefficientCount = coefficientCount
        self.tileCount = tileCount
        self.weights = weights
        self.residuals = residuals
        self.efficientResiduals = efficientResiduals
        self.factors = factors
    }

    @inlinable package static var width: Int { 8 }

    package var factorRows: Int { coefficientCount * (coefficientCount + 1) / 2 }
}

/// Which statistic the kernel of shuffled scores computes.
package enum ScoreKind: Sendable {
    /// U/√V.
    case model

    /// U/√V_robust.
    case robust

    /// S(f)/√V_flip(f): the shuffles are signs.
    case flip
}

/// A block of shuffles, and where the statistics of all genes under each of them go.
package struct ShuffledScoreArguments {
    package var tiles: ScoreTiles
    package var kind: ScoreKind

    /// `design[sample * coefficientCount + coefficient]`
    package var design: UnsafePointer<Double>

    /// The observed exposure, one value per sample: what `flip` takes the signs of.
    package var exposure: UnsafePointer<Double>

    /// The shuffled exposures or signs, `width` shuffles side by side: `(batch * sampleCount + sample) * width + shuffle`.
    package var shuffles: UnsafePointer<Double>

    /// Their squares, in the same order.
    package var squares: UnsafePointer<Double>
    package var batchCount: Int

    /// z, `shuffle * stride + 8 * tile + lane`.
    package var statistics: UnsafeMutablePointer<Double>

    /// U or S, and V, in the same order; nil where they are not wanted.
    package var effects: UnsafeMutablePointer<Double>?
    package var variances: UnsafeMutablePointer<Double>?
    package var stride: Int

    /// Working memory of `scratchBytes`, aligned to 64.
    package var scratch: UnsafeMutableRawPointer

    package init(
        tiles: ScoreTiles, kind: ScoreKind, design: UnsafePointer<Double>, exposure: UnsafePointer<Double>,
        shuffles: UnsafePointer<Double>, squares: UnsafePointer<Double>, batchCount: Int,
        statistics: UnsafeMutablePointer<Double>, effects: UnsafeMutablePointer<Double>?,
        variances: UnsafeMutablePointer<Double>?, stride: Int, scratch: UnsafeMutableRawPointer
    ) {
        self.tiles = tiles
        self.kind = kind
        self.design = design
        self.exposure = exposure
        self.shuffles = shuffles
        self.squares = squares
        self.batchCount = batchCount
        self.statistics = statistics
        self.effects = effects
        self.variances = variances
        self.stride = stride
        self.scratch = scratch
    }

    /// How many shuffles have their sums in registers at a time.
    @inlinable package static var width: Int { 12 }

    package static func scratchBytes(sampleCount: Int, coefficientCount p: Int) -> Int {
        64 * ((2 * p + 3) * sampleCount + p * (p + 1) / 2 + width * (p + 4) + 2 * p + 16)
    }
}
