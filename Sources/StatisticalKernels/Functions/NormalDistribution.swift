// The standard normal distribution, accurate in relative terms far into its
// tails: p-values of 1e-300 are ordinary in a large cohort.

/// Chebyshev coefficients of `(1 + z)·Q(z)/φ(z)` in `t = (z − 5)/(z + 5)`.
///
/// Computed in 60 digits from the definition; what is left out is below 1e-18.
private let millsRatioCoefficients: [Double] = [
    2.3159952442610376, -0.1633449388451398, -0.013683136055781576, 0.03082200019810004, -0.016220073012046806,
    0.005616691016460094, -0.0014133933783549216, 0.0002502625460725661, -2.468907239728387e-05,
    -1.0107964061837592e-06, 7.495419179740573e-07, -7.600274268728337e-08, -1.1574771441328644e-08,
    3.333386472599843e-09, 7.538039628171347e-11, -1.1104247263727494e-10, 3.509243776551059e-12,
    3.6894953861750955e-12, -2.3376697776383095e-13, -1.3271797523541405e-13, 9.921706995888276e-15,
    5.276004995455379e-15, -3.373097694187922e-16, -2.2804338776379946e-16, 7.496330565808626e-18,
    1.0328041877290668e-17,
]

/// Mills' ratio `Q(z)/φ(z)` for `z ≥ 0`.
private func millsRatio(_ z: Double) -> Double {
    let t = (z - 5) / (z + 5)
    var next = 0.0
    var current = 0.0
    for coefficient in millsRatioCoefficients.dropFirst().reversed() {
        (current, next) = (2 * t * current - next + coefficient, current)
    }
    return (t * current - next + 0.5 * millsRatioCoefficients[0]) / (1 + z)
}

/// The same for eight values, bit for bit.
private func millsRatio(_ z: SIMD8<Double>) -> SIMD8<Double> {
    let t = (z - 5) / (z + 5)
    var next = SIMD8<Double>(repeating: 0)
    var current = next
    for coefficient in millsRatioCoefficients.dropFirst().reversed() {
        (current, next) = (2 * t * current - next + coefficient, current)
    }
    return (t * current - next + 0.5 * millsRatioCoefficients[0]) / (1 + z)
}

/// The density `φ(z)`, with the relative accuracy that squaring `z` directly would lose.
package func normalDensity(_ z: Double) -> Double {
    guard !z.isNaN else { return z }
    let magnitude = abs(z)
    if magnitude > 39 { return 0 }
    // A multiple of 1/16 below 39 has an exact square.
    let coarse = (magnitude * 16).rounded(.towardZero) / 16
    return exp(-0.5 * coarse * coarse) * exp(-0.5 * (magnitude - coarse) * (magnitude + coarse)) * 0.3989422804014327
}

/// The same for eight magnitudes of at most 37, bit for bit.
private func normalDensity(_ z: SIMD8<Double>) -> SIMD8<Double> {
    // Adding 2^52 rounds to an integer; where that was up, one less is the integer below.
    let sixteenths = z * 16
    let nearest = (sixteenths + 0x1p52) - 0x1p52
    let coarse = nearest.replacing(with: nearest - 1, where: nearest .> sixteenths) / 16
    return exp(nonPositive: -0.5 * coarse * coarse) * exp(nonPositive: -0.5 * (z - coarse) * (z + coarse))
        * 0.3989422804014327
}

/// `P(Z > z)`, with full relative accuracy down to the smallest normal number.
package func normalUpperTail(_ z: Double) -> Double {
    guard !z.isNaN else { return z }
    return z >= 0 ? millsRatio(min(z, 40)) * normalDensity(z) : 1 - normalUpperTail(-z)
}

/// `P(Z > |z|)` for many values: the bits of `normalUpperTail`, eight at a time.
package func normalUpperTails(ofMagnitudes values: [Double]) -> [Double] {
    [Double](unsafeUninitializedCapacity: values.count) { result, count in
        var first = 0
        while first + 8 <= values.count {
            var z = SIMD8<Double>()
            for lane in 0..<8 { z[lane] = values[first + lane].magnitude }
            // Further out the density underflows gradually; a NaN fails the comparison too.
            if all(z .<= 37) {
                let tail = millsRatio(z) * normalDensity(z)
                for lane in 0..<8 { result.initializeElement(at: first + lane, to: tail[lane]) }
            } else {
                for lane in 0..<8 { result.initializeElement(at: first + lane, to: normalUpperTail(z[lane])) }
            }
            first += 8
        }
        for rest in first..<values.count {
            result.initializeElement(at: rest, to: normalUpperTail(values[rest].magnitude))
        }
        count = values.count
    }
}

/// `P(Z ≤ z)`.
package func normalCDF(_ z: Double) -> Double {
    normalUpperTail(-z)
}

/// `log P(Z > z)`, finite where the tail itself underflows.
package func normalLogUpperTail(_ z: Double) -> Double {
    guard !z.isNaN else { return z }
    if z < 0 { return log1p(-normalUpperTail(-z)) }
    if z == .infinity { return -.infinity }
    return log(millsRatio(z)) - 0.5 * z * z - 0.9189385332046728
}

/// The `z` with `P(Z ≤ z) = p`; ∓∞ at 0 and 1, NaN outside [0, 1].
package func normalQuantile(_ p: Double) -> Double {
    p <= 0.5 ? -normalUpperTailQuantile(p) : normalUpperTailQuantile(1 - p)
}

/// The `z` with `P(Z > z) = q`, accurate for the smallest `q`.
///
/// Starts from a rational approximation (Abramowitz & Stegun 26.2.23, error
/// below 5e-4) and polishes it with Halley steps on the logarithm of the tail.
package func normalUpperTailQuantile(_ q: Double) -> Double {
    guard q >= 0, q <= 1 else { return .nan }
    if q == 0 { return .infinity }
    if q > 0.5 { return q == 1 ? -.infinity : -normalUpperTailQuantile(1 - q) }
    if q == 0.5 { return 0 }
    let logTail = log(q)
    let t = (-2 * logTail).squareRoot()
    var z =
        t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    z = max(z, 0)
    for _ in 0..<3 {
        // d/dz log Q = −1/m and d²/dz² log Q = (z·m − 1)/m², with Mills' ratio m.
        let mills = millsRatio(z)
        let excess: Double
        if q > 0.1 {
            // Near the centre the difference itself keeps more digits than its logarithm.
            excess = log1p((normalUpperTail(z) - q) / q)
        } else {
            excess = normalLogUpperTail(z) - logTail
        }
        let step = excess * mills
        z += step / (1 - 0.5 * step * (z - 1 / mills))
        z = max(z, 0)
    }
    return z
}
