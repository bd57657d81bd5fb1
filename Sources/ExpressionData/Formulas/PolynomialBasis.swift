/// The powers of a covariate as columns of a design, as R's `poly` makes them.
enum PolynomialBasis {
    /// `x, x², …`.
    static func powers(of values: [Double], degree: Int) -> [[Double]] {
        (1...degree).map { power in values.map { raised($0, to: Double(power)) } }
    }

    /// Orthogonal polynomials of degrees 1 to `degree`: of length 1, orthogonal to each other and to a constant.
    ///
    /// The QR factorisation of the powers of the centred values; every column
    /// has the sign that makes its leading coefficient positive.
    ///
    /// - Returns: Nil where the values do not tell so many powers apart.
    static func orthogonal(_ values: [Double], degree: Int) -> [[Double]]? {
        guard degree < Set(values).count else { return nil }
        let mean = arithmeticMean(of: values)
        let centred = values.map { $0 - mean }
        let ones = [Double](repeating: 1, count: values.count)
        let factorisation = PivotedQR([ones] + powers(of: centred, degree: degree))
        guard factorisation.rank == degree + 1 else { return nil }
        return (1...degree).map { column in
            var unit = [Double](repeating: 0, count: values.count)
            unit[column] = factorisation.diagonal[column]
            let residual = factorisation.timesQ(unit)
            let length = residual.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return residual.map { $0 / length }
        }
    }
}

/// NaN of no values.
func arithmeticMean(of values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
}
