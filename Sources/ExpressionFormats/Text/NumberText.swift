import Glibc

/// Numbers as text files write them.
enum NumberText {
    /// Returns the double nearest to the decimal in `text`, or nil if it is not a number.
    ///
    /// Accepts a sign, digits with or without a point, an exponent, and `Inf`,
    /// `Infinity` in any case with a sign. Rounds correctly: up to 2^53 with a
    /// power of ten up to 22 both factors are exact and one operation rounds
    /// once (Clinger, 1990); anything else goes to the C library.
    static func double(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        var position = 0
        let end = text.count
        var isNegative = false
        if position < end, text[position] == plus || text[position] == minus {
            isNegative = text[position] == minus
            position += 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        var exponent = 0
        var sawDigit = false
        // Nineteen digits always fit in 64 bits.
        func take(_ digit: UInt8) -> Bool {
            sawDigit = true
            if digits < 19 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                if mantissa > 0 { digits += 1 }
                return true
            }
            return false
        }
        var lostDigits = false
        while position < end, case let digit = text[position] &- zero, digit < 10 {
            if !take(digit) {
                exponent += 1
                lostDigits = true
            }
            position += 1
        }
        if position < end, text[position] == point {
            position += 1
            while position < end, case let digit = text[position] &- zero, digit < 10 {
                if take(digit) { exponent -= 1 } else { lostDigits = true }
                position += 1
            }
        }
        guard sawDigit else { return infinity(text, from: position, isNegative: isNegative) }
        if position < end, text[position] | 0x20 == letterE {
            position += 1
            var exponentIsNegative = false
            if position < end, text[position] == plus || text[position] == minus {
                exponentIsNegative = text[position] == minus
                position += 1
            }
            guard position < end else { return nil }
            var written = 0
            while position < end, case let digit = text[position] &- zero, digit < 10 {
                // Beyond any double; the bound keeps a long run of digits from overflowing.
                if written < 100_000 { written = written * 10 + Int(digit) }
                position += 1
            }
            exponent += exponentIsNegative ? -written : written
        }
        guard position == end else { return nil }
        if !lostDigits, mantissa <= 1 << 53, abs(exponent) <= 22 {
            let exact = Double(mantissa)
            let value = exponent < 0 ? exact / powersOfTen[-exponent] : exact * powersOfTen[exponent]
            return isNegative ? -value : value
        }
        return nearestDouble(text)
    }

    /// The C library's conversion, which is correctly rounded; `text` is known to be a decimal.
    private static func nearestDouble(_ text: UnsafeBufferPointer<UInt8>) -> Double {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { terminated in
            for position in text.indices { terminated[position] = CChar(bitPattern: text[position]) }
            terminated[text.count] = 0
            return strtod(terminated.baseAddress!, nil)
        }
    }

    /// Whether the text stands for a missing number: nothing, or a spelling of `MissingValue`.
    static func isMissing(_ text: UnsafeBufferPointer<UInt8>) -> Bool { MissingValue.isCertain(text) }

    private static func infinity(
        _ text: UnsafeBufferPointer<UInt8>, from position: Int, isNegative: Bool
    ) -> Double? {
        let word = text[position...].map { $0 | 0x20 }
        guard word == Array("inf".utf8) || word == Array("infinity".utf8) else { return nil }
        return isNegative ? -.infinity : .infinity
    }

    private static let zero = UInt8(ascii: "0")
    private static let plus = UInt8(ascii: "+")
    private static let minus = UInt8(ascii: "-")
    private static let point = UInt8(ascii: ".")
    private static let letterE = UInt8(ascii: "e")

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
