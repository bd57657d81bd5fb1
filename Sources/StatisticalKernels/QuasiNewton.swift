/// Minimises a function of several variables by quasi-Newton steps with backtracking (Nash, 1990, algorithm 21).
///
/// Same steps and stopping rule as R's `optim(method = "BFGS")`: a relative
/// reduction below 1e-8, at most one hundred gradients.
package struct QuasiNewton {
    /// Where it stopped.
    package private(set) var point: [Double]
    package private(set) var value: Double

    private static let relativeReduction = 1e-8
    private static let maximumGradients = 100
    private static let stepReduction = 0.2
    private static let sufficientDecrease = 1e-4
    private static let resolution = 10.0

    /// - Parameter evaluate: The value and gradient at a point.
    package init(from start: [Double], evaluate: ([Double]) -> (value: Double, gradient: [Double])) {
        let n = start.count
        point = start
        var gradient: [Double]
        (value, gradient) = evaluate(start)
        var inverse = Self.identity(n)
        var gradientCount = 1
        // The count at which the inverse curvature was last set to the identity.
        var restartedAt = 1
        while gradientCount < Self.maximumGradients {
            if restartedAt == gradientCount { inverse = Self.identity(n) }
            let direction = Self.product(inverse, gradient).map { -$0 }
            var slope = 0.0
            for i in 0..<n { slope += direction[i] * gradient[i] }
            guard slope < 0 else {
                if restartedAt == gradientCount { return }
                restartedAt = gradientCount
                continue
            }
            var length = 1.0
            var trial = point
            var trialValue = value
            var trialGradient = gradient
            var didMove = false
            while true {
                var unchanged = 0
                for i in 0..<n {
                    trial[i] = point[i] + length * direction[i]
                    if Self.resolution + point[i] == Self.resolution + trial[i] { unchanged += 1 }
                }
                guard unchanged < n else { break }
                (trialValue, trialGradient) = evaluate(trial)
                didMove = trialValue.isFinite && trialValue <= value + slope * length * Self.sufficientDecrease
                if didMove { break }
                length *= Self.stepReduction
            }
            let smallest = Self.relativeReduction * (value.magnitude + Self.relativeReduction)
            let isEnough = (trialValue - value).magnitude > smallest
            point = trial
            if !isEnough { value = trialValue }
            guard didMove, isEnough else {
                if restartedAt == gradientCount { return }
                restartedAt = gradientCount
                continue
            }
            value = trialValue
            gradientCount += 1
            let step = direction.map { $0 * length }
            let change = zip(trialGradient, gradient).map { $0 - $1 }
            gradient = trialGradient
            var curvature = 0.0
            for i in 0..<n { curvature += step[i] * change[i] }
            if curvature > 0 {
                Self.update(&inverse, step, change, curvature)
            } else {
                restartedAt = gradientCount
            }
            if gradientCount - restartedAt > 2 * n { restartedAt = gradientCount }
        }
    }

    private static func identity(_ n: Int) -> [[Double]] {
        (0..<n).map { row in (0..<n).map { $0 == row ? 1 : 0 } }
    }

    private static func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
        matrix.map { row in
            var sum = 0.0
            for i in row.indices { sum += row[i] * vector[i] }
            return sum
        }
    }

    private static func update(
        _ inverse: inout [[Double]], _ step: [Double], _ change: [Double], _ curvature: Double
    ) {
        let image = product(inverse, change)
        var ratio = 0.0
        for i in image.indices { ratio += image[i] * change[i] }
        ratio = 1 + ratio / curvature
        for i in step.indices {
            for j in step.indices {
                inverse[i][j] += (ratio * step[i] * step[j] - step[i] * image[j] - image[i] * step[j]) / curvature
            }
        }
    }
}
