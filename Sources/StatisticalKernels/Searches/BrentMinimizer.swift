/// Returns where a function of one variable has a minimum inside an interval.
///
/// Golden-section steps, replaced by parabolic ones where these behave (Brent,
/// 1973, chapter 5). Same steps and stopping rule as R's `optimize`, because its
/// coarse tolerance is part of fdrtool's answers.
///
/// - Parameters:
///   - interval: The minimum is sought in the interior; the ends are not evaluated.
///   - tolerance: The absolute error allowed. R's default is the fourth root of
///     the machine epsilon, 1.220703125e-4.
package func minimum(
    over interval: ClosedRange<Double>,
    tolerance: Double = 1.220703125e-4,
    of function: (Double) -> Double
) -> Double {
    let goldenShare = (3 - 5.0.squareRoot()) * 0.5
    let relativeError = Double.ulpOfOne.squareRoot()
    var (lower, upper) = (interval.lowerBound, interval.upperBound)

    // `best` is the lowest point so far, `second` the next lowest, `third` the former `second`.
    var best = lower + goldenShare * (upper - lower)
    var bestValue = function(best)
    var (second, secondValue) = (best, bestValue)
    var (third, thirdValue) = (best, bestValue)
    var step = 0.0
    var stepBeforeLast = 0.0

    while true {
        let middle = (lower + upper) * 0.5
        let smallestStep = relativeError * abs(best) + tolerance / 3
        if abs(best - middle) <= smallestStep * 2 - (upper - lower) * 0.5 { return best }

        // The parabola through the three points has its vertex at best + numerator / denominator.
        var numerator = 0.0
        var denominator = 0.0
        var limit = 0.0
        if abs(stepBeforeLast) > smallestStep {
            let bySecond = (best - second) * (bestValue - thirdValue)
            let byThird = (best - third) * (bestValue - secondValue)
            numerator = (best - third) * byThird - (best - second) * bySecond
            denominator = (byThird - bySecond) * 2
            if denominator > 0 { numerator = -numerator } else { denominator = -denominator }
            limit = stepBeforeLast
            stepBeforeLast = step
        }
        if abs(numerator) >= abs(denominator * 0.5 * limit)
            || numerator <= denominator * (lower - best)
            || numerator >= denominator * (upper - best)
        {
            stepBeforeLast = best < middle ? upper - best : lower - best
            step = goldenShare * stepBeforeLast
        } else {
            step = numerator / denominator
            let point = best + step
            if point - lower < smallestStep * 2 || upper - point < smallestStep * 2 {
                step = best < middle ? smallestStep : -smallestStep
            }
        }

        // Two evaluations closer than this could not be told apart.
        let point =
            abs(step) >= smallestStep ? best + step : step > 0 ? best + smallestStep : best - smallestStep
        let value = function(point)
        if value <= bestValue {
            if point < best { upper = best } else { lower = best }
            (third, thirdValue) = (second, secondValue)
            (second, secondValue) = (best, bestValue)
            (best, bestValue) = (point, value)
        } else {
            if point < best { lower = point } else { upper = point }
            if value <= secondValue || second == best {
                (third, thirdValue) = (second, secondValue)
                (second, secondValue) = (point, value)
            } else if value <= thirdValue || third == best || third == second {
                (third, thirdValue) = (point, value)
            }
        }
    }
}
