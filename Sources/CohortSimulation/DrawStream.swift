import StatisticalKernels

/// What a stream's draws are for. It is part of the counter, so no two uses share a draw.
package enum DrawPurpose: UInt32 {
    case patients = 1
    case geneProfile = 2
    case counts = 3
    case geneSet = 4
    case plantedEffect = 5
    case interferonTable = 6
    case genome = 7
    case readEffects = 8
    case reads = 9
    case calibrationSeed = 10
    case calibrationSamples = 11
    case calibrationActivity = 12
    case calibrationGene = 13
    case calibrationCounts = 14
}

/// Random draws of one purpose and one gene, sample or set.
///
/// A Philox stream whose key is the cohort's seed and whose counter holds the
/// purpose and the index, so that any gene's draws can be had without those of
/// the genes before it.
package struct DrawStream {
    private var words: PhiloxStream

    /// The second normal of the last pair, not yet handed out.
    private var heldNormal: Double?

    package init(seed: UInt64, purpose: DrawPurpose, index: Int = 0) {
        words = PhiloxStream(seed: seed, stream: UInt64(purpose.rawValue) << 32 | UInt64(index))
    }

    /// Sixty-four uniform bits, the first word low.
    package mutating func word() -> UInt64 {
        let low = words.next()
        return UInt64(words.next()) << 32 | UInt64(low)
    }

    /// Uniform in the open interval (0, 1): an odd multiple of 2⁻⁵³.
    package mutating func uniform() -> Double {
        (Double(word() >> 12) + 0.5) * 0x1p-52
    }

    package mutating func uniform(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// Whether an event of this probability happens.
    package mutating func happens(_ probability: Double) -> Bool {
        uniform() < probability
    }

    /// Uniform among `0..<bound`, without bias (Lemire 2019: multiply, and reject the short remainder).
    package mutating func integer(below bound: Int) -> Int {
        let bound = UInt64(bound)
        var product = word().multipliedFullWidth(by: bound)
        if product.low < bound {
            let remainder = (0 &- bound) % bound
            while product.low < remainder { product = word().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    /// The index of one of `weights`, with probability in proportion to its weight.
    package mutating func choice(weights: [Double]) -> Int {
        var remaining = uniform() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            remaining -= weight
            if remaining < 0 { return index }
        }
        return weights.count - 1
    }

    /// Standard normal, by Marsaglia's polar method.
    package mutating func normal() -> Double {
        if let held = heldNormal {
            heldNormal = nil
            return held
        }
        while true {
            let x = 2 * uniform() - 1
            let y = 2 * uniform() - 1
            let square = x * x + y * y
            if square < 1 {
                let scale = (-2 * log(square) / square).squareRoot()
                heldNormal = y * scale
                return x * scale
            }
        }
    }

    /// Fisher–Yates.
    package mutating func shuffle<Element>(_ elements: inout [Element]) {
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, integer(below: last + 1))
        }
    }
}
