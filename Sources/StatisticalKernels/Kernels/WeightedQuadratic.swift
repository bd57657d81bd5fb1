/// A parabola `constant + linear·(x − centre) + quadratic·(x − centre)²`.
package struct WeightedQuadratic: Equatable, Sendable {
    package var centre: Double
    package var constant: Double
    package var linear: Double
    package var quadratic: Double

    package init(centre: Double, constant: Double, linear: Double, quadratic: Double) {
        self.centre = centre
        self.constant = constant
        self.linear = linear
        self.quadratic = quadratic
    }

    /// Fits the parabola by weighted least squares.
    ///
    /// The fit is made with polynomials that are orthogonal under the weights, so
    /// that it stays accurate where all points lie on one side of the centre. With
    /// fewer than three distinct points of positive weight it is a line or a constant.
    ///
    /// - Precondition: One weight per point, none negative, some positive.
    package init(centre: Double, x: ArraySlice<Double>, y: ArraySlice<Double>, weights: [Double]) {
        precondition(x.count == y.count && x.count == weights.count)
        let (x, y) = (Array(x), Array(y))
        // First degree: u − meanOffset, where u = x − centre.
        var (total, sum, sumOfY) = (0.0, 0.0, 0.0)
        for index in x.indices {
            total += weights[index]
            sum += weights[index] * (x[index] - centre)
            sumOfY += weights[index] * y[index]
        }
        let meanOffset = sum / total
        let meanOfY = sumOfY / total

        var (spread, skew, lineProduct) = (0.0, 0.0, 0.0)
        for index in x.indices {
            let deviation = x[index] - centre - meanOffset
            let square = weights[index] * deviation * deviation
            spread += square
            skew += square * deviation
            lineProduct += weights[index] * deviation * (y[index] - meanOfY)
        }
        guard spread > 0 else {
            self.init(centre: centre, constant: meanOfY, linear: 0, quadratic: 0)
            return
        }
        let lineSlope = lineProduct / spread

        // Second degree: d·(d − skew/spread) − spread/total, where d = u − meanOffset.
        let shift = skew / spread
        let level = spread / total
        var (bendSpread, bendProduct) = (0.0, 0.0)
        for index in x.indices {
            let deviation = x[index] - centre - meanOffset
            let bend = deviation * (deviation - shift) - level
            bendSpread += weights[index] * bend * bend
            bendProduct += weights[index] * bend * (y[index] - meanOfY - lineSlope * deviation)
        }
        // A sum of rounding errors is no evidence of a third distinct point.
        let curvature = bendSpread > 1e-20 * spread * level ? bendProduct / bendSpread : 0

        self.init(
            centre: centre,
            constant: meanOfY - lineSlope * meanOffset + curvature * (meanOffset * (meanOffset + shift) - level),
            linear: lineSlope - curvature * (2 * meanOffset + shift),
            quadratic: curvature)
    }

    package func value(at x: Double) -> Double {
        let offset = x - centre
        return constant + offset * (linear + offset * quadratic)
    }

    package func slope(at x: Double) -> Double {
        linear + 2 * quadratic * (x - centre)
    }
}
