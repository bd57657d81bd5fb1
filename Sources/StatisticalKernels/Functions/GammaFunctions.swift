// Logarithm of the gamma function and its first two derivatives, for positive
// arguments. Above ten Stirling's series converges to double precision in eight
// terms; smaller arguments are moved there by the recurrence Γ(x + 1) = x·Γ(x).

/// Where Stirling's series takes over.
private let asymptoticFrom = 10.0

/// `log √(2π)`
private let logSquareRootOfTwoPi = 0.9189385332046728

/// The remainder of Stirling's formula: `log Γ(x) − (x − ½)·log x + x − log √(2π)`.
///
/// Coefficients are `B₂ₙ/(2n(2n − 1))` with the Bernoulli numbers. For `x ≥ 10`
/// only.
private func stirlingSeries(_ x: Double) -> Double {
    let inverse = 1 / x
    let w = inverse * inverse
    var sum = -0.029550653594771242
    sum = sum * w + 0.00641025641025641
    sum = sum * w - 0.0019175269175269176
    sum = sum * w + 0.0008417508417508417
    sum = sum * w - 0.0005952380952380953
    sum = sum * w + 0.0007936507936507937
    sum = sum * w - 0.002777777777777778
    sum = sum * w + 0.08333333333333333
    return sum * inverse
}

/// `log Γ(x)` for `x > 0`; +∞ at zero, NaN below it.
///
/// The error is a few units in the last place, and at most 1e-14 absolute below ten,
/// where the recurrence cancels.
package func logGamma(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? .infinity : .nan }
    guard x < .infinity else { return x }
    if x == 1 || x == 2 { return 0 }
    var shifted = x
    var product = 1.0
    while shifted < asymptoticFrom {
        product *= shifted
        shifted += 1
    }
    let logarithm = log(shifted)
    // Written so that neither product overflows or cancels for huge arguments.
    let stirling = (shifted - 0.5) * (logarithm - 1) + (logSquareRootOfTwoPi - 0.5) + stirlingSeries(shifted)
    return product == 1 ? stirling : stirling - log(product)
}

/// `log Γ(x + 1) − (x + ½)·log x + x − log √(2π)`: what Stirling's formula for `x!` leaves out.
///
/// For densities of large counts, where the parts of `log x!` cancel (Loader, 2000).
package func stirlingRemainder(_ x: Double) -> Double {
    if x >= asymptoticFrom { return stirlingSeries(x) }
    return logGamma(x + 1) - (x + 0.5) * log(x) + x - logSquareRootOfTwoPi
}

/// `ψ(x) = d log Γ(x)/dx` for `x > 0`; NaN otherwise.
package func digamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    var shifted = x
    var recurrence = 0.0
    while shifted < asymptoticFrom {
        recurrence += 1 / shifted
        shifted += 1
    }
    let inverse = 1 / shifted
    let w = inverse * inverse
    var sum = -0.4432598039215686
    sum = sum * w + 0.08333333333333333
    sum = sum * w - 0.021092796092796094
    sum = sum * w + 0.007575757575757576
    sum = sum * w - 0.004166666666666667
    sum = sum * w + 0.003968253968253968
    sum = sum * w - 0.008333333333333333
    sum = sum * w + 0.08333333333333333
    return (log(shifted) - 0.5 * inverse - w * sum) - recurrence
}

/// `ψ′(x) = d² log Γ(x)/dx²` for `x > 0`; NaN otherwise.
package func trigamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    var shifted = x
    var recurrence = 0.0
    while shifted < asymptoticFrom {
        recurrence += 1 / (shifted * shifted)
        shifted += 1
    }
    let inverse = 1 / shifted
    let w = inverse * inverse
    var sum = -7.092156862745098
    sum = sum * w + 1.1666666666666667
    sum = sum * w - 0.2531135531135531
    sum = sum * w + 0.07575757575757576
    sum = sum * w - 0.03333333333333333
    sum = sum * w + 0.023809523809523808
    sum = sum * w - 0.03333333333333333
    sum = sum * w + 0.16666666666666666
    return inverse + 0.5 * w + inverse * w * sum + recurrence
}
