/// Returns a robust local linear smooth of `y` at every `x` (Cleveland, 1979).
///
/// Every point gets the weighted line through its nearest neighbours, with
/// tricube weights; then points with large residuals are weighted down by a
/// bisquare, and the lines are fitted again. The steps and constants are those
/// of R's `lowess` with `delta = 0`.
///
/// - Parameters:
///   - x: Ascending.
///   - span: The share of the points that are neighbours, at least two of them.
///   - robustnessRounds: How often the weights are revised.
package func lowess(x: [Double], y: [Double], span: Double, robustnessRounds: Int = 3) -> [Double] {
    precondition(x.count == y.count)
    let count = x.count
    guard count > 1 else { return y }
    let neighbours = max(2, min(count, Int(span * Double(count) + 1e-7)))

    var robustness = [Double](repeating: 1, count: count)
    var smooth = y
    for round in 0...robustnessRounds {
        var left = 0
        for point in 0..<count {
            while left + neighbours < count, x[point] - x[left] > x[left + neighbours] - x[point] {
                left += 1
            }
            let line = LocalLine(around: x[point], nearest: left..<left + neighbours, x: x, robustness: robustness)
            smooth[point] = line?.value(of: y) ?? y[point]
        }
        guard round < robustnessRounds,
            let revised = bisquareWeights(ofResiduals: zip(y, smooth).map { abs($0 - $1) })
        else { break }
        robustness = revised
    }
    return smooth
}

/// The weights that a local line gives to each observation at one point.
private struct LocalLine {
    private let first: Int
    private var weights: [Double] = []

    /// Nil when all neighbours have lost their weight.
    init?(around point: Double, nearest: Range<Int>, x: [Double], robustness: [Double]) {
        let range = x[x.count - 1] - x[0]
        let bandwidth = max(point - x[nearest.lowerBound], x[nearest.upperBound - 1] - point)
        first = nearest.lowerBound
        // Points tied with the farthest neighbour count too.
        for index in nearest.lowerBound..<x.count {
            let distance = abs(x[index] - point)
            if distance > 0.999 * bandwidth {
                if x[index] > point { break }
                weights.append(0)
            } else {
                let weight = distance <= 0.001 * bandwidth ? 1 : tricube(distance / bandwidth)
                weights.append(weight * robustness[index])
            }
        }
        let total = weights.reduce(0, +)
        guard total > 0 else { return nil }
        for index in weights.indices { weights[index] /= total }
        guard bandwidth > 0 else { return }

        let points = x[first..<first + weights.count]
        let centre = zip(weights, points).reduce(0) { $0 + $1.0 * $1.1 }
        let spread = zip(weights, points).reduce(0) { $0 + $1.0 * ($1.1 - centre) * ($1.1 - centre) }
        // With hardly any spread the slope would be noise, so the mean is used.
        guard spread.squareRoot() > 0.001 * range else { return }
        let slope = (point - centre) / spread
        for index in weights.indices { weights[index] *= slope * (x[first + index] - centre) + 1 }
    }

    func value(of y: [Double]) -> Double {
        zip(weights, y[first...]).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

/// Returns Tukey's bisquare of the residuals over six times their median.
///
/// - Returns: Nil when the fit is practically exact and needs no revision.
private func bisquareWeights(ofResiduals residuals: [Double]) -> [Double]? {
    let limit = 6 * median(of: residuals)
    let meanResidual = residuals.reduce(0, +) / Double(residuals.count)
    guard limit >= 1e-7 * meanResidual else { return nil }
    return residuals.map { residual in
        if residual <= 0.001 * limit { return 1 }
        if residual > 0.999 * limit { return 0 }
        let rest = 1 - (residual / limit) * (residual / limit)
        return rest * rest
    }
}
