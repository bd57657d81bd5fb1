import ExpressionData
import StatisticalKernels

/// Each sample's sequencing depth relative to the others.
///
/// A count divided by its sample's size factor is a normalized count.
package struct SizeFactors: Equatable, Sendable {
    package enum Method: Sendable {
        /// DESeq2's `ratio`: the median of a sample's counts over the genes'
        /// geometric means, from the genes without any zero (Anders & Huber, 2010).
        case medianOfRatios

        /// DESeq2's `poscounts`: zeros are left out of the geometric means'
        /// products but not of their number of factors, so that genes with some
        /// zeros take part; the result is scaled to a geometric mean of 1.
        case positiveCounts
    }

    /// One positive value per sample, in the counts' order.
    package let values: [Double]

    package init(_ values: [Double]) {
        self.values = values
    }

    /// - Parameters:
    ///   - controlGenes: Rows that are thought not to vary; the medians are taken
    ///     over these alone. Nil means all.
    /// - Precondition: Control genes are rows of `counts`.
    /// - Complexity: O(genes × samples), one logarithm per count at most.
    package init(
        estimatedFrom counts: CountMatrix,
        by method: Method = .medianOfRatios,
        controlGenes: [Int]? = nil
    ) throws(SizeFactorError) {
        if let sample = counts.firstAllZeroSample {
            throw .allZeroSample(counts.sampleNames[sample])
        }
        let ratios = LogRatios(of: counts, by: method)
        guard ratios.hasGeometricMeans else { throw .everyGeneHasAZero }
        let medians = ratios.medians(overGenes: controlGenes ?? Array(0..<counts.geneCount))
        if let sample = medians.firstIndex(where: \.isNaN) {
            throw .noControlGeneCounted(in: counts.sampleNames[sample])
        }
        var factors = medians.map { exp($0) }
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
    case iterationDidNotConverge

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
        case .iterationDidNotConverge:
            "size factors and dispersions did not settle within 10 rounds; "
                + "use --size-factors ratio or poscounts, or give the factors in a file"
        }
    }
}

/// Logarithms of counts over their gene's geometric mean.
private struct LogRatios {
    private let counts: CountMatrix

    /// NaN for genes without one.
    private let logGeometricMeans: [Double]

    /// Most counts are small, and a look-up is a tenth of a logarithm.
    private let logOfSmallCount = (0..<16_384).map { log(Double($0)) }

    init(of counts: CountMatrix, by method: SizeFactors.Method) {
        self.counts = counts
        let sampleCount = counts.sampleCount
        let logOfSmallCount = logOfSmallCount
        var means = [Double](repeating: .nan, count: counts.geneCount)
        counts.counts.withUnsafeBufferPointer { all in
            for gene in means.indices {
                let row = UnsafeBufferPointer(rebasing: all[gene * sampleCount..<(gene + 1) * sampleCount])
                var positive = 0
                for count in row where count > 0 { positive += 1 }
                guard method == .medianOfRatios ? positive == sampleCount : positive > 0 else { continue }
                var sum = 0.0
                for count in row where count > 0 { sum += logOfSmallCount.log(count) }
                means[gene] = sum / Double(sampleCount)
            }
        }
        logGeometricMeans = means
    }

    var hasGeometricMeans: Bool {
        logGeometricMeans.contains { !$0.isNaN }
    }

    /// Returns each sample's median over the genes where it has a count, NaN where there is none.
    func medians(overGenes genes: [Int]) -> [Double] {
        let usable = genes.filter { !logGeometricMeans[$0].isNaN }
        let samples = 0..<counts.sampleCount
        return stride(from: 0, to: samples.upperBound, by: Self.blockSize).flatMap { first in
            medians(ofSamples: first..<min(first + Self.blockSize, samples.upperBound), overGenes: usable)
        }
    }

    /// As many counts as lie in a cache line.
    private static let blockSize = 16

    private func medians(ofSamples samples: Range<Int>, overGenes genes: [Int]) -> [Double] {
        let capacity = genes.count
        var ratios = [Double](repeating: 0, count: samples.count * capacity)
        var filled = [Int](repeating: 0, count: samples.count)
        counts.counts.withUnsafeBufferPointer { all in
            ratios.withUnsafeMutableBufferPointer { ratios in
                for gene in genes {
                    let row = gene * counts.sampleCount
                    for sample in samples where all[row + sample] > 0 {
                        let column = sample - samples.lowerBound
                        ratios[column * capacity + filled[column]] =
                            logOfSmallCount.log(all[row + sample]) - logGeometricMeans[gene]
                        filled[column] += 1
                    }
                }
            }
        }
        return (0..<samples.count).map { median(of: ratios[$0 * capacity..<$0 * capacity + filled[$0]]) }
    }
}

extension [Double] {
    /// Returns the logarithm of a positive count, from this table where it goes that far.
    @inline(__always)
    fileprivate func log(_ count: Int32) -> Double {
        Int(count) < self.count ? self[Int(count)] : StatisticalKernels.log(Double(count))
    }
}

extension CountMatrix {
    var firstAllZeroSample: Int? {
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
