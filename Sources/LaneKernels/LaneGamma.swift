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

/// `1/x + 1/(x + 1) + … + 1/(x + 7)`, the derivative of the logarithm of `risingProduct`, with that product.
@inline(__always)
func risingProductAndSlope(_ x: Lanes) -> (product: Lanes, slope: Lanes) {
    let t = x * (x + 7)
    let first = t * (t + 6)
    let second = (t + 10) * (t + 12)
    let product = first * second
    // d/dt of the product, times dt/dx.
    let derivative = multiplyAdd(t * 2 + 6, second, first * (t * 2 + 22))
    return (product, (x * 2 + 7) * derivative / product)
}

/// What of `log Γ(y + r) − log Γ(r)` depends on `r` alone, for one vector of `r`.
struct GammaDifference {
    /// `r`, moved up by eight where it is below eight, so that Stirling's series holds.
    let size: Lanes
    let inverseSize: Lanes

    /// Which lanes were moved; their recurrence is added by the callers that see `anyMoved`.
    let moved: LaneMask
    let anyMoved: Bool
    let r: Lanes

    /// `log(size/r)`: zero where nothing was moved.
    let logRatio: Lanes
    let remainder: Lanes
    let slopeRemainder: Lanes
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
        if anyMoved {
            let zero = Lanes(repeating: 0)
            logRatio = select(moved, log1p(dispersion * 8), zero)
            let rising = risingProductAndSlope(select(moved, r, Lanes(repeating: 1)))
            logProduct = select(moved, log(rising.product), zero)
            productSlope = select(moved, rising.slope, zero)
        } else {
            logRatio = Lanes(repeating: 0)
            logProduct = Lanes(repeating: 0)
            productSlope = Lanes(repeating: 0)
        }
    }

    /// `log Γ(y + r) − log Γ(r) − y·log r`
    @inline(__always)
    func value(_ y: Lanes) -> Lanes {
        let x = y + size
        let growth = log1p(y * inverseSize)
        let difference = multiplyAdd(x - 0.5, growth, stirlingRemainder(inverse: 1 / x) - remainder - y)
        guard anyMoved else { return difference }
        // Lanes that were not moved add and subtract exact zeros.
        let rising = select(moved, risingProduct(y + r), Lanes(repeating: 1))
        return multiplyAdd(y, logRatio, difference) - (log(rising) - logProduct)
    }

    /// The same, with its derivative apart from `−y·log r`: `ψ(y + r) − ψ(r)`.
    @inline(__always)
    func valueAndSlope(_ y: Lanes) -> (value: Lanes, slope: Lanes) {
        let x = y + size
        let inverse = 1 / x
        let growth = log1p(y * inverseSize)
        let difference = multiplyAdd(x - 0.5, growth, stirlingRemainder(inverse: inverse) - remainder - y)
        let slope = growth - (digammaRemainder(inverse: inverse) - slopeRemainder)
        guard anyMoved else { return (difference, slope) }
        let (product, productSlope) = risingProductAndSlope(select(moved, y + r, Lanes(repeating: 1)))
        let rising = select(moved, log(product), Lanes(repeating: 0))
        let risingSlope = select(moved, productSlope, Lanes(repeating: 0))
        return (
            multiplyAdd(y, logRatio, difference) - (rising - logProduct),
            slope - (risingSlope - self.productSlope)
        )
    }
}

/// `log y!` for non-negative lanes.
@inline(__always)
func logFactorial(_ y: Lanes) -> Lanes {
    let x = y + 9
    let stirling = multiplyAdd(x - 0.5, log(x) - 1, stirlingRemainder(inverse: 1 / x))
    // log √(2π) − ½
    return stirling + 0.41893853320467276 - log(risingProduct(y + 1))
}
