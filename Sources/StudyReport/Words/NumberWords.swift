import Figures
import StatisticalKernels

/// Numbers as a person reads them.
package enum NumberWords {
    /// A p- or q-value: three digits, and a power of ten below 0.001, as 2.4 × 10⁻⁸; never 0.
    package static func probability(_ value: Double) -> String {
        guard value.isFinite else { return "NA" }
        guard value > 0 else { return "< 10⁻³⁰⁷" }
        guard value < 0.001 else { return fixed(value, decimals: value < 0.1 ? 4 : 3) }
        var exponent = Int((log(value) / 2.302_585_092_994_045_7).rounded(.down))
        // In two steps: 10⁻³⁰⁸ and below are no normal numbers.
        var mantissa = value / power(exponent / 2) / power(exponent - exponent / 2)
        if mantissa >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        return "\(fixed(mantissa, decimals: 1)) × 10\(raised(exponent))"
    }

    private static func power(_ exponent: Int) -> Double {
        (0..<abs(exponent)).reduce(1.0) { value, _ in exponent < 0 ? value / 10 : value * 10 }
    }

    static func grouped(_ value: Int) -> String {
        let digits = Array(String(abs(value)))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return (value < 0 ? "−" : "") + text
    }

    package static func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
        "\(grouped(count)) \(count == 1 ? noun : plural ?? noun + "s")"
    }

    static func decimals(_ value: Double, _ count: Int) -> String { fixed(value, decimals: count) }
}
