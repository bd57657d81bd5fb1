/// A mapping of numbers to places along an axis.
package struct Scale: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case linear

        /// To base 10; the domain holds the numbers, not their logarithms.
        case logarithmic
    }

    package let kind: Kind
    package let domain: ClosedRange<Double>

    /// Where the ends of the domain are drawn.
    package let range: (start: Double, end: Double)

    package static func == (left: Scale, right: Scale) -> Bool {
        left.kind == right.kind && left.domain == right.domain && left.range == right.range
    }

    /// A scale that holds all finite values, with a little room at both ends.
    ///
    /// - Parameter values: For a logarithmic scale those above 0 count.
    package init(
        _ kind: Kind = .linear, of values: [Double], range: (start: Double, end: Double), margin: Double = 0.04
    ) {
        let usable = values.filter { $0.isFinite && (kind == .linear || $0 > 0) }
        let least = usable.min() ?? (kind == .linear ? 0 : 1)
        let most = usable.max() ?? (kind == .linear ? 1 : 10)
        switch kind {
        case .linear:
            let room = most > least ? (most - least) * margin : max(abs(least) * 0.1, 0.5)
            self.init(kind, domain: least - room...most + room, range: range)
        case .logarithmic:
            let ratio = most > least ? power(most / least, margin) : 2
            self.init(kind, domain: least / ratio...most * ratio, range: range)
        }
    }

    package init(_ kind: Kind = .linear, domain: ClosedRange<Double>, range: (start: Double, end: Double)) {
        self.kind = kind
        self.domain = domain
        self.range = range
    }

    /// Where a value is drawn; values outside the domain stand at its ends.
    package func place(_ value: Double) -> Double {
        let clamped = min(max(value, domain.lowerBound), domain.upperBound)
        let share =
            switch kind {
            case .linear: (clamped - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
            case .logarithmic:
                logarithm(clamped / domain.lowerBound) / logarithm(domain.upperBound / domain.lowerBound)
            }
        return range.start + (range.end - range.start) * share
    }

    package struct Tick: Equatable, Sendable {
        package let value: Double
        package let label: String
    }

    /// Round numbers inside the domain, about as many as asked for.
    package func ticks(about count: Int = 5) -> [Tick] {
        switch kind {
        case .linear: linearTicks(about: count)
        case .logarithmic: logarithmicTicks(about: count)
        }
    }

    private func linearTicks(about count: Int) -> [Tick] {
        let span = domain.upperBound - domain.lowerBound
        let rough = span / Double(max(count, 1))
        var unit = 1.0
        var decimals = 0
        while unit > rough { (unit, decimals) = (unit / 10, decimals + 1) }
        while unit * 10 <= rough { (unit, decimals) = (unit * 10, decimals - 1) }
        let factor = [1.0, 2, 5, 10].first { unit * $0 >= rough } ?? 10
        if factor == 10 { decimals -= 1 }
        let step = unit * factor
        let first = (domain.lowerBound / step).rounded(.up)
        let last = (domain.upperBound / step).rounded(.down)
        guard last >= first, last - first < 1000 else { return [] }
        return (Int(first)...Int(last)).map { index in
            Tick(value: Double(index) * step, label: fixed(Double(index) * step, decimals: max(decimals, 0)))
        }
    }

    private func logarithmicTicks(about count: Int) -> [Tick] {
        let low = Int((logarithm(domain.lowerBound) - 1e-9).rounded(.up))
        let high = Int((logarithm(domain.upperBound) + 1e-9).rounded(.down))
        guard low <= high else { return [] }
        let step = max(1, (high - low + count) / max(count, 1))
        return stride(from: low, through: high, by: step).map { exponent in
            Tick(value: tenToThe(exponent), label: powerLabel(exponent))
        }
    }
}

/// A power of ten as a label: plain from 0.01 to 10,000, otherwise 10 with a raised exponent.
package func powerLabel(_ exponent: Int) -> String {
    switch exponent {
    case 0...3: return "1" + String(repeating: "0", count: exponent)
    case 4: return "10,000"
    case -2 ... -1: return "0." + String(repeating: "0", count: -exponent - 1) + "1"
    default: return "10" + raised(exponent)
    }
}

/// An exponent in raised digits.
package func raised(_ exponent: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (exponent < 0 ? "⁻" : "")
        + String(String(abs(exponent)).compactMap { $0.wholeNumberValue.map { digits[$0] } })
}

/// A number with a fixed count of decimals, rounded half up in magnitude; a minus sign stands for a hyphen.
package func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "NA" }
    let unit = tenToThe(decimals)
    let scaled = (abs(value) * unit).rounded()
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard scaled < 1e15 else { return "\(value)" }
    let digits = String(Int(scaled))
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

private func tenToThe(_ exponent: Int) -> Double {
    (0..<abs(exponent)).reduce(1.0) { value, _ in exponent < 0 ? value / 10 : value * 10 }
}
