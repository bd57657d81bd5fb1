import ExpressionData

extension ModelContext {
    /// Samples of a relative weight above it count for the rank of a weighted design.
    static let leastWeight = 0.01

    /// Which genes of a block are left out of every fit.
    ///
    /// Those without counts, and those whose observation weights leave the
    /// design without full rank: either the weighted design, or the design of
    /// the samples whose relative weight is above 0.01 (docs/numerics.md §3).
    func unfitted(_ block: CountBlock) -> [Bool] {
        guard !block.weights.isEmpty else { return block.allZero }
        return block.allZero.enumerated().map { gene, isZero in
            isZero || !hasFullRank(under: block.relativeWeights[gene * sampleCount..<(gene + 1) * sampleCount])
        }
    }

    func fittedGenes(_ block: CountBlock) -> [Int32] {
        let isLeftOut = unfitted(block)
        return isLeftOut.indices.filter { !isLeftOut[$0] }.map { Int32($0) }
    }

    /// The genes of a block that have counts and a dispersion.
    ///
    /// Whether a gene's weights allow a fit was decided where its dispersion was estimated, and is not asked again of
    /// another design: a design with a column for every level would always fail.
    func fittedGenes(_ block: CountBlock, dispersion: [Double]) -> [Int32] {
        block.allZero.indices.filter { !block.allZero[$0] && !dispersion[$0].isNaN }.map { Int32($0) }
    }

    private func hasFullRank(under weights: ArraySlice<Double>) -> Bool {
        guard weights.contains(where: { $0 <= Self.leastWeight }) else { return true }
        let rows = (0..<sampleCount).map { sample in (0..<coefficientCount).map { design[sample, $0] } }
        let weighted = zip(rows, weights).map { row, weight in row.map { $0 * weight } }
        guard rank(weighted) == coefficientCount else { return false }
        let kept = zip(rows, weights).filter { $0.1 > Self.leastWeight }.map(\.0)
        let present = (0..<coefficientCount).filter { column in kept.contains { $0[column] != 0 } }
        return rank(kept.map { row in present.map { row[$0] } }) == present.count
    }
}

/// The number of columns that are no combination of those before them, within 1e-7 of their length.
private func rank(_ rows: [[Double]]) -> Int {
    guard let width = rows.first?.count else { return 0 }
    var basis: [[Double]] = []
    for column in 0..<width {
        var vector = rows.map { $0[column] }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // Twice, because one pass of orthogonalisation loses digits to cancellation.
        for _ in 0..<2 {
            for direction in basis {
                var product = 0.0
                for index in vector.indices { product += vector[index] * direction[index] }
                for index in vector.indices { vector[index] -= product * direction[index] }
            }
        }
        let rest = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        if length > 0 && rest > 1e-7 * length { basis.append(vector.map { $0 / rest }) }
    }
    return basis.count
}
