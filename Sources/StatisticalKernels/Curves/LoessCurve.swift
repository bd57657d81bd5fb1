/// A local quadratic regression with R's `loess` defaults in one variable:
/// computed at the vertices of a binary tree, cubic between them.
///
/// The tree halves the points, by number, until a cell has at most a fifth of
/// `span · n` of them; its outermost vertices lie 0.5 % outside the range
/// (Cleveland & Grosse, 1991).
package struct LoessCurve: Equatable, Sendable {
    package let curve: HermiteCurve

    /// - Parameters:
    ///   - x: Strictly ascending.
    ///   - y: One value for each.
    ///   - span: The share of the points that a bandwidth reaches, at most 1.
    package init(x: [Double], y: [Double], span: Double) {
        precondition(x.count == y.count && span <= 1)
        let neighbours = min(x.count, Int(Double(x.count) * span + 1e-5))
        precondition(neighbours >= 3, "a local parabola needs three points")
        let largestCell = Int(Double(x.count) * span * 0.2)
        let margin = 0.005 * (x[x.count - 1] - x[0])
        var locations = [x[0] - margin, x[x.count - 1] + margin]
        func split(_ cell: ClosedRange<Int>) {
            guard cell.count > largestCell else { return }
            // Counted from one, as the original does, the middle of l and u is ⌊(l + u) / 2⌋.
            let middle = (cell.lowerBound + cell.upperBound + 2) / 2 - 1
            locations.append(x[middle])
            split(cell.lowerBound...middle)
            split(middle + 1...cell.upperBound)
        }
        split(0...x.count - 1)
        curve = HermiteCurve(
            knots: locations.sorted().map { location in
                var first = 0
                while first + neighbours < x.count, x[first + neighbours] - location < location - x[first] {
                    first += 1
                }
                let near = first..<first + neighbours
                let bandwidth = max(location - x[near.lowerBound], x[near.upperBound - 1] - location)
                let weights = near.map { tricube(abs(x[$0] - location) / bandwidth) }
                let fit = WeightedQuadratic(centre: location, x: x[near], y: y[near], weights: weights)
                return HermiteCurve.Knot(location: location, value: fit.constant, slope: fit.linear)
            })
    }

    package func value(at x: Double) -> Double {
        curve.value(at: x)
    }
}
