import StatisticalKernels

extension DrawStream {
    /// A negative-binomial count with `Var = mean + dispersion · mean²`.
    ///
    /// Small means, which most genes have, go by inversion: one uniform and as
    /// many steps as the count. Larger ones are a Poisson count with a
    /// gamma-distributed mean.
    ///
    /// - Precondition: `mean` and `dispersion` are positive and finite.
    package mutating func negativeBinomial(mean: Double, dispersion: Double) -> Int32 {
        if mean < 8 { return smallNegativeBinomial(mean: mean, dispersion: dispersion) }
        let shape = 1 / dispersion
        let drawn = gamma(shape: shape) * mean * dispersion
        // No gene of a real library comes near thirty million reads.
        return Int32(poisson(mean: min(drawn, 3e7)))
    }

    /// Inversion by sequential search from zero.
    private mutating func smallNegativeBinomial(mean: Double, dispersion: Double) -> Int32 {
        let scaled = dispersion * mean
        let size = 1 / dispersion
        let ratio = scaled / (1 + scaled)
        var probability = exp(-size * log1p(scaled))
        var remaining = uniform() - probability
        var count = 0.0
        // The probabilities sum to one up to rounding, so the search also ends
        // where nothing more can be subtracted.
        while remaining > 0, probability > 1e-18 {
            probability *= ratio * (count + size) / (count + 1)
            count += 1
            remaining -= probability
        }
        return Int32(count)
    }

    /// A gamma variate with unit scale, by squeezed rejection from a cubed normal (Marsaglia & Tsang 2000).
    ///
    /// - Precondition: `shape` is positive.
    package mutating func gamma(shape: Double) -> Double {
        // Γ(a) = Γ(a + 1) · U^(1/a) in distribution; the method itself needs a ≥ 1.
        if shape < 1 { return gamma(shape: shape + 1) * exp(log(uniform()) / shape) }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            if root <= 0 { continue }
            let v = root * root * root
            let u = uniform()
            if u < 1 - 0.0331 * x * x * x * x { return d * v }
            if log(u) < 0.5 * x * x + d * (1 - v + log(v)) { return d * v }
        }
    }

    /// A Poisson count.
    ///
    /// - Precondition: `mean` is at least zero and at most 1e8.
    package mutating func poisson(mean: Double) -> Int {
        mean < 10 ? smallPoisson(mean: mean) : transformedRejectionPoisson(mean: mean)
    }

    /// Inversion by sequential search from zero.
    private mutating func smallPoisson(mean: Double) -> Int {
        var probability = exp(-mean)
        var remaining = uniform() - probability
        var count = 0.0
        while remaining > 0, probability > 1e-18 {
            count += 1
            probability *= mean / count
            remaining -= probability
        }
        return Int(count)
    }

    /// Transformed rejection with squeeze, PTRS (Hörmann 1993), for means of ten and more.
    private mutating func transformedRejectionPoisson(mean: Double) -> Int {
        let b = 0.931 + 2.53 * mean.squareRoot()
        let a = -0.059 + 0.02483 * b
        let squeeze = 0.9277 - 3.6224 / (b - 2)
        while true {
            let u = uniform() - 0.5
            let v = uniform()
            let distance = 0.5 - abs(u)
            let count = ((2 * a / distance + b) * u + mean + 0.43).rounded(.down)
            if distance >= 0.07, v <= squeeze { return Int(count) }
            if count < 0 || (distance < 0.013 && v > distance) { continue }
            let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
            let proposal = log(v * inverseAlpha / (a / (distance * distance) + b))
            if proposal <= count * log(mean) - mean - logGamma(count + 1) { return Int(count) }
        }
    }
}
