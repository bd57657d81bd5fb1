extension WeightedQuadratic {
    /// Fits the parabola as locfit does where the points do not determine it: the shortest change of the weighted mean.
    ///
    /// With every column of `1, u, u²`, `u = x − centre`, divided by its weighted
    /// length, directions whose eigenvalue is below 1e-10 of the largest have no
    /// share in the fit. Two points then have a parabola through both, rather than a
    /// line, and a third point of next to no weight counts for nothing. Where the
    /// points do determine the parabola it is the least-squares one.
    ///
    /// - Precondition: One weight per point, none negative, some positive.
    init(shortestAbout centre: Double, x: ArraySlice<Double>, y: ArraySlice<Double>, weights: [Double]) {
        let moments = Moments(about: centre, x: Array(x), y: Array(y), weights: weights)
        guard let coefficients = moments.shortestCoefficients else {
            self.init(centre: centre, x: x, y: y, weights: weights)
            return
        }
        self.init(
            centre: centre, constant: moments.meanOfY + coefficients[0], linear: coefficients[1],
            quadratic: coefficients[2])
    }
}

/// The weighted sums of a quadratic regression.
private struct Moments {
    /// Eigenvalues below this share of the largest are zero.
    private static let tolerance = 1e-10

    let meanOfY: Double

    /// `Σ w·u^(i + j)`, rows of three.
    private var products: [[Double]]

    /// `Σ w·u^i·(y − meanOfY)`.
    private var gradient: [Double]

    init(about centre: Double, x: [Double], y: [Double], weights: [Double]) {
        var sums = [Double](repeating: 0, count: 5)
        var sumOfY = 0.0
        for index in x.indices {
            var power = weights[index]
            for exponent in sums.indices {
                sums[exponent] += power
                power *= x[index] - centre
            }
            sumOfY += weights[index] * y[index]
        }
        let mean = sumOfY / sums[0]
        var gradient = [0.0, 0.0, 0.0]
        for index in x.indices {
            var power = weights[index] * (y[index] - mean)
            for exponent in gradient.indices {
                gradient[exponent] += power
                power *= x[index] - centre
            }
        }
        meanOfY = mean
        self.gradient = gradient
        products = (0..<3).map { row in (0..<3).map { sums[row + $0] } }
    }

    /// The change of `(meanOfY, 0, 0)`; nil where the parabola is determined.
    var shortestCoefficients: [Double]? {
        let scales = (0..<3).map { products[$0][$0] > 0 ? 1 / products[$0][$0].squareRoot() : 0 }
        let scaled = (0..<3).map { row in (0..<3).map { scales[row] * products[row][$0] * scales[$0] } }
        let (values, vectors) = symmetricEigen(scaled)
        let largest = values.max() ?? 0
        let kept = values.indices.filter { values[$0] > Self.tolerance * largest }
        guard kept.count < 3 else { return nil }
        var change = [0.0, 0.0, 0.0]
        for direction in kept {
            let share =
                (0..<3).reduce(0) { $0 + vectors[direction][$1] * scales[$1] * gradient[$1] } / values[direction]
            for index in 0..<3 { change[index] += scales[index] * vectors[direction][index] * share }
        }
        return change
    }
}

/// Eigenvalues and eigenvectors of a symmetric matrix of three rows, by Jacobi's rotations.
private func symmetricEigen(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
    var a = matrix
    var vectors = [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]]
    // Convergence is quadratic; the matrix is small and has a diagonal of ones.
    for _ in 0..<30 {
        for (p, q) in [(0, 1), (0, 2), (1, 2)] where a[p][q].magnitude > 1e-300 {
            let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
            let root = (theta * theta + 1).squareRoot()
            let tangent = theta >= 0 ? 1 / (theta + root) : -1 / (root - theta)
            let cosine = 1 / (tangent * tangent + 1).squareRoot()
            let sine = tangent * cosine
            for k in 0..<3 {
                (a[k][p], a[k][q]) = (cosine * a[k][p] - sine * a[k][q], sine * a[k][p] + cosine * a[k][q])
            }
            for k in 0..<3 {
                (a[p][k], a[q][k]) = (cosine * a[p][k] - sine * a[q][k], sine * a[p][k] + cosine * a[q][k])
                (vectors[p][k], vectors[q][k]) = (
                    cosine * vectors[p][k] - sine * vectors[q][k], sine * vectors[p][k] + cosine * vectors[q][k]
                )
            }
        }
    }
    return ((0..<3).map { a[$0][$0] }, vectors)
}
