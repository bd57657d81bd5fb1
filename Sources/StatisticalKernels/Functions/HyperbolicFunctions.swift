/// The inverse hyperbolic sine, accurate near zero too.
package func asinh(_ x: Double) -> Double {
    let magnitude = abs(x)
    // Beyond 2²⁷ the one under the root is lost, and x² would overflow further out.
    let value =
        magnitude > 134_217_728
        ? log(magnitude) + 0.693_147_180_559_945_31
        : log1p(magnitude + magnitude * magnitude / (1 + (1 + magnitude * magnitude).squareRoot()))
    return x < 0 ? -value : value
}

/// The hyperbolic sine, accurate near zero too.
package func sinh(_ x: Double) -> Double {
    let growth = expm1(abs(x))
    let value = growth == .infinity ? growth : (growth + growth / (growth + 1)) / 2
    return x < 0 ? -value : value
}
