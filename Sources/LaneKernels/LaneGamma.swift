// Differences of the log-gamma function, as the negative-binomial likelihood
// needs them: log Γ(y + r) − log Γ(r) for a count y and r = 1/dispersion.
//
// Taken as a difference of two values it would lose all digits for large r
// (at r = 1e8 the values are near 1.7e9); written with log1p(y/r) nothing
// cancels.

/// The remainder of Stirling's formula `log Γ(x) − (x − ½) log x + x − log √(2π)` for `x ≥ 8`, given `1/x`.
@inline(__always)
func stirlingRemainder(inverse: Lanes) -> Lanes {
    let w = inverse * inverse
    var sum = multiplyAdd(w, Lanes(repeating: -0.029550653594771242), Lanes(repeating: 0.00641025641025641))
    sum = multiplyAdd(w, sum, Lanes(repeating: -0.0019175269175269176))
    sum = multiplyAdd(w, sum, Lanes(repeating: 0.0008417508417508417))
    sum = multiplyAdd(w, sum, Lanes(repeating: -0.0005952380952380953))
    sum = multiplyAdd(w, sum, Lanes(repeating: 0.0007936507936507937))
    sum = multiplyAdd(w, sum, Lanes(repeating: -0.002777777777777778))
    sum = multiplyAdd(w, sum, Lanes(repeating: 0.08333333333333333))
    return sum * inverse
}

/// `log x − ψ(x)` for `x ≥ 8`, given `1/x`.
@inline(__always)
func digammaRemainder(inverse: Lanes) -> Lanes {
    let w = inverse * inverse
    var sum = multiplyAdd(w, Lanes(repeating: -0.4432598039215686), Lanes(repeating: 0.08333333333333333))
    sum = multiplyAdd(w, sum, Lanes(repeating: -0.021092796092796094))
    sum = multiplyAdd(w, sum, Lanes(repeating: 0.007575757575757576))
    sum = multiplyAdd(w, sum, Lanes(repeating: -0.004166666666666667))
    sum = multiplyAdd(w, sum, Lanes(repeating: 0.003968253968253968))
    sum = multiplyAdd(w, sum, Lanes(repeating: -0.008333333333333333))
    sum = multiplyAdd(w, sum, Lanes(repeating: 0.08333333333333333))
    return multiplyAdd(w, sum, inverse * 0.5)
}

/// `x(x + 1)…(x + 7)`
@inline(__always)
func risingProduct(_ x: Lanes) -> Lanes {
    // With t = x(x + 7) the factors pair up: (x + k)(x + 7 − k) = t + k(7 − k).
    let t = x * (x + 7)
    return (t * (t + 6)) * ((t + 10) * (t + 12))
}

/// `1/x + 1/(x + 1) + … + 1/(x + 7)`
@inline(__always)
func reciprocalSum(_ x: Lanes) -> Lanes {
    let t = x * (x + 7)
    let first = t * (t + 6)
    let second = (t + 10) * (t + 12)
    return (x * 2 + 7) * multiplyAdd(t * 2 + 6, second, first * (t * 2 + 22)) / (first * second)
}

/// The logarithm of `risingProduct` and its derivative, `1/x + 1/(x + 1) + … + 1/(x + 7)`.
@inline(__always)
func logRisingProductAndSlope(_ x: Lanes) -> (logarithm: Lanes, slope: Lanes) {
    let t = x * (x + 7)
    let first = t * (t + 6)
    let second = (t + 10) * (t + 12)
    let (logarithm, reciprocal) = logAndReciprocal(first * second)
    // d/dt of the product, times dt/dx.
    let derivative = multiplyAdd(t * 2 + 6, second, first * (t * 2 + 22))
    return (logarithm, (x * 2 + 7) * derivative * reciprocal)
}

/// What of `log Γ(y + r) − log Γ(r)` depends on `r` alone, for one vector of `r`.
struct GammaDifference {
    let r: Lanes

    /// `r`, moved up by eight where it is below eight, so that Stirling's series holds.
    let size: Lanes
    let inverseSize: Lanes
    let remainder: Lanes
    let slopeRemainder: Lanes

    /// Which lanes were moved up, and whether any was.
    let moved: LaneMask
    let anyMoved: Bool

    /// `log(size/r)`, and the logarithm and slope of the recurrence at `r`: zero where nothing was moved.
    let logRatio: Lanes
    let logProduct: Lanes
    let productSlope: Lanes

    @inline(__always)
    init(dispersion: Lanes) {
        r = 1 / dispersion
        moved = r .< 8
        anyMoved = any(moved)
        size = select(moved, r + 8, r)
        inverseSize = 1 / size
        remainder = stirlingRemainder(inverse: inverseSize)
        slopeRemainder = digammaRemainder(inverse: inverseSize)
        let zero = Lanes(repeating: 0)
        logRatio = select(moved, log1p(dispersion * 8), zero)
        let (logarithm, slope) = logRisingProductAndSlope(select(moved, r, Lanes(repeating: 1)))
        logProduct = select(moved, logarithm, zero)
        productSlope = select(moved, slope, zero)
    }
}

/// `log Γ(y + r) − log Γ(r) − y·log r` and `ψ(y + r) − ψ(r)`.
///
/// Where `r` was moved up, `recurrence` is to be added.
@inline(__always)
func gammaDifference(_ y: Lanes, _ gamma: GammaDifference) -> (value: Lanes, slope: Lanes) {
    let (growth, share) = log1pAndReciprocal(y * gamma.inverseSize)
    let inverse = gamma.inverseSize * share
    let stirling = stirlingRemainder(inverse: inverse) - gamma.remainder - y
    let value = multiplyAdd(y + gamma.size - 0.5, growth, stirling)
    return (value, growth - (digammaRemainder(inverse: inverse) - gamma.slopeRemainder))
}

/// What moving `r` up took from value and slope; exact zeros in lanes that were not moved.
@inline(__always)
func recurrence(_ y: Lanes, _ gamma: GammaDifference) -> (value: Lanes, slope: Lanes) {
    let zero = Lanes(repeating: 0)
    let (logarithm, slope) = logRisingProductAndSlope(select(gamma.moved, y + gamma.r, Lanes(repeating: 1)))
    let rising = select(gamma.moved, logarithm, zero) - gamma.logProduct
    return (multiplyAdd(y, gamma.logRatio, -rising), gamma.productSlope - select(gamma.moved, slope, zero))
}

/// The slope of `recurrence` alone.
@inline(__always)
func recurrenceSlope(_ y: Lanes, _ gamma: GammaDifference) -> Lanes {
    let sum = reciprocalSum(select(gamma.moved, y + gamma.r, Lanes(repeating: 1)))
    return gamma.productSlope - select(gamma.moved, sum, Lanes(repeating: 0))
}

/// `log y!` for non-negative lanes.
@inline(__always)
func logFactorial(_ y: Lanes) -> Lanes {
    let x = y + 9
    let stirling = multiplyAdd(x - 0.5, log(x) - 1, stirlingRemainder(inverse: 1 / x))
    // log √(2π) − ½
    return stirling + 0.41893853320467276 - log(risingProduct(y + 1))
}
