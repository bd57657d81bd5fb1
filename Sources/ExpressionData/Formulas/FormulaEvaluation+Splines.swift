import StatisticalKernels

/// `ns` and `bs`: their knots, and the columns.
extension FormulaEvaluation {
    mutating func spline(
        _ function: FormulaFunction, _ x: FormulaExpression, _ arguments: [String: FormulaExpression],
        in whole: FormulaExpression
    ) throws -> Value {
        let values = try covariate(x, in: whole)
        let degree = try wholeNumber(arguments["degree"], "degree", in: whole, among: 1...20) ?? 3
        let hasIntercept = try truth(arguments["intercept"], "intercept", in: whole) ?? false
        let boundary = try boundaryKnots(arguments["Boundary.knots"], of: values, in: whole)
        let inside = values.filter { ($0 >= boundary.low) && ($0 <= boundary.high) }
        // Of a natural spline the two constraints take two of the cubic spline's functions away.
        let least = (function == .ns ? 1 : degree) + (hasIntercept ? 1 : 0)
        let interior = try interiorKnots(arguments, least: least, inside: inside, in: whole)
        guard interior.allSatisfy({ boundary.low < $0 && $0 < boundary.high }) else {
            throw refusal(
                of: whole,
                "its knots \(listed(interior.map(decimal))) are not all between \(decimal(boundary.low)) "
                    + "and \(decimal(boundary.high))",
                remedy: "Choose other knots, or a smaller df where many samples have the same value.")
        }
        let spline = SplineBasis(
            degree: degree, interiorKnots: interior.sorted(), boundaryKnots: boundary, hasIntercept: hasIntercept)
        if function == .bs, inside.count < values.count {
            note("samples lie beyond its boundary knots, where its columns grow fast", of: whole)
        }
        let columns = function == .ns ? spline.naturalSplines(values) : spline.polynomialSplines(values)
        return .variable(columns.count == 1 ? .covariate(columns[0]) : .basis(columns))
    }

    private mutating func boundaryKnots(
        _ argument: FormulaExpression?, of values: [Double], in whole: FormulaExpression
    ) throws -> (low: Double, high: Double) {
        guard let knots = try numbers(argument, "Boundary.knots", in: whole) else {
            guard let low = values.min(), let high = values.max(), low < high else {
                throw refusal(of: whole, "all samples have the same value", remedy: "Remove it from the design.")
            }
            return (low, high)
        }
        guard knots.count == 2, knots[0] != knots[1] else {
            throw expected("two different numbers", as: "Boundary.knots", in: whole)
        }
        return (min(knots[0], knots[1]), max(knots[0], knots[1]))
    }

    /// Those that are given, else quantiles of the values at equal steps, as many as `df` leaves.
    private mutating func interiorKnots(
        _ arguments: [String: FormulaExpression], least: Int, inside: [Double], in whole: FormulaExpression
    ) throws -> [Double] {
        if let given = try numbers(arguments["knots"], "knots", in: whole) { return given }
        guard let columns = try wholeNumber(arguments["df"], "df", in: whole, among: 1...1000) else { return [] }
        if columns < least { note("df = \(columns) is too small, so it has \(least), as in R", of: whole) }
        guard columns > least else { return [] }
        guard !inside.isEmpty, columns <= samples.sampleCount else {
            throw refusal(
                of: whole, "\(counted(inside.count, "sample")) within its boundary knots are too few",
                remedy: "Choose a smaller df.")
        }
        let steps = Double(columns - least + 1)
        return (1...columns - least).map { quantile(Double($0) / steps, of: inside) }
    }

    private mutating func note(_ text: String, of whole: FormulaExpression) {
        warnings.append(
            InputWarning(.warning, place: InputPlace(file: samples.fileName), "the design's `\(whole)`: \(text)"))
    }
}
