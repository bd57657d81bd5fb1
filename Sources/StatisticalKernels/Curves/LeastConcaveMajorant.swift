/// The smallest concave function that lies on or above a set of points.
///
/// Over a cumulative distribution function its slope is Grenander's (1956)
/// estimate of a decreasing density.
package struct LeastConcaveMajorant: Equatable, Sendable {
    /// Where the slope changes, with both ends; ascending.
    package let knots: [Double]

    /// The majorant at each knot.
    package let values: [Double]

    /// The slope to the right of each knot, descending; the last repeats the one before.
    package let slopes: [Double]

    /// - Parameters:
    ///   - x: Strictly ascending, at least two.
    ///   - y: One value for each.
    package init(x: [Double], y: [Double]) {
        precondition(x.count == y.count && x.count >= 2)
        var corners: [Int] = []
        for point in x.indices {
            // A corner lies below the majorant when the slope rises behind it.
            while corners.count >= 2 {
                let corner = corners[corners.count - 1]
                let before = corners[corners.count - 2]
                let slopeTo = (y[corner] - y[before]) / (x[corner] - x[before])
                let slopeFrom = (y[point] - y[corner]) / (x[point] - x[corner])
                guard slopeTo <= slopeFrom else { break }
                corners.removeLast()
            }
            corners.append(point)
        }
        knots = corners.map { x[$0] }
        values = corners.map { y[$0] }
        let slopes = zip(corners, corners.dropFirst()).map { (y[$1] - y[$0]) / (x[$1] - x[$0]) }
        self.slopes = slopes + [slopes[slopes.count - 1]]
    }

    /// Returns the majorant's value, the nearer end's value outside the knots.
    package func value(at x: Double) -> Double {
        if x <= knots[0] { return values[0] }
        let segment = segment(at: x)
        guard segment < knots.count - 1 else { return values[segment] }
        let share = (x - knots[segment]) / (knots[segment + 1] - knots[segment])
        return values[segment] + share * (values[segment + 1] - values[segment])
    }

    /// Returns the slope of the segment that begins at or below `x`.
    package func slope(at x: Double) -> Double {
        slopes[segment(at: x)]
    }

    /// The last knot that is not above `x`; the first when all are.
    private func segment(at x: Double) -> Int {
        var (low, high) = (0, knots.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if knots[middle] <= x { low = middle } else { high = middle }
        }
        return low
    }
}
