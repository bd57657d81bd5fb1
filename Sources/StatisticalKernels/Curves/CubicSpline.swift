/// A cubic spline through points, with continuous first and second derivatives.
///
/// At both ends its third derivative is that of the cubic through the four
/// outermost points (Forsythe, Malcolm & Moler, 1977), as R's `splinefun` has it
/// by default. Beyond the ends the outermost cubics go on.
package struct CubicSpline: Equatable, Sendable {
    private let x: [Double]
    private let y: [Double]

    /// Coefficients of the first, second and third power of the distance from each point.
    private let linear: [Double]
    private let quadratic: [Double]
    private let cubic: [Double]

    /// - Parameters:
    ///   - x: Strictly ascending, at least four.
    ///   - y: One value for each.
    package init(x: [Double], y: [Double]) {
        precondition(x.count == y.count && x.count >= 4)
        let last = x.count - 1
        let widths = (0..<last).map { x[$0 + 1] - x[$0] }
        let rises = (0..<last).map { (y[$0 + 1] - y[$0]) / widths[$0] }

        // A sixth of each second derivative, from a tridiagonal system.
        var diagonal = [-widths[0]] + (1..<last).map { 2 * (widths[$0 - 1] + widths[$0]) } + [-widths[last - 1]]
        var bends = [0] + (1..<last).map { rises[$0] - rises[$0 - 1] } + [0]
        bends[0] =
            (bends[2] / (x[3] - x[1]) - bends[1] / (x[2] - x[0])) * widths[0] * widths[0] / (x[3] - x[0])
        bends[last] =
            -(bends[last - 1] / (x[last] - x[last - 2]) - bends[last - 2] / (x[last - 1] - x[last - 3]))
            * widths[last - 1] * widths[last - 1] / (x[last] - x[last - 3])
        for point in 1...last {
            let share = widths[point - 1] / diagonal[point - 1]
            diagonal[point] -= share * widths[point - 1]
            bends[point] -= share * bends[point - 1]
        }
        bends[last] /= diagonal[last]
        for point in (0..<last).reversed() {
            bends[point] = (bends[point] - widths[point] * bends[point + 1]) / diagonal[point]
        }

        self.x = x
        self.y = y
        var slopes = (0..<last).map { (point: Int) -> Double in
            rises[point] - widths[point] * (bends[point + 1] + 2 * bends[point])
        }
        slopes.append(rises[last - 1] + widths[last - 1] * (bends[last - 1] + 2 * bends[last]))
        linear = slopes
        quadratic = bends.map { 3 * $0 }
        let thirds = (0..<last).map { (bends[$0 + 1] - bends[$0]) / widths[$0] }
        cubic = thirds + [thirds[last - 1]]
    }

    package func value(at position: Double) -> Double {
        var (low, high) = (0, x.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if x[middle] <= position { low = middle } else { high = middle }
        }
        let offset = position - x[low]
        return y[low] + offset * (linear[low] + offset * (quadratic[low] + offset * cubic[low]))
    }
}
