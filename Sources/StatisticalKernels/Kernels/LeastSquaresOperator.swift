/// `(XᵀX)⁻¹Xᵀ` of a matrix of full column rank, by Householder reflections.
///
/// - Parameters:
///   - matrix: `matrix[row * columnCount + column]`.
///   - rowCount: At least the number of columns.
/// - Returns: `result[column * rowCount + row]`.
package func leastSquaresOperator(_ matrix: [Double], rowCount: Int, columnCount: Int) -> [Double] {
    precondition(rowCount >= columnCount && matrix.count == rowCount * columnCount)
    let reflections = HouseholderReflections(matrix, rowCount: rowCount, columnCount: columnCount)
    let r = reflections.triangle
    var result = [Double](repeating: 0, count: columnCount * rowCount)
    var q = [SIMD8<Double>](repeating: .zero, count: rowCount)
    for first in stride(from: 0, to: rowCount, by: 8) {
        // Eight columns of Qᵀ: what the reflections make of eight unit vectors.
        let lanes = min(8, rowCount - first)
        for row in 0..<rowCount { q[row] = .zero }
        for lane in 0..<lanes { q[first + lane][lane] = 1 }
        reflections.apply(to: &q)
        for i in stride(from: columnCount - 1, through: 0, by: -1) {
            for lane in 0..<lanes {
                let sample = first + lane
                var sum = q[i][lane]
                for k in i + 1..<columnCount { sum -= r[i * columnCount + k] * result[k * rowCount + sample] }
                result[i * rowCount + sample] = sum / r[i * columnCount + i]
            }
        }
    }
    return result
}

/// The reflections that make a matrix triangular, one after another.
private struct HouseholderReflections {
    /// The matrix after them: upper triangular in its first rows.
    let triangle: [Double]

    private var reflectors: [(column: Int, vector: [Double], length: Double)] = []

    init(_ matrix: [Double], rowCount: Int, columnCount: Int) {
        var a = matrix
        for column in 0..<columnCount {
            var square = 0.0
            for row in column..<rowCount { square += a[row * columnCount + column] * a[row * columnCount + column] }
            let head = a[column * columnCount + column]
            let norm = head > 0 ? -square.squareRoot() : square.squareRoot()
            var vector = (0..<rowCount).map { $0 < column ? 0 : a[$0 * columnCount + column] }
            vector[column] -= norm
            let length = square - head * norm
            guard length > 0 else { continue }
            for other in column..<columnCount {
                var sum = 0.0
                for row in column..<rowCount { sum += vector[row] * a[row * columnCount + other] }
                let factor = sum / length
                for row in column..<rowCount { a[row * columnCount + other] -= factor * vector[row] }
            }
            reflectors.append((column, vector, length))
        }
        triangle = a
    }

    /// Reflects eight vectors at a time, each as if alone.
    func apply(to rows: inout [SIMD8<Double>]) {
        for (column, vector, length) in reflectors {
            var sum = SIMD8<Double>.zero
            for row in column..<rows.count { sum += vector[row] * rows[row] }
            let factor = sum / length
            for row in column..<rows.count { rows[row] -= factor * vector[row] }
        }
    }
}
