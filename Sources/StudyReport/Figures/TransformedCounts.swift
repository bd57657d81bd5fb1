import StoredRuns
import StatisticalKernels

/// Counts on a scale on which samples can be compared, for pictures: the run's own transform where it has one, else
/// log2 of normalized counts plus one, of the analysed genes.
package struct TransformedCounts: Sendable {
    /// `sample * genes + gene`, of the genes in `rows`.
    package let values: [Double]

    /// Positions among all genes.
    package let rows: [Int]

    /// What the scale is called.
    package let label: String

    package init(of run: StoredRun) throws {
        let (samples, genes) = (run.samples.names.count, run.genes.ids.count)
        rows = run.genes.analysed
        for (name, label) in [("vst", "variance-stabilized counts"), ("rlog", "rlog counts")] {
            guard let layer = try run.layer(name) else { continue }
            self.label = label
            values = TransformedCounts.gather(rows: rows, samples: samples) { layer[$0 * genes + $1] }
            return
        }
        let counts = try run.counts()
        let factors = try run.layer("normalization_factors")
        label = "log₂ (normalized count + 1)"
        values = TransformedCounts.gather(rows: rows, samples: samples) { sample, gene in
            let divisor = factors?[sample * genes + gene] ?? run.samples.sizeFactors[sample]
            return log2(Double(counts[sample * genes + gene]) / divisor + 1)
        }
    }

    private static func gather(rows: [Int], samples: Int, value: (Int, Int) -> Double) -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(rows.count * samples)
        for sample in 0..<samples {
            for gene in rows { values.append(value(sample, gene)) }
        }
        return values
    }

    /// Euclidean distances of the samples over all genes, by sample, then sample.
    package func distances(samples: Int) -> [[Double]] {
        let genes = rows.count
        var distances = [[Double]](repeating: [Double](repeating: 0, count: samples), count: samples)
        values.withUnsafeBufferPointer { values in
            for a in 0..<samples {
                for b in (a + 1)..<max(samples, a + 1) {
                    var sum = 0.0
                    for gene in 0..<genes {
                        let difference = values[a * genes + gene] - values[b * genes + gene]
                        if difference.isFinite { sum += difference * difference }
                    }
                    distances[a][b] = sum.squareRoot()
                    distances[b][a] = sum.squareRoot()
                }
            }
        }
        return distances
    }
}
