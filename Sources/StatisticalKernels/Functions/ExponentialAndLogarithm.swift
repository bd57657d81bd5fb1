// Elementary functions that give the same bits on every CPU.
//
// The C library's versions choose fused multiply-add at run time where the CPU
// has it, and so differ in the last bit between machines. These use only
// + − × ÷ √ and, in `pow`, explicit fused multiply-add. Goals, in this order:
// the same bits everywhere; errors of at most 1–2 units in the last place;
// speed (the fits use the SIMD kernels, not these).

/// ln 2, whose first 32 bits stand in `high`: `high` times an exponent is exact.
private let ln2High = 0x1.62e42feep-1
private let ln2Low = 1.9082149292705877e-10

/// Splits a positive normal number into `2^exponent · mantissa` with the mantissa in [√½, √2).
private func splitNearOne(_ x: Double) -> (exponent: Double, mantissa: Double) {
    // The bit pattern of √½: subtracting it makes the exponent field change at √½ instead of at 1.
    let squareRootOfHalf: UInt64 = 0x3FE6_A09E_667F_3BCD
    var bits = x.bitPattern
    var exponent = 0
    if bits < 0x0010_0000_0000_0000 {  // subnormal
        bits = (x * 0x1p54).bitPattern
        exponent = -54
    }
    let shifted = Int64(bitPattern: bits &- squareRootOfHalf) >> 52
    let mantissa = bits &- UInt64(bitPattern: shifted << 52)
    return (Double(exponent + Int(shifted)), Double(bitPattern: mantissa))
}

/// `(log((1 + s)/(1 − s)) − 2s)/s` as a function of `w = s²`, divided by `w`.
///
/// Interpolates at eight Chebyshev nodes of the range that `splitNearOne`
/// leaves; the error, relative to the logarithm, is below 1e-19.
private func logarithmTail(_ w: Double) -> Double {
    var sum = 0.13088034850927555
    sum = sum * w + 0.13268638369266825
    sum = sum * w + 0.15386244737621665
    sum = sum * w + 0.18181795547521137
    sum = sum * w + 0.22222222392581045
    sum = sum * w + 0.28571428570799784
    sum = sum * w + 0.40000000000000885
    return sum * w + 0.6666666666666666
}

/// `log(2^exponent · (1 + f))` for `1 + f` in about [√½, √2).
private func logarithm(exponent: Double, onePlus f: Double) -> Double {
    let s = f / (2 + f)
    let w = s * s
    let halfSquare = 0.5 * f * f
    // log(1+f) = f − (f²/2 − s·(f²/2 + tail)): the leading term is exact, so
    // only the small correction carries a rounding error.
    let correction = s * (halfSquare + w * logarithmTail(w))
    return exponent * ln2High - ((halfSquare - (correction + exponent * ln2Low)) - f)
}

/// The natural logarithm. −∞ at zero, NaN below it.
package func log(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? -.infinity : .nan }
    guard x < .infinity else { return x }
    let (exponent, mantissa) = splitNearOne(x)
    return logarithm(exponent: exponent, onePlus: mantissa - 1)
}

/// The logarithm to base 2, exact at powers of two.
package func log2(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? -.infinity : .nan }
    guard x < .infinity else { return x }
    let (exponent, mantissa) = splitNearOne(x)
    return exponent + logarithm(exponent: 0, onePlus: mantissa - 1) * 1.4426950408889634
}

/// `log(1 + x)`, accurate where `1 + x` would lose the digits of `x`.
package func log1p(_ x: Double) -> Double {
    guard x > -1 else { return x == -1 ? -.infinity : .nan }
    guard x < .infinity else { return x }
    let sum = 1 + x
    // What rounding 1 + x dropped; exact for every x.
    let rest = sum - 1
    let dropped = (1 - (sum - rest)) + (x - rest)
    let (exponent, mantissa) = splitNearOne(sum)
    let scale = Double(bitPattern: UInt64(bitPattern: Int64(1023 - exponent)) << 52)
    // Above 2^53 the dropped part is below the last bit of the result.
    return logarithm(exponent: exponent, onePlus: (mantissa - 1) + (exponent > 60 ? 0 : dropped * scale))
}

/// `(eʳ − 1 − r)/r²` for `|r| ≤ ln2/2`, from eleven Chebyshev nodes; error below 2e-18.
private func exponentialTail(_ r: Double) -> Double {
    var sum = 2.0914755636373476e-09
    sum = sum * r + 2.5105312735074358e-08
    sum = sum * r + 2.755727347787898e-07
    sum = sum * r + 2.7557255169987763e-06
    sum = sum * r + 2.4801587325678247e-05
    sum = sum * r + 0.0001984126987500229
    sum = sum * r + 0.0013888888888883711
    sum = sum * r + 0.008333333333326084
    sum = sum * r + 0.04166666666666667
    sum = sum * r + 0.1666666666666667
    return sum * r + 0.5
}

