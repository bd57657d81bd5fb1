// The regularised incomplete beta function, and with it the tails and quantiles
// of the beta, t and F distributions.

/// `xᵃ·yᵇ/B(a, b)` for `y = 1 − x`.
private func betaDensityTerm(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let n = a + b
    // From the smaller of x and y: n·x is then exact enough to be subtracted.
    let difference = x < y ? a - n * x : n * y - b
    // As a binomial density, whose exponents stay small near the mode (Loader, 2000).
    let exponent =
        stirlingRemainder(n) - stirlingRemainder(a) - stirlingRemainder(b)
        - devianceTerm(a, mean: n * x, difference: difference) - devianceTerm(b, mean: n * y, difference: -difference)
    return exp(exponent) * (a * (b / n) / 6.283185307179586).squareRoot()
}

/// The continued fraction of `I_x(a, b)` by Lentz's method, fast for `x < (a + 1)/(a + b + 2)`.
private func betaContinuedFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 - (a + b) * x / (a + 1)
    if abs(d) < tiny { d = tiny }
    d = 1 / d
    var fraction = d
    for index in 1..<1_000_000 {
        let m = Double(index)
        let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 + even * d
        if abs(d) < tiny { d = tiny }
        c = 1 + even / c
        if abs(c) < tiny { c = tiny }
        d = 1 / d
        fraction *= d * c
        let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 + odd * d
        if abs(d) < tiny { d = tiny }
        c = 1 + odd / c
        if abs(c) < tiny { c = tiny }
        d = 1 / d
        let factor = d * c
        fraction *= factor
        if abs(factor - 1) < 2e-16 { break }
    }
    return fraction
}

/// Returns `I_x(a, b)` and `1 − I_x(a, b)`, each without cancellation where it is small.
///
/// - Parameters:
///   - x: Between 0 and 1.
///   - y: `1 − x`, given apart because the caller often knows it to more digits.
/// - Precondition: `a` and `b` are positive; NaN otherwise.
package func regularizedIncompleteBeta(
    _ a: Double, _ b: Double, x: Double, complement y: Double
) -> (lower: Double, upper: Double) {
    guard a > 0, b > 0, x >= 0, y >= 0 else { return (.nan, .nan) }
    if x == 0 { return (0, 1) }
    if y == 0 { return (1, 0) }
    let density = betaDensityTerm(a, b, x, y)
    if x < (a + 1) / (a + b + 2) {
        let lower = min(density * betaContinuedFraction(a, b, x) / a, 1)
        return (lower, 1 - lower)
    }
    let upper = min(density * betaContinuedFraction(b, a, y) / b, 1)
    return (1 - upper, upper)
}

/// `P(F > f)`; 1 for `f ≤ 0`.
package func fUpperTail(_ f: Double, _ numeratorDF: Double, _ denominatorDF: Double) -> Double {
    if f.isNaN { return f }
    if f <= 0 { return 1 }
    if f == .infinity { return 0 }
    let total = denominatorDF + numeratorDF * f
    return regularizedIncompleteBeta(
        0.5 * denominatorDF, 0.5 * numeratorDF, x: denominatorDF / total, complement: numeratorDF * f / total
    ).lower
}

/// `P(T > t)` for Student's t.
package func tUpperTail(_ t: Double, degreesOfFreedom: Double) -> Double {
    if t.isNaN { return t }
    if t < 0 { return 1 - tUpperTail(-t, degreesOfFreedom: degreesOfFreedom) }
    if t == .infinity { return 0 }
    let square = t * t
    // The other side of the ratio, where the square itself would overflow.
    if square == .infinity { return 0 }
    let total = degreesOfFreedom + square
    return 0.5
        * regularizedIncompleteBeta(
            0.5 * degreesOfFreedom, 0.5, x: degreesOfFreedom / total, complement: square / total
        ).lower
}

/// The `x` with `I_x(a, b) = p`, and its complement `1 − x`.
///
/// Newton's method on the logarithm of the smaller tail as a function of
/// `log x`, kept inside a bracket that halves when a step would leave it.
package func betaQuantile(_ p: Double, _ a: Double, _ b: Double) -> (x: Double, complement: Double) {
    guard p >= 0, p <= 1, a > 0, b > 0 else { return (.nan, .nan) }
    if p == 0 { return (0, 1) }
    if p == 1 { return (1, 0) }
    // Whichever of x and 1 − x is expected to be small is solved for.
    if a > b {
        let mirrored = betaQuantileOnLogScale(lower: 1 - p, upper: p, b, a)
        return (1 - mirrored, mirrored)
    }
    let x = betaQuantileOnLogScale(lower: p, upper: 1 - p, a, b)
    return (x, 1 - x)
}

private func betaQuantileOnLogScale(lower: Double, upper: Double, _ a: Double, _ b: Double) -> Double {
    let solvesLowerTail = lower <= upper
    let logTarget = log(solvesLowerTail ? lower : upper)
    var low = -745.0
    var high = 0.0
    var u = log(a / (a + b))
    for _ in 0..<300 {
        let x = exp(u)
        let y = -expm1(u)
        let tails = regularizedIncompleteBeta(a, b, x: x, complement: y)
        // Increasing in u for both tails.
        let tail = solvesLowerTail ? tails.lower : tails.upper
        let excess = solvesLowerTail ? log(tail) - logTarget : logTarget - log(tail)
        if excess == 0 { return x }
        if excess > 0 { high = u } else { low = u }
        let slope = betaDensityTerm(a, b, x, y) / (y * tail)
        var next = u - excess / slope
        if !(next > low && next < high) { next = 0.5 * (low + high) }
        if abs(next - u) <= 2e-16 * max(1, abs(u)) { return exp(next) }
        u = next
    }
    return exp(u)
}

/// The `f` with `P(F ≤ f) = p`.
package func fQuantile(_ p: Double, _ numeratorDF: Double, _ denominatorDF: Double) -> Double {
    let quantile = betaQuantile(p, 0.5 * numeratorDF, 0.5 * denominatorDF)
    return denominatorDF * quantile.x / (numeratorDF * quantile.complement)
}
