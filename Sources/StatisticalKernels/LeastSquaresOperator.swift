/// `(XᵀX)⁻¹Xᵀ` of a matrix of full column rank, by Householder reflections.
///
/// - Parameters:
///   - matrix: `matrix[row * columnCount + column]`.
///   - rowCount: At least the number of columns.
/// - Returns: `result[column * rowCount + row]`.
package func leastSquaresOperator(_ matrix: [Double], rowCount: Int, columnCount: Int) -> [Double] {
    precondition(rowCount >= columnCount && matrix.count == rowCount * columnCount)
    var a = matrix
    // Column by column of Qᵀ, started from the identity.
    var q = [Double](repeating: 0, count: rowCount * rowCount)
    for row in 0..<rowCount { q[row * rowCount + row] = 1 }
    var reflector = [Double](repeating: 0, count: rowCount)
    for column in 0..<columnCount {
        var square = 0.0
        for row in column..<rowCount { square += a[row * columnCount + column] * a[row * columnCount + column] }
        let head = a[column * columnCount + column]
        let norm = head > 0 ? -square.squareRoot() : square.squareRoot()
        for row in column..<rowCount { reflector[row] = a[row * columnCount + column] }
        reflector[column] -= norm
        let length = square - head * norm
        guard length > 0 else { continue }
        func reflect(_ values: inout [Double], stride: Int, from first: Int) {
            for other in first..<stride {
                var sum = 0.0
                for row in column..<rowCount { sum += reflector[row] * values[row * stride + other] }
                let factor = sum / length
                for row in column..<rowCount { values[row * stride + other] -= factor * reflector[row] }
            }
        }
        reflect(&a, stride: columnCount, from: column)
        reflect(&q, stride: rowCount, from: 0)
    }
    var result = [Double](repeating: 0, count: columnCount * rowCount)
    for sample in 0..<rowCount {
        for i in stride(from: columnCount - 1, through: 0, by: -1) {
            var sum = q[i * rowCount + sample]
            for k in i + 1..<columnCount { sum -= a[i * columnCount + k] * result[k * rowCount + sample] }
            result[i * rowCount + sample] = sum / a[i * columnCount + i]
        }
    }
    return result
}
