import ExpressionData
import StatisticalKernels

/// A design whose numeric columns are centred within groups, uncorrelated and scaled: the same model, better conditioned.
///
/// A covariate far from zero, such as a year of birth, is almost a multiple of
/// the intercept, and sums of its squares lose the digits that tell them apart.
/// 0/1 columns stay as they are; every other column becomes what of it the 0/1
/// columns and the other columns before it do not explain, with mean square 1.
struct ConditionedDesign: Sendable {
    /// With the names and the order of the given columns.
    let matrix: DesignMatrix

    /// The coefficients of the given columns from those of `matrix`:
    /// `β[i] = Σ transform[i * columnCount + j]·γ[j]`; nil where both designs are the same.
    let transform: [Double]?

    /// The coefficients of `matrix` from those of the given columns, in the same order; nil where both designs are the same.
    let mixing: [Double]?

    /// - Precondition: The design has full rank.
    init(of design: DesignMatrix) {
        let count = design.columnCount
        let samples = design.sampleCount
        var columns = (0..<count).map { column in (0..<samples).map { design[$0, column] } }
        let numeric = (0..<count).filter { column in !columns[column].allSatisfy { $0 == 0 || $0 == 1 } }
        guard !numeric.isEmpty else {
            matrix = design
            transform = nil
            mixing = nil
            return
        }
        let indicators = (0..<count).filter { !numeric.contains($0) }
        let projection =
            indicators.isEmpty
            ? []
            : leastSquaresOperator(
                (0..<samples).flatMap { sample in indicators.map { design[sample, $0] } }, rowCount: samples,
                columnCount: indicators.count)
        // `mixing[i][j]`: how much of working column i is in given column j.
        var mixing = (0..<count).map { row in (0..<count).map { row == $0 ? 1.0 : 0.0 } }
        var done: [Int] = []
        for column in numeric {
            // Twice, because the first pass leaves rounding errors of the column's own size.
            for _ in 0..<2 {
                let shares = indicators.indices.map { index in
                    dot(projection[index * samples..<(index + 1) * samples], columns[column][...])
                }
                for (share, indicator) in zip(shares, indicators) {
                    mixing[indicator][column] += share
                    subtract(share, columns[indicator], from: &columns[column])
                }
                for previous in done {
                    let share = dot(columns[previous][...], columns[column][...]) / Double(samples)
                    mixing[previous][column] += share
                    subtract(share, columns[previous], from: &columns[column])
                }
            }
            let scale = (dot(columns[column][...], columns[column][...]) / Double(samples)).squareRoot()
            mixing[column][column] = scale
            for sample in 0..<samples { columns[column][sample] /= scale }
            done.append(column)
        }
        matrix = DesignMatrix(
            columnNames: design.columnNames, values: (0..<samples).flatMap { row in columns.map { $0[row] } },
            sampleCount: samples, isSingleTwoLevelFactor: design.isSingleTwoLevelFactor)
        // γ = mixing·β is triangular with the 0/1 columns first.
        var inverse = [Double](repeating: 0, count: count * count)
        for j in 0..<count {
            for i in numeric.reversed() {
                var sum = i == j ? 1.0 : 0
                for k in numeric where k > i { sum -= mixing[i][k] * inverse[k * count + j] }
                inverse[i * count + j] = sum / mixing[i][i]
            }
            for i in indicators {
                var sum = i == j ? 1.0 : 0
                for k in numeric { sum -= mixing[i][k] * inverse[k * count + j] }
                inverse[i * count + j] = sum
            }
        }
        transform = inverse
        self.mixing = mixing.flatMap { $0 }
    }
}

private func dot(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    var sum = 0.0
    for (x, y) in zip(a, b) { sum += x * y }
    return sum
}

private func subtract(_ share: Double, _ other: [Double], from column: inout [Double]) {
    for index in column.indices { column[index] -= share * other[index] }
}
