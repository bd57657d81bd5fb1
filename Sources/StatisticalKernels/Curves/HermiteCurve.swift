/// A smooth curve through knots of known value and slope, cubic between them.
package struct HermiteCurve: Equatable, Sendable {
    package struct Knot: Equatable, Sendable {
        package var location: Double
        package var value: Double
        package var slope: Double

        package init(location: Double, value: Double, slope: Double) {
            self.location = location
            self.value = value
            self.slope = slope
        }
    }

    /// Ascending by location, at least one.
    package let knots: [Knot]

    package init(knots: [Knot]) {
        precondition(!knots.isEmpty)
        self.knots = knots
    }

    /// Returns the curve's value; beyond the knots, the nearer end's tangent.
    package func value(at x: Double) -> Double {
        let first = knots[0]
        let last = knots[knots.count - 1]
        if x <= first.location { return first.value + first.slope * (x - first.location) }
        if x >= last.location { return last.value + last.slope * (x - last.location) }
        var (low, high) = (0, knots.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if knots[middle].location <= x { low = middle } else { high = middle }
        }
        let left = knots[low]
        let right = knots[high]
        let width = right.location - left.location
        let share = (x - left.location) / width
        let rest = 1 - share
        let byValue = rest * rest * (1 + 2 * share) * left.value + share * share * (3 - 2 * share) * right.value
        let bySlope = share * rest * rest * left.slope - share * share * rest * right.slope
        return byValue + width * bySlope
    }
}
