/// The line search of Moré & Thuente (1994): finds a step of sufficient decrease and small slope.
///
/// A value that takes function values and gives the next step to try, so that
/// its caller keeps the evaluation.
struct MoreThuenteLineSearch {
    private struct End {
        var step: Double
        var value: Double
        var slope: Double
    }

    private let decrease: Double
    private let curvature: Double
    private let tolerance: Double
    private let largestStep: Double
    private let startValue: Double
    private let startSlope: Double
    private var best: End
    private var other: End
    private var isBracketed = false
    private var isFirstStage = true
    private var width: Double
    private var previousWidth: Double
    private var lowerLimit = 0.0
    private var upperLimit: Double

    /// The step to be tried.
    private(set) var step: Double

    init(
        value: Double, slope: Double, firstStep: Double, largestStep: Double, decrease: Double, curvature: Double,
        tolerance: Double
    ) {
        self.decrease = decrease
        self.curvature = curvature
        self.tolerance = tolerance
        self.largestStep = largestStep
        startValue = value
        startSlope = slope
        best = End(step: 0, value: value, slope: slope)
        other = best
        width = largestStep
        previousWidth = 2 * largestStep
        upperLimit = firstStep + 4 * firstStep
        step = firstStep
    }

    /// Takes the value and slope at `step`; returns whether the search ends here, else chooses the next step.
    mutating func take(value: Double, slope: Double) -> Bool {
        let testSlope = decrease * startSlope
        let testValue = startValue + step * testSlope
        if isFirstStage && value <= testValue && slope >= min(decrease, curvature) * startSlope {
            isFirstStage = false
        }
        if isBracketed && (step <= lowerLimit || step >= upperLimit) { return true }
        if isBracketed && upperLimit - lowerLimit <= tolerance * upperLimit { return true }
        if step == largestStep && value <= testValue && slope <= testSlope { return true }
        if step == 0 && (value > testValue || slope >= testSlope) { return true }
        if value <= testValue && slope.magnitude <= curvature * -startSlope { return true }

        // Until a point of sufficient decrease is found, the search runs on the
        // function less its required decrease.
        let tilt = isFirstStage && value <= best.value && value > testValue ? testSlope : 0
        var low = End(step: best.step, value: best.value - best.step * tilt, slope: best.slope - tilt)
        var high = End(step: other.step, value: other.value - other.step * tilt, slope: other.slope - tilt)
        chooseStep(
            &low, &high, trial: End(step: step, value: value - step * tilt, slope: slope - tilt))
        best = End(step: low.step, value: low.value + low.step * tilt, slope: low.slope + tilt)
        other = End(step: high.step, value: high.value + high.step * tilt, slope: high.slope + tilt)

        if isBracketed {
            if (other.step - best.step).magnitude >= 0.66 * previousWidth {
                step = best.step + 0.5 * (other.step - best.step)
            }
            previousWidth = width
            width = (other.step - best.step).magnitude
            lowerLimit = min(best.step, other.step)
            upperLimit = max(best.step, other.step)
        } else {
            lowerLimit = step + 1.1 * (step - best.step)
            upperLimit = step + 4 * (step - best.step)
        }
        step = min(max(step, 0), largestStep)
        if isBracketed
            && (step <= lowerLimit || step >= upperLimit || upperLimit - lowerLimit <= tolerance * upperLimit)
        {
            step = best.step
        }
        return false
    }

