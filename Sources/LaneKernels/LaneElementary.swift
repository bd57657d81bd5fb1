// Logarithm and exponential on eight lanes, errors below one unit in the last
// place. The coefficients interpolate at Chebyshev nodes, see
// StatisticalKernels/ExponentialAndLogarithm.swift.

private let ln2High = 0x1.62e42feep-1
private let ln2Low = 1.9082149292705877e-10

/// Splits positive normal lanes into `2^exponent · mantissa`, mantissa in [√½, √2); `scale` is `2^−exponent`.
@inline(__always)
private func splitNearOne(_ x: Lanes) -> (exponent: Lanes, mantissa: Lanes, scale: Lanes) {
    // Adding 1 − √½ in the bit pattern makes the exponent field change at √½.
    let moved = bits(x) &+ LaneBits(repeating: 0x0009_5F61_9980_C433)
    // The biased exponent as the low bits of 2^52 converts without an integer conversion.
    let biased = lanes((moved &>> 52) | LaneBits(repeating: 0x4330_0000_0000_0000))
    let mantissa = (moved & LaneBits(repeating: 0x000F_FFFF_FFFF_FFFF)) &+ LaneBits(repeating: 0x3FE6_A09E_667F_3BCD)
    let field = moved & LaneBits(repeating: 0xFFF0_0000_0000_0000)
    let scale = LaneBits(repeating: 0x7FE0_0000_0000_0000) &- field
    return (biased - Lanes(repeating: 0x1p52 + 1023), lanes(mantissa), lanes(scale))
}

@inline(__always)
private func logarithm(exponent: Lanes, onePlus f: Lanes) -> Lanes {
    logarithm(exponent: exponent, onePlus: f, s: f / (f + 2))
}

/// The same, given `s = f/(2 + f)`.
@inline(__always)
private func logarithm(exponent: Lanes, onePlus f: Lanes, s: Lanes) -> Lanes {
    let w = s * s
    var tail = multiplyAdd(w, Lanes(repeating: 0.14617807153417325), Lanes(repeating: 0.15331611722055008))
    tail = multiplyAdd(w, tail, Lanes(repeating: 0.1818289243253687))
    tail = multiplyAdd(w, tail, Lanes(repeating: 0.22222211089379496))
    tail = multiplyAdd(w, tail, Lanes(repeating: 0.28571428626253836))
    tail = multiplyAdd(w, tail, Lanes(repeating: 0.3999999999989889))
    tail = multiplyAdd(w, tail, Lanes(repeating: 0.666666666666667))
    let halfSquare = f * f * 0.5
    let correction = multiplyAdd(exponent, Lanes(repeating: ln2Low), s * multiplyAdd(w, tail, halfSquare))
    return multiplyAdd(exponent, Lanes(repeating: ln2High), f - (halfSquare - correction))
}

/// The natural logarithm of positive normal lanes.
@inline(__always)
func log(_ x: Lanes) -> Lanes {
    let (exponent, mantissa, _) = splitNearOne(x)
    return logarithm(exponent: exponent, onePlus: mantissa - 1)
}

/// `log(1 + x)` for lanes above −1.
@inline(__always)
func log1p(_ x: Lanes) -> Lanes {
    let sum = x + 1
    let rest = sum - 1
    // What rounding 1 + x dropped, exactly.
    let dropped = (1 - (sum - rest)) + (x - rest)
    let (exponent, mantissa, scale) = splitNearOne(sum)
    return logarithm(exponent: exponent, onePlus: multiplyAdd(dropped, scale, mantissa - 1))
}

/// The logarithm of `2^exponent·(1 + f)` with `1/mantissa`, for the price of one division.
@inline(__always)
private func logarithmAndReciprocal(
    exponent: Lanes, mantissa: Lanes, onePlus f: Lanes
) -> (logarithm: Lanes, reciprocal: Lanes) {
    let divisor = f + 2
    let joint = 1 / (divisor * mantissa)
    let s = f * mantissa * joint
    return (logarithm(exponent: exponent, onePlus: f, s: s), divisor * joint)
}

/// `log x` and `1/x` of positive normal lanes.
@inline(__always)
func logAndReciprocal(_ x: Lanes) -> (logarithm: Lanes, reciprocal: Lanes) {
    let (exponent, mantissa, scale) = splitNearOne(x)
    let (logarithm, reciprocal) = logarithmAndReciprocal(
        exponent: exponent, mantissa: mantissa, onePlus: mantissa - 1)
    return (logarithm, reciprocal * scale)
}

/// `log(1 + x)` and `1/(1 + x)` of non-negative lanes.
@inline(__always)
func log1pAndReciprocal(_ x: Lanes) -> (logarithm: Lanes, reciprocal: Lanes) {
    let sum = x + 1
    let rest = sum - 1
    let dropped = (1 - (sum - rest)) + (x - rest)
    let (exponent, mantissa, scale) = splitNearOne(sum)
    let (logarithm, reciprocal) = logarithmAndReciprocal(
        exponent: exponent, mantissa: mantissa, onePlus: multiplyAdd(dropped, scale, mantissa - 1))
    return (logarithm, reciprocal * scale)
}

/// The natural exponential; 0 below −708 and +∞ above 709.
@inline(__always)
func exp(_ x: Lanes) -> Lanes {
    // Adding 1.5·2^52 rounds to an integer and leaves it in the low bits.
    let shifter = Lanes(repeating: 0x1.8p52)
    let shifted = multiplyAdd(x, Lanes(repeating: 1.4426950408889634), shifter)
    let exponent = shifted - shifter
    var r = multiplyAdd(exponent, Lanes(repeating: -ln2High), x)
    r = multiplyAdd(exponent, Lanes(repeating: -ln2Low), r)
    var tail = multiplyAdd(r, Lanes(repeating: 2.5100472873016085e-08), Lanes(repeating: 2.762020159748803e-07))
    tail = multiplyAdd(r, tail, Lanes(repeating: 2.755726827602302e-06))
    tail = multiplyAdd(r, tail, Lanes(repeating: 2.4801521057854607e-05))
    tail = multiplyAdd(r, tail, Lanes(repeating: 0.0001984126986317225))
    tail = multiplyAdd(r, tail, Lanes(repeating: 0.001388888891736709))
    tail = multiplyAdd(r, tail, Lanes(repeating: 0.008333333333330037))
    tail = multiplyAdd(r, tail, Lanes(repeating: 0.041666666666623824))
    tail = multiplyAdd(r, tail, Lanes(repeating: 0.16666666666666669))
    tail = multiplyAdd(r, tail, Lanes(repeating: 0.5000000000000001))
    let fraction = multiplyAdd(r * r, tail, r) + 1
    let power = lanes((bits(shifted) &+ LaneBits(repeating: 1023)) &<< 52)
    let value = select(x .< -708, Lanes(repeating: 0), fraction * power)
    return select(x .> 709, Lanes(repeating: .infinity), value)
}
