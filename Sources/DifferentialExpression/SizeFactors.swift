import ExpressionData
import StatisticalKernels

/// Each sample's sequencing depth relative to the others.
///
/// A count divided by its sample's size factor is a normalized count.
package struct SizeFactors: Equatable, Sendable {
    package enum Method: String, Sendable {
        /// DESeq2's `ratio`: the median of a sample's counts over the genes'
        /// geometric means, from the genes without any zero (Anders & Huber, 2010).
        case medianOfRatios = "ratio"

        /// DESeq2's `poscounts`: zeros are left out of the geometric means'
        /// products but not of their number of factors, so that genes with some
        /// zeros take part; the result is scaled to a geometric mean of 1.
        case positiveCounts = "poscounts"
    }

    /// One positive value per sample, in the counts' order.
    package let values: [Double]

    package init(_ values: [Double]) {
        self.values = values
    }

    /// - Parameters:
    ///   - controlGenes: Rows that are thought not to vary; the medians are taken
    ///     over these alone. Nil means all.
    /// - Complexity: O(genes × samples), one logarithm per count at most.
    package init(
        estimatedFrom counts: CountMatrix,
        by method: Method = .medianOfRatios,
        controlGenes: [Int]? = nil
    ) throws(SizeFactorError) {
        if let sample = counts.firstAllZeroSample {
            throw .allZeroSample(counts.sampleNames[sample])
        }
        var logRatios = LogRatios(sampleCount: counts.sampleCount, capacity: counts.geneCount)
        let hasGeometricMeans = logRatios.gather(from: counts, by: method, genes: controlGenes)
        guard hasGeometricMeans else { throw .everyGeneHasAZero }

        var factors: [Double] = []
        for sample in 0..<counts.sampleCount {
            let logFactor = logRatios.median(ofSample: sample)
            guard !logFactor.isNaN else { throw .noControlGeneCounted(in: counts.sampleNames[sample]) }
            factors.append(exp(logFactor))
        }
        if method == .positiveCounts {
            let scale = exp(compensatedSum(factors.map { log($0) }) / Double(factors.count))
            for sample in factors.indices { factors[sample] /= scale }
        }
        values = factors
    }
}

package enum SizeFactorError: Error, Equatable, CustomStringConvertible {
    case allZeroSample(String)
    case everyGeneHasAZero
    case noControlGeneCounted(in: String)

    package var description: String {
        switch self {
        case .allZeroSample(let sample):
            "sample \(sample) has no counts at all, so it has no size factor; "
                + "remove it from the counts and the sample sheet"
        case .everyGeneHasAZero:
            "every gene has a zero in some sample, so no geometric mean over the samples exists; "
                + "use --size-factors poscounts, or give the factors in a file"
        case .noControlGeneCounted(let sample):
            "sample \(sample) has no count above zero among the control genes; "
                + "choose control genes that are expressed in every sample"
        }
    }
}

/// Logarithms of counts over their gene's geometric mean, sample by sample.
private struct LogRatios {
    private let capacity: Int
    private var values: [Double]
    private var filled: [Int]

    init(sampleCount: Int, capacity: Int) {
        self.capacity = capacity
        values = [Double](repeating: 0, count: sampleCount * capacity)
        filled = [Int](repeating: 0, count: sampleCount)
    }

    /// Adds the ratios of the genes that have a geometric mean.
    ///
    /// - Parameter genes: The genes whose ratios are wanted; nil means all.
    /// - Returns: Whether any gene has a geometric mean, wanted or not.
    mutating func gather(from counts: CountMatrix, by method: SizeFactors.Method, genes: [Int]?) -> Bool {
        let sampleCount = counts.sampleCount
        var isWanted = [Bool](repeating: genes == nil, count: counts.geneCount)
        for gene in genes ?? [] { isWanted[gene] = true }
        // Most counts are small, and a look-up is a tenth of a logarithm.
        let logOfSmallCount = (0..<4_096).map { log(Double($0)) }
        var logs = [Double](repeating: 0, count: sampleCount)
        var hasGeometricMeans = false

        counts.counts.withUnsafeBufferPointer { counts in
            values.withUnsafeMutableBufferPointer { values in
                for gene in isWanted.indices {
                    let row = UnsafeBufferPointer(rebasing: counts[gene * sampleCount..<(gene + 1) * sampleCount])
                    let positiveCount = row.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
                    guard method == .medianOfRatios ? positiveCount == sampleCount : positiveCount > 0 else {
                        continue
                    }
                    hasGeometricMeans = true
                    guard isWanted[gene] else { continue }
                    var sum = 0.0
                    for sample in 0..<sampleCount where row[sample] > 0 {
                        let count = Int(row[sample])
                        logs[sample] = count < logOfSmallCount.count ? logOfSmallCount[count] : log(Double(count))
                        sum += logs[sample]
                    }
                    let logGeometricMean = sum / Double(sampleCount)
                    for sample in 0..<sampleCount where row[sample] > 0 {
                        values[sample * capacity + filled[sample]] = logs[sample] - logGeometricMean
                        filled[sample] += 1
                    }
                }
            }
        }
        return hasGeometricMeans
    }

    /// NaN when the sample has no ratio.
    func median(ofSample sample: Int) -> Double {
        StatisticalKernels.median(of: values[sample * capacity..<sample * capacity + filled[sample]])
    }
}

extension CountMatrix {
    fileprivate var firstAllZeroSample: Int? {
        var isAllZero = [Bool](repeating: true, count: sampleCount)
        var remaining = sampleCount
        for gene in 0..<geneCount where remaining > 0 {
            for sample in 0..<sampleCount where isAllZero[sample] && counts[gene * sampleCount + sample] > 0 {
                isAllZero[sample] = false
                remaining -= 1
            }
        }
        return isAllZero.firstIndex(of: true)
    }
}
