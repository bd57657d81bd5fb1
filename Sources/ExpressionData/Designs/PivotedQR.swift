/// Householder QR that moves columns which depend on earlier ones to the end.
///
/// The algorithm of LINPACK's `dqrdc2`, which R uses to decide on rank: a column
/// whose norm fell below `tolerance` times what it was is rejected; the others
/// keep their order.
struct PivotedQR {
    /// The columns' original positions: the accepted ones in order, then the rejected ones.
    private(set) var pivots: [Int]

    private(set) var rank: Int

    /// `reduced[column][row]`: R above the diagonal, for columns in `pivots` order.
    private var reduced: [[Double]]

    /// The diagonal elements of the reflections, whose other elements stand below R.
    private var reflectionHeads: [Double] = []

    /// - Parameter columns: One array of values per column, all of one length.
    init(_ columns: [[Double]], tolerance: Double = 1e-7) {
        let rowCount = columns.first?.count ?? 0
        pivots = Array(columns.indices)
        reduced = columns
        rank = columns.count
        var norms = columns.map { Self.norm($0[...]) }
        var original = norms.map { $0 == 0 ? 1 : $0 }
        for step in 0..<min(rowCount, columns.count) {
            while step < rank, norms[step] < original[step] * tolerance {
                Self.moveToEnd(step, &pivots)
                Self.moveToEnd(step, &reduced)
                Self.moveToEnd(step, &norms)
                Self.moveToEnd(step, &original)
                rank -= 1
            }
            if step >= rank || step == rowCount - 1 { break }
            reflect(step, norms: &norms)
        }
        rank = min(rank, rowCount)
    }

    private mutating func reflect(_ step: Int, norms: inout [Double]) {
        let rowCount = reduced[step].count
        var length = Self.norm(reduced[step][step...])
        guard length != 0 else { return reflectionHeads.append(0) }
        if reduced[step][step] < 0 { length = -length }
        for row in step..<rowCount { reduced[step][row] /= length }
        reduced[step][step] += 1
        for column in (step + 1)..<max(step + 1, reduced.count) {
            var projection = 0.0
            for row in step..<rowCount { projection -= reduced[step][row] * reduced[column][row] }
            projection /= reduced[step][step]
            for row in step..<rowCount { reduced[column][row] += projection * reduced[step][row] }
            guard norms[column] != 0 else { continue }
            let ratio = reduced[column][step].magnitude / norms[column]
            let remaining = max(1 - ratio * ratio, 0)
            // Below 1e-6 the running norm has lost its digits.
            if remaining < 1e-6 {
                norms[column] = Self.norm(reduced[column][(step + 1)...])
            } else {
                norms[column] *= remaining.squareRoot()
            }
        }
        reflectionHeads.append(reduced[step][step])
        reduced[step][step] = -length
    }

    /// The diagonal of R, for columns in `pivots` order.
    var diagonal: [Double] { (0..<rank).map { reduced[$0][$0] } }

    /// `Q·values`, Q being square.
    func timesQ(_ values: [Double]) -> [Double] {
        reflectionHeads.indices.reversed().reduce(into: values) { reflect(&$0, at: $1) }
    }

    /// `Qᵀ·values`.
    func timesTransposedQ(_ values: [Double]) -> [Double] {
        reflectionHeads.indices.reduce(into: values) { reflect(&$0, at: $1) }
    }

    private func reflect(_ values: inout [Double], at step: Int) {
        let head = reflectionHeads[step]
        guard head != 0 else { return }
        var projection = -head * values[step]
        for row in (step + 1)..<max(step + 1, values.count) { projection -= reduced[step][row] * values[row] }
        projection /= head
        values[step] += projection * head
        for row in (step + 1)..<max(step + 1, values.count) { values[row] += projection * reduced[step][row] }
    }

    /// The accepted columns that a rejected one is a combination of, by
    /// position in the input, with their coefficients.
    ///
    /// - Precondition: `rejected` is one of `pivots[rank...]`.
    func dependence(of rejected: Int) -> [(column: Int, coefficient: Double)] {
        let place = pivots.firstIndex(of: rejected)!
        var solution = Array(reduced[place][..<rank])
        for row in stride(from: rank - 1, through: 0, by: -1) {
            for column in (row + 1)..<max(row + 1, rank) { solution[row] -= reduced[column][row] * solution[column] }
            solution[row] /= reduced[row][row]
        }
        return (0..<rank).map { (pivots[$0], solution[$0]) }
    }

    private static func norm(_ values: ArraySlice<Double>) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    private static func moveToEnd<Element>(_ position: Int, _ array: inout [Element]) {
        array.append(array.remove(at: position))
    }
}
