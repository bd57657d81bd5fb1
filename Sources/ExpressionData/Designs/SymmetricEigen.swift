/// Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations.
struct SymmetricEigen {
    /// Ascending.
    let values: [Double]

    /// `vectors[k]` belongs to `values[k]` and has length 1.
    let vectors: [[Double]]

    /// - Parameter matrix: Rows of a symmetric matrix.
    init(_ matrix: [[Double]]) {
        let size = matrix.count
        var a = matrix
        var v = (0..<size).map { row in (0..<size).map { $0 == row ? 1.0 : 0.0 } }
        let scale = matrix.joined().reduce(0) { $0 + $1 * $1 }
        // Convergence is quadratic; 60 sweeps are never reached.
        for _ in 0..<60 {
            var offDiagonal = 0.0
            for row in 0..<size { for column in 0..<row { offDiagonal += a[row][column] * a[row][column] } }
            if offDiagonal <= scale * 1e-30 { break }
            for p in 0..<size {
                for q in (p + 1)..<max(p + 1, size) where a[p][q] != 0 {
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let root = (theta * theta + 1).squareRoot()
                    let tangent = theta >= 0 ? 1 / (theta + root) : -1 / (root - theta)
                    let cosine = 1 / (tangent * tangent + 1).squareRoot()
                    let sine = tangent * cosine
                    for k in 0..<size {
                        (a[k][p], a[k][q]) = (cosine * a[k][p] - sine * a[k][q], sine * a[k][p] + cosine * a[k][q])
                    }
                    for k in 0..<size {
                        (a[p][k], a[q][k]) = (cosine * a[p][k] - sine * a[q][k], sine * a[p][k] + cosine * a[q][k])
                        (v[k][p], v[k][q]) = (cosine * v[k][p] - sine * v[k][q], sine * v[k][p] + cosine * v[k][q])
                    }
                }
            }
        }
        let order = (0..<size).sorted { a[$0][$0] < a[$1][$1] }
        values = order.map { a[$0][$0] }
        vectors = order.map { column in (0..<size).map { v[$0][column] } }
    }
}
