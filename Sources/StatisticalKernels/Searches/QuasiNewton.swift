/// Minimises a function of several variables by quasi-Newton steps with backtracking (Nash, 1990, algorithm 21).
///
/// Same steps and stopping rule as R's `optim(method = "BFGS")`: a relative
/// reduction below the root of the machine's precision, at most one hundred
/// gradients. The search asks for one point at a time, so that several can be
/// evaluated together.
package struct QuasiNewton {
    /// The best point so far; in the end, where it stopped.
    package private(set) var point: [Double]
    package private(set) var value = 0.0

    /// Where the function is wanted next; nil when the search has ended.
    package private(set) var request: [Double]?

    private var gradient: [Double] = []
    private var hasStarted = false

    /// The inverse curvature, by rows.
    private var inverse: [Double] = []
    private var gradientCount = 1

    /// The count at which the inverse curvature was last set to the identity.
    private var restartedAt = 1

    private var direction: [Double]
    private var slope = 0.0
    private var length = 1.0
    private var trial: [Double]
    private var trialValue = 0.0

    private static let relativeReduction = 0x1p-26
    private static let maximumGradients = 100
    private static let stepReduction = 0.2
    private static let sufficientDecrease = 1e-4
    private static let resolution = 10.0

    package init(from start: [Double]) {
        point = start
        request = start
        trial = start
        direction = start
    }

    /// - Parameter evaluate: The value and gradient at a point.
    package init(from start: [Double], evaluate: ([Double]) -> (value: Double, gradient: [Double])) {
        self.init(from: start)
        while let request {
            let (value, gradient) = evaluate(request)
            take(value: value, gradient: gradient)
        }
    }

    /// Takes the function and its gradient at the requested point, and requests the next one or ends.
    package mutating func take(value newValue: Double, gradient newGradient: [Double]) {
        guard hasStarted else {
            hasStarted = true
            value = newValue
            gradient = newGradient
            return beginLine()
        }
        trialValue = newValue
        if newValue.isFinite && newValue <= value + slope * length * Self.sufficientDecrease {
            endLine(arrivingWith: newGradient)
        } else {
            length *= Self.stepReduction
            requestTrial()
        }
    }

    private mutating func beginLine() {
        let n = point.count
        while gradientCount < Self.maximumGradients {
            if restartedAt == gradientCount {
                inverse = [Double](repeating: 0, count: n * n)
                for i in 0..<n { inverse[i * n + i] = 1 }
            }
            slope = 0
            for i in 0..<n {
                direction[i] = -product(row: i, gradient)
                slope += direction[i] * gradient[i]
            }
            if slope < 0 {
                length = 1
                trialValue = value
                return requestTrial()
            }
            if restartedAt == gradientCount { break }
            restartedAt = gradientCount
        }
        request = nil
    }

    private mutating func requestTrial() {
        var unchanged = 0
        for i in point.indices {
            trial[i] = point[i] + length * direction[i]
            if Self.resolution + point[i] == Self.resolution + trial[i] { unchanged += 1 }
        }
        if unchanged < point.count { request = trial } else { endLine(arrivingWith: nil) }
    }

    /// - Parameter newGradient: Nil where no step lowered the value enough.
    private mutating func endLine(arrivingWith newGradient: [Double]?) {
        let smallest = Self.relativeReduction * (value.magnitude + Self.relativeReduction)
        let isEnough = (trialValue - value).magnitude > smallest
        point = trial
        if !isEnough { value = trialValue }
        guard let newGradient, isEnough else {
            if restartedAt == gradientCount {
                request = nil
            } else {
                restartedAt = gradientCount
                beginLine()
            }
            return
        }
        value = trialValue
        gradientCount += 1
        // The steps as they were taken, before rounding at the point.
        let step = direction.map { $0 * length }
        let change = zip(newGradient, gradient).map { $0 - $1 }
        gradient = newGradient
        var curvature = 0.0
        for i in step.indices { curvature += step[i] * change[i] }
        if curvature > 0 { update(step, change, curvature) } else { restartedAt = gradientCount }
        if gradientCount - restartedAt > 2 * step.count { restartedAt = gradientCount }
        beginLine()
    }

    private func product(row: Int, _ vector: [Double]) -> Double {
        let first = row * vector.count
        var sum = 0.0
        for i in vector.indices { sum += inverse[first + i] * vector[i] }
        return sum
    }

    private mutating func update(_ step: [Double], _ change: [Double], _ curvature: Double) {
        let n = step.count
        let image = (0..<n).map { product(row: $0, change) }
        var ratio = 0.0
        for i in 0..<n { ratio += image[i] * change[i] }
        ratio = 1 + ratio / curvature
        for i in 0..<n {
            for j in 0..<n {
                inverse[i * n + j] +=
                    (ratio * step[i] * step[j] - step[i] * image[j] - image[i] * step[j]) / curvature
            }
        }
    }
}
