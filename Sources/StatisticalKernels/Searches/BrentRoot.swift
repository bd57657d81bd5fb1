/// Returns where a function of one variable crosses zero inside an interval.
///
/// Bisection, replaced by secant or inverse quadratic steps where these behave
/// (Brent, 1973, chapter 4). Same steps and stopping rule as R's `uniroot`,
/// because the coarse tolerance is part of the answers of programs that use it.
///
/// - Parameters:
///   - interval: The function has opposite signs, or zero, at its ends.
///   - tolerance: The width at which the root counts as found. R's default is
///     the fourth root of the machine epsilon, 1.220703125e-4.
package func root(
    in interval: ClosedRange<Double>, tolerance: Double = 1.220703125e-4, of function: (Double) -> Double
) -> Double {
    var previous = (at: interval.lowerBound, value: function(interval.lowerBound))
    var best = (at: interval.upperBound, value: function(interval.upperBound))
    if previous.value == 0 { return previous.at }
    if best.value == 0 { return best.at }
    // On the other side of the root from `best`.
    var opposite = previous
    for _ in 0...1_000 {
        let lastStep = best.at - previous.at
        if opposite.value.magnitude < best.value.magnitude {
            previous = best
            best = opposite
            opposite = previous
        }
        let smallestStep = 2 * Double.ulpOfOne * best.at.magnitude + tolerance / 2
        var step = (opposite.at - best.at) / 2
        if step.magnitude <= smallestStep || best.value == 0 { return best.at }
        if lastStep.magnitude >= smallestStep, previous.value.magnitude > best.value.magnitude {
            let width = opposite.at - best.at
            var numerator: Double
            var denominator: Double
            if previous.at == opposite.at {
                let ratio = best.value / previous.value
                numerator = width * ratio
                denominator = 1 - ratio
            } else {
                let q = previous.value / opposite.value
                let r = best.value / opposite.value
                let s = best.value / previous.value
                numerator = s * (width * q * (q - r) - (best.at - previous.at) * (r - 1))
                denominator = (q - 1) * (r - 1) * (s - 1)
            }
            if numerator > 0 { denominator = -denominator } else { numerator = -numerator }
            if numerator < 0.75 * width * denominator - (smallestStep * denominator).magnitude / 2,
                numerator < (lastStep * denominator / 2).magnitude
            {
                step = numerator / denominator
            }
        }
        if step.magnitude < smallestStep { step = step > 0 ? smallestStep : -smallestStep }
        previous = best
        best.at += step
        best.value = function(best.at)
        if (best.value > 0) == (opposite.value > 0), best.value != 0, opposite.value != 0 { opposite = previous }
    }
    return best.at
}
