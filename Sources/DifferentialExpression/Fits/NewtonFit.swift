import ExpressionData
import StatisticalKernels

/// Newton's method with halved steps for the ridge-penalised likelihood of one gene.
///
/// For the few genes at which scoring crawls: at a dispersion near its upper limit and with counts in a handful of
/// samples, the expected curvature is many times the observed one. The objective is strictly concave.
struct NewtonFit {
    private(set) var coefficients: [Double]
    private(set) var isConverged = false

    private let counts: [Double]
    private let logFactors: [Double]
    private let dispersion: Double
    private let ridges: [Double]
    private let design: DesignMatrix

    /// - Parameters:
    ///   - start: Finite coefficients, natural-log scale.
    ///   - ridges: The penalty of each, natural-log scale.
    init(
        counts: [Double], factors: [Double], dispersion: Double, start: [Double], ridges: [Double],
        design: DesignMatrix
    ) {
        self.counts = counts
        logFactors = factors.map { log($0) }
        self.dispersion = dispersion
        self.ridges = ridges
        self.design = design
        coefficients = start
        var objective = objective(at: start)
        for _ in 0..<200 {
            let step = newtonStep()
            guard step.allSatisfy(\.isFinite) else { return }
            var share = 1.0
            var next = moved(by: step, share: share)
            var nextObjective = self.objective(at: next)
            // Not written as its opposite: an objective that is no number is no improvement.
            while !(nextObjective >= objective - 1e-12 * objective.magnitude) && share > 1e-10 {
                share /= 2
                next = moved(by: step, share: share)
                nextObjective = self.objective(at: next)
            }
            coefficients = next
            objective = nextObjective
            let largest = coefficients.reduce(1) { max($0, $1.magnitude) }
            if share == 1, step.allSatisfy({ $0.magnitude < 1e-12 * largest }) {
                isConverged = true
                return
            }
        }
    }

    private func moved(by step: [Double], share: Double) -> [Double] {
        zip(coefficients, step).map { $0 + share * $1 }
    }

    private func logMean(_ sample: Int, _ b: [Double]) -> Double {
        b.indices.reduce(logFactors[sample]) { $0 + design[sample, $1] * b[$1] }
    }

    private func objective(at b: [Double]) -> Double {
        var sum = 0.0
        for sample in counts.indices {
            let eta = logMean(sample, b)
            sum += counts[sample] * eta - (counts[sample] + 1 / dispersion) * log1p(dispersion * exp(eta))
        }
        return zip(ridges, b).reduce(sum) { $0 - $1.0 / 2 * $1.1 * $1.1 }
    }

    private func newtonStep() -> [Double] {
        let order = coefficients.count
        var gradient = zip(ridges, coefficients).map { -$0 * $1 }
        var curvature = [Double](repeating: 0, count: order * order)
        for sample in counts.indices {
            let mean = exp(logMean(sample, coefficients))
            let spread = 1 + dispersion * mean
            let residual = (counts[sample] - mean) / spread
            let weight = mean * (1 + dispersion * counts[sample]) / (spread * spread)
            for i in 0..<order {
                gradient[i] += design[sample, i] * residual
                for j in 0...i { curvature[i * order + j] += weight * design[sample, i] * design[sample, j] }
            }
        }
        for i in 0..<order { curvature[i * order + i] += ridges[i] }
        return Self.solve(curvature, gradient)
    }

    /// Solves with a symmetric positive-definite matrix, of which the lower triangle is given, by its Cholesky factor.
    private static func solve(_ matrix: [Double], _ right: [Double]) -> [Double] {
        let order = right.count
        var l = matrix
        var x = right
        for i in 0..<order {
            for j in 0...i {
                let sum = (0..<j).reduce(l[i * order + j]) { $0 - l[i * order + $1] * l[j * order + $1] }
                l[i * order + j] = i == j ? sum.squareRoot() : sum / l[j * order + j]
            }
            x[i] = (0..<i).reduce(x[i]) { $0 - l[i * order + $1] * x[$1] } / l[i * order + i]
        }
        for i in stride(from: order - 1, through: 0, by: -1) {
            x[i] = (i + 1..<order).reduce(x[i]) { $0 - l[$1 * order + i] * x[$1] } / l[i * order + i]
        }
        return x
    }
}