/// `x · 2^exponent`, gradually underflowing.
private func scale(_ x: Double, byPowerOfTwo exponent: Int) -> Double {
    func power(_ exponent: Int) -> Double { Double(bitPattern: UInt64(1023 + exponent) << 52) }
    if exponent > 1023 { return x * power(1023) * power(min(exponent - 1023, 1023)) }
    if exponent < -1022 { return x * power(max(exponent + 600, -1022)) * power(-600) }
    return x * power(exponent)
}

/// `e^(x + low)` for a `low` far below the last bit of `x`.
private func exponential(_ x: Double, low: Double) -> Double {
    if x > 709.8 { return .infinity }
    if x < -745.2 { return 0 }
    let exponent = (x * 1.4426950408889634).rounded()
    let r = (x - exponent * ln2High) - (exponent * ln2Low - low)
    return scale(1 + (r + r * r * exponentialTail(r)), byPowerOfTwo: Int(exponent))
}

/// The natural exponential.
package func exp(_ x: Double) -> Double {
    x.isNaN ? x : exponential(x, low: 0)
}

/// The bits of `exp` for eight values in [−700, 0].
func exp(nonPositive x: SIMD8<Double>) -> SIMD8<Double> {
    // Adding 1.5·2^52 rounds halves to even and leaves the integer in the low bits; `exp` rounds them away from zero.
    let scaled = x * 1.4426950408889634
    let shifter = 0x1.8p52
    var shifted = scaled + shifter
    shifted.replace(with: shifted - 1, where: scaled - (shifted - shifter) .== -0.5)
    let exponent = shifted - shifter
    let r = (x - exponent * ln2High) - exponent * ln2Low
    var tail = r * 2.0914755636373476e-09 + 2.5105312735074358e-08
    tail = tail * r + 2.755727347787898e-07
    tail = tail * r + 2.7557255169987763e-06
    tail = tail * r + 2.4801587325678247e-05
    tail = tail * r + 0.0001984126987500229
    tail = tail * r + 0.0013888888888883711
    tail = tail * r + 0.008333333333326084
    tail = tail * r + 0.04166666666666667
    tail = tail * r + 0.1666666666666667
    tail = tail * r + 0.5
    let power = (unsafeBitCast(shifted, to: SIMD8<UInt64>.self) &+ 1023) &<< 52
    return (1 + (r + r * r * tail)) * unsafeBitCast(power, to: SIMD8<Double>.self)
}

/// `eˣ − 1`, accurate near zero.
package func expm1(_ x: Double) -> Double {
    if x.isNaN || x > 40 { return exp(x) }
    if x < -40 { return -1 }
    let exponent = (x * 1.4426950408889634).rounded()
    let high = x - exponent * ln2High
    let low = exponent * ln2Low
    let r = high - low
    let small = (r + ((high - r) - low)) + r * r * exponentialTail(r)
    if exponent == 0 { return small }
    let power = scale(1, byPowerOfTwo: Int(exponent))
    return (power - 1) + power * small
}

/// `x` to the power `y`, for `x ≥ 0`; NaN for negative `x`.
///
/// The logarithm is carried to about 60 bits, so that the error stays near one
/// unit in the last place for large exponents too.
package func pow(_ x: Double, _ y: Double) -> Double {
    if y == 0 || x == 1 { return 1 }
    if x.isNaN || y.isNaN || x < 0 { return .nan }
    if x == 0 { return y > 0 ? 0 : .infinity }
    if x == .infinity { return y > 0 ? .infinity : 0 }
    if y.isInfinite { return (x > 1) == (y > 0) ? .infinity : 0 }
    let (exponent, mantissa) = splitNearOne(x)
    let f = mantissa - 1
    // s = f/(2 + f), with its remainder.
    let divisor = 2 + f
    let divisorLow = (2 - divisor) + f
    let s = f / divisor
    let sLow = (f.addingProduct(-s, divisor) - s * divisorLow) / divisor
    let w = s * s
    // log x = exponent · ln 2 + 2s + s·w·tail, the first two exactly summed.
    let leading = exponent * ln2High
    let sum = leading + 2 * s
    let rest = sum - leading
    let sumLow = (leading - (sum - rest)) + (2 * s - rest)
    let low = sumLow + (2 * sLow + s * w * logarithmTail(w) + exponent * ln2Low)
    let logHigh = sum + low
    let logLow = (sum - logHigh) + low
    let product = y * logHigh
    if product > 709.8 { return .infinity }
    if product < -745.2 { return 0 }
    return exponential(product, low: (-product).addingProduct(y, logHigh) + y * logLow)
}
