import StatisticalKernels

/// What each rank of the list adds to the running sum when it is a hit: |score|^p.
package struct HitWeights: Equatable, Sendable {
    /// |score|^p by rank, or all of them times one factor that keeps their sums finite; all 1 for weight 0.
    ///
    /// An infinite score weighs as much as the largest finite one of the list: it
    /// stays at its end, and one gene cannot silence all others. (The GSEA
    /// desktop weighs it 0.01.)
    package let values: [Double]

    /// Whether every gene counts alike: weight 0, or a list of zeros only.
    ///
    /// Scores of sets are then quotients of whole numbers, and computed as such.
    package let areUnit: Bool

    /// The exponent p.
    private let exponent: Double

    /// |score| by rank where some weights are so small beside the largest that a sum of them loses digits, or all
    /// of them; else empty.
    private let magnitudes: [Double]

    /// 2⁻⁹⁶⁹: a sum of doubles that is smaller may have lost digits to underflow.
    static let leastExactTotal = Double.leastNormalMagnitude * 0x1p53

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
        self.exponent = exponent
        guard !areUnit else {
            values = [Double](repeating: 1, count: scores.count)
            magnitudes = []
            return
        }
        // Scores whose powers, or sums of them, leave the range of a double are scaled first; a
        // common factor of all weights changes no enrichment score.
        let power = raised(largest, to: exponent)
        let isOutOfRange = (power * Double(scores.count)).isInfinite || power < .leastNormalMagnitude
        let scale = isOutOfRange ? largest : 1
        let values = scores.map { raised(min($0.magnitude, largest) / scale, to: exponent) }
        let hasLost = zip(values, scores).contains { $0 < HitWeights.leastExactTotal && $1 != 0 }
        magnitudes = hasLost ? scores.map { min($0.magnitude, largest) } : []
        self.values = values
    }

    private init(values: [Double], areUnit: Bool, exponent: Double, magnitudes: [Double]) {
        self.values = values
        self.areUnit = areUnit
        self.exponent = exponent
        self.magnitudes = magnitudes
    }

    /// The weights of the genes that are left where some are taken out of the list.
    func keeping(_ isKept: (Int) -> Bool) -> HitWeights {
        let kept = values.indices.filter(isKept)
        return HitWeights(
            values: kept.map { values[$0] }, areUnit: areUnit, exponent: exponent,
            magnitudes: magnitudes.isEmpty ? [] : kept.map { magnitudes[$0] })
    }

    /// What the members of a set weigh beside its own heaviest one.
    ///
    /// A set of genes that weigh next to nothing beside others of the list is weighed by itself: their common factor
    /// changes no enrichment score.
    ///
    /// - Parameter total: The sum of the members' `values`.
    /// - Returns: By member; nil where `values` are good, or all members have the score zero.
    func ownWeights(ofMembers members: [Int32], total: Double) -> [Double]? {
        guard total < HitWeights.leastExactTotal, !magnitudes.isEmpty else { return nil }
        let largest = members.reduce(0) { max($0, magnitudes[Int($1)]) }
        guard largest > 0 else { return nil }
        return members.map { raised(magnitudes[Int($0)] / largest, to: exponent) }
    }

    /// How many genes have a weight that `scaledForNull` rounds by more than a thirty-second part, or to zero.
    var coarseCount: Int {
        guard let largest = values.max(), !areUnit else { return 0 }
        let bound = largest * HitWeights.finestTold
        if magnitudes.isEmpty { return values.count { $0 > 0 && $0 < bound } }
        return zip(values, magnitudes).count { $0 < bound && $1 > 0 }
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
