/// Minimises a function inside a box by limited-memory quasi-Newton steps (Byrd, Lu, Nocedal & Zhu, 1995).
///
/// Settings and stopping rules are those of R's `optim(method = "L-BFGS-B")`:
/// five corrections, `factr` 1e7, `pgtol` 0, one hundred iterations. The few
/// variables allow the quasi-Newton matrix to be held in full; the iterates are
/// those of the compact form, up to rounding.
package struct BoundedQuasiNewton {
    /// Where it stopped.
    package private(set) var point: [Double]
    package private(set) var value: Double

    /// Whether it stopped because the value no longer fell, and not at a limit or a failed line search.
    package private(set) var isConverged = false

    package private(set) var iterations = 0

    private let bound: Double
    private var gradient: [Double]
    private var corrections: [(step: [Double], change: [Double])] = []
    private var theta = 1.0

    private static let correctionLimit = 5
    private static let relativeReduction = 1e7 * 2.220446049250313e-16

    /// - Parameters:
    ///   - start: Inside the box.
    ///   - bound: The box is −bound…bound in every variable.
    ///   - maximumIterations: The most accepted steps.
    ///   - evaluate: The value and gradient at a point.
    package init(
        from start: [Double], within bound: Double, maximumIterations: Int = 100,
        evaluate: ([Double]) -> (value: Double, gradient: [Double])
    ) {
        point = start.map { min(max($0, -bound), bound) }
        self.bound = bound
        (value, gradient) = evaluate(point)
        if projectedGradient == 0 {
            isConverged = true
            return
        }
        while true {
            let matrix = quasiNewtonMatrix()
            let cauchy = generalizedCauchyPoint(matrix)
            var target = cauchy.point
            if !corrections.isEmpty && cauchy.isFree.contains(true) {
                guard let minimizer = subspaceMinimizer(matrix, cauchy) else {
                    forget()
                    continue
                }
                target = minimizer
            }
            switch searchLine(towards: target, evaluate) {
            case .failed:
                if corrections.isEmpty { return }
                forget()
                continue
            case .accepted(let previousValue):
                iterations += 1
                if iterations > maximumIterations { return }
                let scale = max(previousValue.magnitude, value.magnitude, 1)
                if projectedGradient == 0 || previousValue - value <= Self.relativeReduction * scale {
                    isConverged = true
                    return
                }
            }
        }
    }

    private mutating func forget() {
        corrections = []
        theta = 1
    }

    /// The largest component of the gradient that does not point out of the box.
    private var projectedGradient: Double {
        var largest = 0.0
        for (x, g) in zip(point, gradient) {
            let component = g < 0 ? max(x - bound, g) : min(x + bound, g)
            largest = max(largest, component.magnitude)
        }
        return largest
    }

    /// The BFGS matrix of `θI` and the stored corrections, oldest first, by rows.
    private func quasiNewtonMatrix() -> [Double] {
        let n = point.count
        var matrix = [Double](repeating: 0, count: n * n)
        for i in 0..<n { matrix[i * n + i] = theta }
        for (step, change) in corrections {
            let product = multiply(matrix, step)
            let curvature = dot(step, product)
            let inner = dot(step, change)
            for i in 0..<n {
                for j in 0..<n {
                    matrix[i * n + j] += change[i] * change[j] / inner - product[i] * product[j] / curvature
                }
            }
        }
        return matrix
    }

    /// The first minimiser of the quadratic model along the projected steepest-descent path.
    private func generalizedCauchyPoint(_ matrix: [Double]) -> (point: [Double], isFree: [Bool]) {
        let n = point.count
        var direction = gradient.map { -$0 }
        var isFree = [Bool](repeating: true, count: n)
        var breakpoints: [(time: Double, variable: Int)] = []
        for i in 0..<n {
            let room = gradient[i] < 0 ? bound - point[i] : point[i] + bound
            if gradient[i] == 0 { continue }
            if room <= 0 {
                direction[i] = 0
                isFree[i] = false
            } else {
                breakpoints.append((room / gradient[i].magnitude, i))
            }
        }
        breakpoints.sort { ($0.time, $0.variable) < ($1.time, $1.variable) }
        var cauchy = point
        var time = 0.0
        for breakpoint in breakpoints {
            let offset = zip(cauchy, point).map { $0 - $1 }
            let slope = dot(gradient, direction) + dot(direction, multiply(matrix, offset))
            let curvature = dot(direction, multiply(matrix, direction))
            let wait = max(-slope / curvature, 0)
            if time + wait < breakpoint.time {
                for i in 0..<n { cauchy[i] += wait * direction[i] }
                return (cauchy, isFree)
            }
            for i in 0..<n { cauchy[i] += (breakpoint.time - time) * direction[i] }
            let variable = breakpoint.variable
            cauchy[variable] = direction[variable] > 0 ? bound : -bound
            direction[variable] = 0
            isFree[variable] = false
            time = breakpoint.time
        }
        return (cauchy, isFree)
    }

    /// The minimiser of the model over the free variables, cut back to the box; nil if the model is singular.
    private func subspaceMinimizer(
        _ matrix: [Double], _ cauchy: (point: [Double], isFree: [Bool])
    ) -> [Double]? {
        let n = point.count
        let free = (0..<n).filter { cauchy.isFree[$0] }
        let offset = zip(cauchy.point, point).map { $0 - $1 }
        let product = multiply(matrix, offset)
        let reduced = free.flatMap { i in free.map { j in matrix[i * n + j] } }
        let residual = free.map { -(gradient[$0] + product[$0]) }
        guard let step = solvePositiveDefinite(reduced, residual) else { return nil }
        var share = 1.0
        for (index, i) in free.enumerated() where step[index] != 0 {
            let room = step[index] > 0 ? bound - cauchy.point[i] : -bound - cauchy.point[i]
            share = min(share, max(room / step[index], 0))
        }
        var result = cauchy.point
        for (index, i) in free.enumerated() { result[i] += share * step[index] }
        return result
    }

    private enum LineSearchOutcome {
        case accepted(previousValue: Double)
        case failed
    }

    /// Moves to an acceptable point on the way to `target`, and stores the correction.
    private mutating func searchLine(
        towards target: [Double], _ evaluate: ([Double]) -> (value: Double, gradient: [Double])
    ) -> LineSearchOutcome {
        let n = point.count
        let direction = zip(target, point).map { $0 - $1 }
        let slope = dot(gradient, direction)
        guard slope < 0 else { return .failed }
        // The first iteration may not overshoot the Cauchy point.
        var largestStep = 1.0
        if iterations > 0 {
            largestStep = 1e10
            for i in 0..<n where direction[i] != 0 {
                let room = direction[i] > 0 ? bound - point[i] : -bound - point[i]
                if direction[i].magnitude * largestStep > room.magnitude { largestStep = room / direction[i] }
            }
        }
        var search = MoreThuenteLineSearch(
            value: value, slope: slope, firstStep: min(1, largestStep), largestStep: largestStep, decrease: 1e-3,
            curvature: 0.9, tolerance: 0.1)
        for _ in 0..<20 {
            let step = search.step
            // The whole step lands on the target exactly.
            let trial = step == 1 ? target : zip(point, direction).map { $0 + step * $1 }
            let (trialValue, trialGradient) = evaluate(trial)
            let trialSlope = dot(trialGradient, direction)
            if search.take(value: trialValue, slope: trialSlope) {
                let previousValue = value
                let change = zip(trialGradient, gradient).map { $0 - $1 }
                let curvature = (trialSlope - slope) * step
                if curvature > 2.220446049250313e-16 * -slope * step {
                    corrections.append((direction.map { $0 * step }, change))
                    if corrections.count > Self.correctionLimit { corrections.removeFirst() }
                    theta = dot(change, change) / curvature
                }
                point = trial
                value = trialValue
                gradient = trialGradient
                return .accepted(previousValue: previousValue)
            }
        }
        return .failed
    }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
}

private func multiply(_ matrix: [Double], _ x: [Double]) -> [Double] {
    let n = x.count
    return (0..<n).map { i in
        var sum = 0.0
        for j in 0..<n { sum += matrix[i * n + j] * x[j] }
        return sum
    }
}

/// Solves by Cholesky's method; nil unless the matrix is positive definite.
private func solvePositiveDefinite(_ matrix: [Double], _ right: [Double]) -> [Double]? {
    let n = right.count
    var lower = matrix
    var x = right
    for i in 0..<n {
        for j in 0...i {
            var sum = matrix[i * n + j]
            for k in 0..<j { sum -= lower[i * n + k] * lower[j * n + k] }
            if i == j {
                guard sum > 0 else { return nil }
                lower[i * n + i] = sum.squareRoot()
            } else {
                lower[i * n + j] = sum / lower[j * n + j]
            }
        }
    }
    for i in 0..<n {
        for k in 0..<i { x[i] -= lower[i * n + k] * x[k] }
        x[i] /= lower[i * n + i]
    }
    for i in stride(from: n - 1, through: 0, by: -1) {
        for k in i + 1..<n { x[i] -= lower[k * n + i] * x[k] }
        x[i] /= lower[i * n + i]
    }
    return x
}
