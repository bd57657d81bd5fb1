import StatisticalKernels

/// Pearson's correlation of two variables over the samples that have both, with its two-sided p-value.
///
/// With r over n samples, r √((n − 2)/(1 − r²)) has a t distribution with n − 2 degrees of freedom where the variables are
/// independent and normal. NaN where fewer than three samples have both, or one variable does not vary.
package struct Correlation: Equatable, Sendable {
    package let coefficient: Double
    package let pValue: Double
    package let count: Int

    package init(_ x: [Double], _ y: [Double]) {
        let pairs = zip(x, y).filter { $0.isFinite && $1.isFinite }
        count = pairs.count
        let n = Double(pairs.count)
        let (meanX, meanY) = (pairs.reduce(0) { $0 + $1.0 } / n, pairs.reduce(0) { $0 + $1.1 } / n)
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (a, b) in pairs {
            xx += (a - meanX) * (a - meanX)
            yy += (b - meanY) * (b - meanY)
            xy += (a - meanX) * (b - meanY)
        }
        guard pairs.count >= 3, xx > 0, yy > 0 else {
            (coefficient, pValue) = (.nan, .nan)
            return
        }
        let r = min(max(xy / (xx * yy).squareRoot(), -1), 1)
        coefficient = r
        let t = abs(r) * ((n - 2) / max(1 - r * r, 0)).squareRoot()
        pValue = t.isFinite ? 2 * tUpperTail(t, degreesOfFreedom: n - 2) : 0
    }
}
