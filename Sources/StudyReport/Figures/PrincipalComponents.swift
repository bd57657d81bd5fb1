/// The samples' places along the directions of largest variance, as `plotPCA` of DESeq2 has them: of the genes that vary
/// most, centred and not scaled.
package struct PrincipalComponents: Sendable {
    /// By component, then sample.
    package let scores: [[Double]]

    /// The share of the genes' variance that each component explains.
    package let explained: [Double]

    /// The number of genes used.
    package let genes: Int

    /// - Parameters:
    ///   - values: Transformed counts, `sample * genes + gene`; genes with a missing value are left out.
    ///   - mostVariable: How many genes to use, those of the largest variance; DESeq2 takes 500.
    package init(of values: [Double], samples: Int, mostVariable: Int = 500, components: Int = 4) {
        let geneCount = samples == 0 ? 0 : values.count / samples
        var variances = [(variance: Double, gene: Int)]()
        for gene in 0..<geneCount {
            var sum = 0.0
            for sample in 0..<samples { sum += values[sample * geneCount + gene] }
            let mean = sum / Double(samples)
            var squares = 0.0
            for sample in 0..<samples {
                let deviation = values[sample * geneCount + gene] - mean
                squares += deviation * deviation
            }
            if squares.isFinite, squares > 0 { variances.append((squares, gene)) }
        }
        let chosen = variances.sorted { (-$0.variance, $0.gene) < (-$1.variance, $1.gene) }.prefix(mostVariable).map(
            \.gene)
        genes = chosen.count
        // The samples' products: small, whatever the number of genes.
        var centred = [[Double]](repeating: [], count: samples)
        for gene in chosen {
            let column = (0..<samples).map { values[$0 * geneCount + gene] }
            let mean = column.reduce(0, +) / Double(samples)
            for sample in 0..<samples { centred[sample].append(column[sample] - mean) }
        }
        var products = [Double](repeating: 0, count: samples * samples)
        for a in 0..<samples {
            for b in a..<samples {
                var sum = 0.0
                for index in chosen.indices { sum += centred[a][index] * centred[b][index] }
                products[a * samples + b] = sum
                products[b * samples + a] = sum
            }
        }
        let total = (0..<samples).reduce(0.0) { $0 + products[$1 * samples + $1] }
        var scores: [[Double]] = []
        var explained: [Double] = []
        for component in 0..<min(components, max(samples - 1, 0)) {
            let (vector, value) = PrincipalComponents.largest(of: products, size: samples, start: component)
            guard value > 1e-12 * max(total, 1e-300) else { break }
            scores.append(vector.map { $0 * value.squareRoot() })
            explained.append(value / total)
            for a in 0..<samples {
                for b in 0..<samples { products[a * samples + b] -= value * vector[a] * vector[b] }
            }
        }
        self.scores = scores
        self.explained = explained
    }

    /// The largest eigenvalue of a symmetric matrix without negative ones, and its vector, whose largest element in
    /// magnitude is made positive; by repeated multiplication.
    private static func largest(of matrix: [Double], size: Int, start: Int) -> (vector: [Double], value: Double) {
        // A fixed start that no direction of real data is orthogonal to.
        var vector = (0..<size).map { 1 + Double(($0 * 7_919 + start * 104_729) % 1_009) / 1_009 }
        var value = 0.0
        for _ in 0..<2_000 {
            var next = [Double](repeating: 0, count: size)
            for row in 0..<size {
                var sum = 0.0
                for column in 0..<size { sum += matrix[row * size + column] * vector[column] }
                next[row] = sum
            }
            let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { return (vector, 0) }
            let change = zip(next, vector).reduce(0.0) { max($0, abs($1.0 / length - $1.1)) }
            vector = next.map { $0 / length }
            value = length
            if change < 1e-13 { break }
        }
        let peak = vector.indices.max { abs(vector[$0]) < abs(vector[$1]) } ?? 0
        return (vector[peak] < 0 ? vector.map { -$0 } : vector, value)
    }
}
