// Regularised incomplete gamma functions, and with them the chi-square tail.

/// `x·log(x/mean) + mean − x`, the deviance part of a Poisson density, without cancellation (Loader, 2000).
///
/// - Parameter difference: `x − mean`, which the caller may know to more digits.
package func devianceTerm(_ x: Double, mean: Double, difference: Double) -> Double {
    if abs(difference) < 0.1 * (x + mean) {
        // x·log(x/mean) = 2x·atanh(v) with v = (x − mean)/(x + mean).
        let v = difference / (x + mean)
        let square = v * v
        var sum = difference * v
        var term = 2 * x * v
        for index in 1..<1000 {
            term *= square
            let next = sum + term / Double(2 * index + 1)
            if next == sum { break }
            sum = next
        }
        return sum
    }
    return x * log(x / mean) - difference
}

/// `xᵃ·e⁻ˣ/Γ(a + 1)`
private func gammaDensityTerm(_ a: Double, _ x: Double) -> Double {
    if a < 10 {
        // In factors: one exponential of the sum would lose digits where its parts are large.
        let half = exp(-0.5 * x)
        return half * pow(x, a) * exp(-logGamma(a + 1)) * half
    }
    let exponent = -stirlingRemainder(a) - devianceTerm(a, mean: x, difference: a - x)
    return exp(exponent) / (6.283185307179586 * a).squareRoot()
}

/// Returns both regularised incomplete gamma functions, `P(a, x)` and `Q(a, x) = 1 − P(a, x)`.
///
/// By the power series below `a + 1` and the continued fraction above (Gautschi,
/// 1979), so that the smaller of the two keeps its relative accuracy.
///
/// - Precondition: `a > 0` and `x ≥ 0`; NaN otherwise.
package func regularizedIncompleteGamma(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
    guard a > 0, x >= 0 else { return (.nan, .nan) }
    if x == 0 { return (0, 1) }
    if x == .infinity { return (1, 0) }
    let density = gammaDensityTerm(a, x)
    if x < a + 1 {
        var term = 1.0
        var sum = 1.0
        var denominator = a
        for _ in 0..<1_000_000 {
            denominator += 1
            term *= x / denominator
            sum += term
            if term < sum * 1e-17 { break }
        }
        let lower = min(density * sum, 1)
        return (lower, 1 - lower)
    }
    // Lentz's evaluation of the continued fraction.
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var fraction = d
    for index in 1..<1_000_000 {
        let coefficient = -Double(index) * (Double(index) - a)
        b += 2
        d = coefficient * d + b
        if abs(d) < tiny { d = tiny }
        c = b + coefficient / c
        if abs(c) < tiny { c = tiny }
        d = 1 / d
        let factor = c * d
        fraction *= factor
        if abs(factor - 1) < 2e-16 { break }
    }
    let upper = min(density * a * fraction, 1)
    return (1 - upper, upper)
}

/// `P(X > x)` for a chi-square variable; 1 for `x ≤ 0`.
package func chiSquareUpperTail(_ x: Double, degreesOfFreedom: Double) -> Double {
    if x.isNaN { return x }
    return x <= 0 ? 1 : regularizedIncompleteGamma(0.5 * degreesOfFreedom, 0.5 * x).upper
}
