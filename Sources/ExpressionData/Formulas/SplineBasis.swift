/// Splines of a covariate as columns of a design, as `ns` and `bs` of R's package splines make them.
struct SplineBasis {
    /// Of the pieces' polynomials: 3 is cubic.
    let degree: Int

    /// Between the boundary knots, ascending.
    let interiorKnots: [Double]

    /// Beyond these a natural spline is straight, and others go on as the polynomial of the outermost piece.
    let boundaryKnots: (low: Double, high: Double)

    let hasIntercept: Bool

    private var functions: BSplines {
        let low = [Double](repeating: boundaryKnots.low, count: degree + 1)
        let high = [Double](repeating: boundaryKnots.high, count: degree + 1)
        return BSplines(knots: low + interiorKnots + high, degree: degree)
    }

    /// B-splines, without the first where there is no intercept.
    func polynomialSplines(_ values: [Double]) -> [[Double]] {
        let functions = functions
        // A quarter of the outermost piece away from the boundary, where the expansion is less ill-conditioned.
        let low = 0.75 * boundaryKnots.low + 0.25 * functions.knots[degree + 1]
        let high = 0.75 * boundaryKnots.high + 0.25 * functions.knots[functions.knots.count - degree - 2]
        let rows = values.map { value in
            if value < boundaryKnots.low { return functions.expanded(around: low, at: value, terms: degree) }
            if value > boundaryKnots.high { return functions.expanded(around: high, at: value, terms: degree) }
            return functions.values(at: value)
        }
        return columns(of: rows)
    }

    /// Natural cubic splines: the B-splines whose second derivatives vanish at both boundary knots.
    ///
    /// The second derivatives at the boundaries are two linear constraints; the
    /// columns are what is left of the B-splines when the first two directions
    /// of the constraints' QR factorisation are taken away.
    func naturalSplines(_ values: [Double]) -> [[Double]] {
        let functions = functions
        let rows = values.map { value in
            if value < boundaryKnots.low {
                return functions.expanded(around: boundaryKnots.low, at: value, terms: 1)
            }
            if value > boundaryKnots.high {
                return functions.expanded(around: boundaryKnots.high, at: value, terms: 1)
            }
            return functions.values(at: value)
        }
        let first = hasIntercept ? 0 : 1
        let constraints = [boundaryKnots.low, boundaryKnots.high].map {
            Array(functions.values(at: $0, derivative: 2)[first...])
        }
        let factorisation = PivotedQR(constraints)
        let rotated = rows.map { factorisation.timesTransposedQ(Array($0[first...])) }
        return (2..<rotated[0].count).map { column in rotated.map { $0[column] } }
    }

    private func columns(of rows: [[Double]]) -> [[Double]] {
        ((hasIntercept ? 0 : 1)..<rows[0].count).map { column in rows.map { $0[column] } }
    }
}

/// The B-splines over a sequence of knots (de Boor, 1978).
struct BSplines {
    /// Ascending; each boundary knot `degree + 1` times.
    let knots: [Double]
    let degree: Int

    /// All functions, or one of their derivatives, at a point between the boundary knots.
    ///
    /// At a knot it is the piece to the right, at the last the one to the left.
    func values(at x: Double, derivative: Int = 0) -> [Double] {
        guard derivative <= degree else { return [Double](repeating: 0, count: knots.count - degree - 1) }
        var values = [Double](repeating: 0, count: knots.count - 1)
        let last = knots.indices.last { knots[$0] < knots.last! }!
        values[min(last, knots.indices.last { knots[$0] <= x }!)] = 1
        for order in 1..<max(1, degree - derivative + 1) { values = raised(values, to: order, at: x) }
        for order in (degree - derivative + 1)..<(degree + 1) { values = differentiated(values, to: order) }
        return values
    }

    /// The polynomial of the piece around a point, continued to another place.
    func expanded(around point: Double, at x: Double, terms: Int) -> [Double] {
        var factor = 1.0
        var sum = values(at: point)
        for derivative in 1...terms {
            factor *= (x - point) / Double(derivative)
            let slopes = values(at: point, derivative: derivative)
            for position in sum.indices { sum[position] += factor * slopes[position] }
        }
        return sum
    }

    /// The functions of one degree more.
    private func raised(_ values: [Double], to degree: Int, at x: Double) -> [Double] {
        (0..<values.count - 1).map { position in
            var sum = 0.0
            if values[position] != 0 {
                sum += (x - knots[position]) / (knots[position + degree] - knots[position]) * values[position]
            }
            if values[position + 1] != 0 {
                let end = knots[position + degree + 1]
                sum += (end - x) / (end - knots[position + 1]) * values[position + 1]
            }
            return sum
        }
    }

    /// The derivatives of the functions of one degree more, from the functions or from derivatives of theirs.
    private func differentiated(_ values: [Double], to degree: Int) -> [Double] {
        (0..<values.count - 1).map { position in
            var sum = 0.0
            if values[position] != 0 { sum += values[position] / (knots[position + degree] - knots[position]) }
            if values[position + 1] != 0 {
                sum -= values[position + 1] / (knots[position + degree + 1] - knots[position + 1])
            }
            return Double(degree) * sum
        }
    }
}
