/// A local quadratic regression of one variable, as locfit fits it by default.
///
/// The regression is computed at a few vertices and interpolated between them
/// by cubic polynomials that share its values and slopes (Loader, 1999, *Local
/// Regression and Likelihood*, chapter 12). The vertices are found by halving
/// the range while a cell is long for its bandwidth. Evaluating the regression
/// at every point instead would differ by some tenths of a percent.
package struct LocalRegression: Equatable, Sendable {
    /// The share of the points that a bandwidth reaches.
    private static let nearestShare = 0.7

    /// A cell longer than this share of its smaller bandwidth is halved.
    private static let longestCell = 0.8

    /// A cell shorter than this share of the range is left whole: where most points
    /// share one place, bandwidths shrink towards it for ever.
    private static let shortestCell = 1e-6

    /// How many vertices locfit has room for; with more it stops ("out of vertex space").
    package static let mostVertices = 19

    package let curve: HermiteCurve

    /// The weighted parabola through all points, which the curve follows beyond its ends.
    package let trend: WeightedQuadratic

    package init(curve: HermiteCurve, trend: WeightedQuadratic) {
        self.curve = curve
        self.trend = trend
    }

    /// Fits `y` on `x`.
    ///
    /// A vertex's bandwidth is the distance to its ⌊0.7·n⌋-th nearest point, and
    /// the weights are the given ones times a tricube of distance over bandwidth.
    ///
    /// - Precondition: At least one point, and all weights are positive.
    package init(x: [Double], y: [Double], weights: [Double]) {
        precondition(x.count >= 1 && x.count == y.count && x.count == weights.count)
        let order = ascendingOrder(of: x)
        let points = SortedPoints(
            x: order.map { x[$0] }, y: order.map { y[$0] }, weights: order.map { weights[$0] },
            nearest: max(1, Int((Self.nearestShare * Double(x.count) + 1e-12).rounded(.down))))
        var vertices = [points.x[0], points.x[x.count - 1]].map(points.vertex)
        let shortest = Self.shortestCell * (points.x[x.count - 1] - points.x[0])
        var left = 0
        while left + 1 < vertices.count {
            let length = vertices[left + 1].knot.location - vertices[left].knot.location
            let bandwidth = min(vertices[left].bandwidth, vertices[left + 1].bandwidth)
            if length > max(Self.longestCell * bandwidth, shortest) {
                let middle = (vertices[left].knot.location + vertices[left + 1].knot.location) / 2
                vertices.insert(points.vertex(at: middle), at: left + 1)
            } else {
                left += 1
            }
        }
        curve = HermiteCurve(knots: vertices.map(\.knot))
        let centre = zip(points.x, points.weights).reduce(0) { $0 + $1.0 * $1.1 } / points.weights.reduce(0, +)
        trend = WeightedQuadratic(
            shortestAbout: centre, x: points.x[...], y: points.y[...], weights: points.weights)
    }

    /// Returns the fitted value; beyond the ends, the parabola plus a straight
    /// line that takes it to the curve's value and slope there.
    package func value(at x: Double) -> Double {
        let first = curve.knots[0]
        let last = curve.knots[curve.knots.count - 1]
        guard x < first.location || x > last.location else { return curve.value(at: x) }
        let end = x < first.location ? first : last
        let gap = end.value - trend.value(at: end.location)
        let gapSlope = end.slope - trend.slope(at: end.location)
        return trend.value(at: x) + gap + gapSlope * (x - end.location)
    }
}

/// The points of a local regression, ascending by `x`.
private struct SortedPoints {
    let x: [Double]
    let y: [Double]
    let weights: [Double]

    /// How many points a bandwidth reaches.
    let nearest: Int

    func vertex(at location: Double) -> (knot: HermiteCurve.Knot, bandwidth: Double) {
        let bandwidth = bandwidth(at: location)
        let first = firstIndex(atOrAbove: location - bandwidth)
        var end = first
        var local: [Double] = []
        while end < x.count, x[end] <= location + bandwidth {
            let share = bandwidth > 0 ? abs(x[end] - location) / bandwidth : 0
            local.append(weights[end] * tricube(share))
            end += 1
        }
        // All neighbours are equally far when they share one place.
        if !local.contains(where: { $0 > 0 }) { local = Array(weights[first..<end]) }
        let fit = WeightedQuadratic(shortestAbout: location, x: x[first..<end], y: y[first..<end], weights: local)
        return (HermiteCurve.Knot(location: location, value: fit.constant, slope: fit.linear), bandwidth)
    }

    /// The distance to the `nearest`-th nearest point: the smallest that a run of
    /// as many consecutive points can have.
    private func bandwidth(at location: Double) -> Double {
        var least = Double.infinity
        for first in 0...(x.count - nearest) {
            least = min(least, max(location - x[first], x[first + nearest - 1] - location))
        }
        return least
    }

    private func firstIndex(atOrAbove bound: Double) -> Int {
        var (low, high) = (0, x.count)
        while low < high {
            let middle = (low + high) / 2
            if x[middle] < bound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
