import StatisticalKernels

/// What each rank of the list adds to the running sum when it is a hit: |score|^p.
package struct HitWeights: Equatable, Sendable {
    /// |score|^p by rank; all 1 for weight 0.
    ///
    /// An infinite score weighs as much as the largest finite one of the list: it
    /// stays at its end, and one gene cannot silence all others. (The GSEA
    /// desktop weighs it 0.01.)
    package let values: [Double]

    /// Whether every gene counts alike: weight 0, or a list of zeros only.
    ///
    /// Scores of sets are then quotients of whole numbers, and computed as such.
    package let areUnit: Bool

    /// - Parameters:
    ///   - scores: The ranked scores, best first; none is NaN.
    ///   - exponent: The weight p.
    /// - Precondition: `exponent` is not negative.
    package init(scores: [Double], exponent: Double) {
        precondition(exponent >= 0, "The weight must not be negative.")
        var largest = 0.0
        for score in scores where score.magnitude < .infinity { largest = max(largest, score.magnitude) }
        let hasInfinity = scores.contains { $0.isInfinite }
        if largest == 0 && hasInfinity { largest = 1 }
        areUnit = exponent == 0 || largest == 0
        guard !areUnit else {
            values = [Double](repeating: 1, count: scores.count)
            return
        }
        // Scores whose power leaves the range of a double are scaled first; a
        // common factor of all weights changes no enrichment score.
        let power = raised(largest, to: exponent)
        let scale = power.isInfinite || power < .leastNormalMagnitude ? largest : 1
        values = scores.map { raised(min($0.magnitude, largest) / scale, to: exponent) }
    }

    /// The weights of some genes of a list.
    init(values: [Double], areUnit: Bool) {
        self.values = values
        self.areUnit = areUnit
    }

    /// How many genes have a weight that `scaledForNull` rounds by more than a thirty-second part, or to zero.
    var coarseCount: Int {
        guard let largest = values.max(), !areUnit else { return 0 }
        let bound = largest * HitWeights.finestTold
        return values.count { $0 > 0 && $0 < bound }
    }

    /// 2⁻³²: the share of the largest weight below which the null tells weights apart only coarsely.
    private static let finestTold = 1 / 4_294_967_296.0

    /// The weights for the null's kernels: a maximum of 1, in multiples of 2⁻ᵍ.
    ///
    /// g = 36, or less for lists of 2¹⁷ genes and more, so that the sum of any
    /// members' weights is exact in a double.
    package func scaledForNull() -> [Float] {
        let largest = values.max() ?? 1
        let bits = min(36, 53 - (Int.bitWidth - values.count.leadingZeroBitCount))
        let grid = Double(sign: .plus, exponent: bits, significand: 1)
        return values.map { Float((Double(Float($0 / largest)) * grid).rounded() / grid) }
    }
}

/// Returns x^p, by multiplication and square root for GSEA's own exponents.
private func raised(_ x: Double, to exponent: Double) -> Double {
    switch exponent {
    case 1: x
    case 1.5: x * x.squareRoot()
    case 2: x * x
    default: x == 0 ? 0 : pow(x, exponent)
    }
}