    /// The safeguarded cubic or quadratic step of the paper's section 4.
    private mutating func chooseStep(_ low: inout End, _ high: inout End, trial: End) {
        let sign = trial.slope * (low.slope / low.slope.magnitude)
        let next: Double
        if trial.value > low.value {
            // A higher value: the minimum is bracketed.
            let theta = 3 * (low.value - trial.value) / (trial.step - low.step) + low.slope + trial.slope
            let scale = max(theta.magnitude, low.slope.magnitude, trial.slope.magnitude)
            var gamma =
                scale
                * ((theta / scale) * (theta / scale) - (low.slope / scale) * (trial.slope / scale)).squareRoot()
            if trial.step < low.step { gamma = -gamma }
            let ratio = ((gamma - low.slope) + theta) / (((gamma - low.slope) + gamma) + trial.slope)
            let cubic = low.step + ratio * (trial.step - low.step)
            let secant = (low.value - trial.value) / (trial.step - low.step) + low.slope
            let quadratic = low.step + low.slope / secant / 2 * (trial.step - low.step)
            if (cubic - low.step).magnitude < (quadratic - low.step).magnitude {
                next = cubic
            } else {
                next = cubic + (quadratic - cubic) / 2
            }
            isBracketed = true
        } else if sign < 0 {
            // A lower value with a slope of the other sign.
            let theta = 3 * (low.value - trial.value) / (trial.step - low.step) + low.slope + trial.slope
            let scale = max(theta.magnitude, low.slope.magnitude, trial.slope.magnitude)
            var gamma =
                scale
                * ((theta / scale) * (theta / scale) - (low.slope / scale) * (trial.slope / scale)).squareRoot()
            if trial.step > low.step { gamma = -gamma }
            let ratio = ((gamma - trial.slope) + theta) / (((gamma - trial.slope) + gamma) + low.slope)
            let cubic = trial.step + ratio * (low.step - trial.step)
            let quadratic = trial.step + trial.slope / (trial.slope - low.slope) * (low.step - trial.step)
            next = (cubic - trial.step).magnitude > (quadratic - trial.step).magnitude ? cubic : quadratic
            isBracketed = true
        } else if trial.slope.magnitude < low.slope.magnitude {
            // A lower value, the same sign, a smaller slope: the cubic may have no minimum that way.
            let theta = 3 * (low.value - trial.value) / (trial.step - low.step) + low.slope + trial.slope
            let scale = max(theta.magnitude, low.slope.magnitude, trial.slope.magnitude)
            let inside = (theta / scale) * (theta / scale) - (low.slope / scale) * (trial.slope / scale)
            var gamma = scale * max(0, inside).squareRoot()
            if trial.step > low.step { gamma = -gamma }
            let ratio = ((gamma - trial.slope) + theta) / ((gamma + (low.slope - trial.slope)) + gamma)
            let cubic: Double
            if ratio < 0 && gamma != 0 {
                cubic = trial.step + ratio * (low.step - trial.step)
            } else {
                cubic = trial.step > low.step ? upperLimit : lowerLimit
            }
            let quadratic = trial.step + trial.slope / (trial.slope - low.slope) * (low.step - trial.step)
            let cubicIsCloser = (cubic - trial.step).magnitude < (quadratic - trial.step).magnitude
            if isBracketed {
                let chosen = cubicIsCloser ? cubic : quadratic
                let limit = trial.step + 0.66 * (high.step - trial.step)
                next = trial.step > low.step ? min(limit, chosen) : max(limit, chosen)
            } else {
                next = max(lowerLimit, min(upperLimit, cubicIsCloser ? quadratic : cubic))
            }
        } else if isBracketed {
            let theta = 3 * (trial.value - high.value) / (high.step - trial.step) + high.slope + trial.slope
            let scale = max(theta.magnitude, high.slope.magnitude, trial.slope.magnitude)
            var gamma =
                scale
                * ((theta / scale) * (theta / scale) - (high.slope / scale) * (trial.slope / scale)).squareRoot()
            if trial.step > high.step { gamma = -gamma }
            let ratio = ((gamma - trial.slope) + theta) / (((gamma - trial.slope) + gamma) + high.slope)
            next = trial.step + ratio * (high.step - trial.step)
        } else {
            next = trial.step > low.step ? upperLimit : lowerLimit
        }
        if trial.value > low.value {
            high = trial
        } else {
            if sign < 0 { high = low }
            low = trial
        }
        step = next
    }
}
