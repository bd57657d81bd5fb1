import KernelArguments

// Sums of logarithms that have the bits of `StatisticalKernels.log1p` added one by one: no multiply-add is fused, and
// every lane goes through the values in order.

/// Σ log(1 + rate·value) over the values, for every rate.
package func sumLogarithms(_ a: UnsafePointer<LogarithmSumArguments>) {
    let values = a.pointee.values
    let count = a.pointee.valueCount
    let rates = UnsafeRawPointer(a.pointee.rates).assumingMemoryBound(to: Lanes.self)
    let sums = UnsafeMutableRawPointer(a.pointee.sums).assumingMemoryBound(to: Lanes.self)
    for group in 0..<a.pointee.groupCount {
        let rate = rates[group]
        var sum = Lanes(repeating: 0)
        for value in 0..<count { sum += unfusedLog1p(rate * Lanes(repeating: values[value])) }
        sums[group] = sum
    }
}

/// `log(1 + x)` for lanes above −1, the bits of the scalar one.
@inline(__always)
private func unfusedLog1p(_ x: Lanes) -> Lanes {
    let sum = x + 1
    let rest = sum - 1
    let dropped = (1 - (sum - rest)) + (x - rest)
    // The bit pattern of √½: subtracting it makes the exponent field change there. 1024 more keep it positive.
    let moved = bits(sum) &- LaneBits(repeating: 0x3FE6_A09E_667F_3BCD) &+ LaneBits(repeating: 0x4000_0000_0000_0000)
    let field = moved & LaneBits(repeating: 0xFFF0_0000_0000_0000)
    let biased = lanes((moved &>> 52) | LaneBits(repeating: 0x4330_0000_0000_0000))
    let exponent = biased - Lanes(repeating: 0x1p52 + 1024)
    let mantissa = lanes(bits(sum) &- field &+ LaneBits(repeating: 0x4000_0000_0000_0000))
    let scale = lanes(LaneBits(repeating: 0x7FF0_0000_0000_0000) &- field)
    let low = select(exponent .> 60, Lanes(repeating: 0), dropped * scale)
    return logarithm(exponent: exponent, onePlus: (mantissa - 1) + low)
}

@inline(__always)
private func logarithm(exponent: Lanes, onePlus f: Lanes) -> Lanes {
    let s = f / (f + 2)
    let w = s * s
    let halfSquare = f * 0.5 * f
    var tail = w * 0.13088034850927555 + 0.13268638369266825
    tail = tail * w + 0.15386244737621665
    tail = tail * w + 0.18181795547521137
    tail = tail * w + 0.22222222392581045
    tail = tail * w + 0.28571428570799784
    tail = tail * w + 0.40000000000000885
    tail = tail * w + 0.6666666666666666
    let correction = s * (halfSquare + w * tail)
    return exponent * 0x1.62e42feep-1 - ((halfSquare - (correction + exponent * 1.9082149292705877e-10)) - f)
}
