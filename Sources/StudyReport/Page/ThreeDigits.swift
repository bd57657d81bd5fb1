import StatisticalKernels

/// Numbers rounded to three decimal digits, as small whole numbers: what is shown is then what the tables round to, which
/// no binary float of two bytes can say.
package enum ThreeDigits {
    /// The sign times one plus 900 times the power of ten, from −18 to 17, plus the digits less 100.
    ///
    /// What is smaller is 0, and what is larger ±32767, as is infinity; −32768 is not a number.
    package static func code(_ value: Double) -> Int16 {
        guard !value.isNaN else { return .min }
        guard value != 0 else { return 0 }
        guard value.isFinite else { return value > 0 ? .max : -.max }
        let (digits, exponent) = rounded(value.magnitude)
        guard exponent >= -18 else { return 0 }
        guard exponent <= 17 else { return value > 0 ? .max : -.max }
        let code = Int16(1 + (exponent + 18) * 900 + digits - 100)
        return value < 0 ? -code : code
    }

    /// 900 times the number of the leading zeros, counting the one before the point, plus the digits less 100; the
    /// largest for a probability of zero, and nil for a missing one.
    package static func code(ofProbability value: Double) -> Int32? {
        guard value >= 0 else { return nil }
        guard value > 0 else { return zeroProbability }
        let (digits, exponent) = rounded(min(value, 1))
        return Int32(-exponent * 900 + digits - 100)
    }

    /// Beyond that of the smallest positive double, 4.94 × 10⁻³²⁴.
    package static let zeroProbability: Int32 = 359_999

    /// The three digits as a whole number from 100 to 999, and the power of ten of the first.
    private static func rounded(_ value: Double) -> (digits: Int, exponent: Int) {
        var exponent = Int((StatisticalKernels.log(value) / 2.302_585_092_994_045_7).rounded(.down))
        var digits = scaled(value, exponent)
        // The logarithm of a power of ten may be off by its last bit.
        if digits < 100 {
            exponent -= 1
            digits = scaled(value, exponent)
        } else if digits > 999 {
            exponent += 1
            digits = scaled(value, exponent)
        }
        return (digits, exponent)
    }

    private static func scaled(_ value: Double, _ exponent: Int) -> Int {
        let shift = 2 - exponent
        guard shift > 22 || shift < -22 else {
            let result = shift >= 0 ? value * power(shift) : value / power(-shift)
            // What the result lacks: exactly for a product, by its sign for a quotient.
            let rest =
                shift >= 0 ? (-result).addingProduct(value, power(shift)) : value.addingProduct(-result, power(-shift))
            let below = result.rounded(.down)
            // A decimal such as 0.09995 is a double just below it, and its product with a power of ten a half.
            guard result - below == 0.5, rest != 0 else { return Int(result.rounded(.toNearestOrEven)) }
            return Int(below) + (rest > 0 ? 1 : 0)
        }
        // In steps of exact powers; 10³⁰⁸ is the largest that is a number.
        var (result, left) = (value, shift.magnitude)
        while left > 0 {
            let step = min(Int(left), 22)
            result = shift > 0 ? result * power(step) : result / power(step)
            left -= UInt(step)
        }
        return Int(result.rounded())
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    private static func power(_ exponent: Int) -> Double { powers[exponent] }
}
