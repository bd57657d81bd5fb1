import ExpressionData
import StatisticalKernels

/// The average length of each gene's transcripts in each sample.
///
/// A gene whose transcripts are longer in one sample gives more fragments there
/// without being expressed more. The lengths enter the model as factors of the
/// means, beside the sequencing depth (Soneson, Love & Robinson, 2015).
package struct TranscriptLengths: Equatable, Sendable {
    /// `values[gene * sampleCount + sample]` in bases. Positive.
    package let values: [Double]

    package let sampleCount: Int

    /// Fills in missing lengths as tximport does.
    ///
    /// A length that is missing in some samples is the geometric mean of the
    /// gene's lengths in the others; one that is missing in all is the plain
    /// mean. A length of 0 is taken as 1 base, so that it has a logarithm.
    ///
    /// - Parameters:
    ///   - values: NaN where no transcript of the gene has an abundance.
    ///   - plainMeans: For every gene the mean of its transcripts' lengths.
    package init(filling values: [Double], plainMeans: [Double], sampleCount: Int) {
        precondition(values.count == plainMeans.count * sampleCount)
        var filled = values
        for gene in plainMeans.indices {
            let row = gene * sampleCount..<(gene + 1) * sampleCount
            let known = row.filter { !values[$0].isNaN }
            if known.count < sampleCount {
                let filling = known.isEmpty ? plainMeans[gene] : geometricMean(known.map { values[$0] })
                for cell in row where values[cell].isNaN { filled[cell] = filling }
            }
            for cell in row where !(filled[cell] > 0) { filled[cell] = 1 }
        }
        self.values = filled
        self.sampleCount = sampleCount
    }

    private init(values: [Double], sampleCount: Int) {
        self.values = values
        self.sampleCount = sampleCount
    }

    /// The columns of the given samples, in that order.
    package func selecting(samples: [Int]) -> TranscriptLengths {
        let geneCount = sampleCount > 0 ? values.count / sampleCount : 0
        return TranscriptLengths(
            values: (0..<geneCount).flatMap { gene in samples.map { values[gene * sampleCount + $0] } },
            sampleCount: samples.count)
    }

    /// Returns DESeq2's normalization factors, `[gene * sampleCount + sample]`,
    /// each gene's with a geometric mean of 1.
    ///
    /// The lengths are divided by their gene's geometric mean. Size factors are
    /// then estimated of the counts over these, multiplied to them, and every
    /// gene's factors are brought to a geometric mean of 1 again: what DESeq2
    /// does with the average transcript lengths of tximport.
    ///
    /// - Parameters:
    ///   - genes: The rows that size factors are estimated of.
    ///   - method: With `poscounts` the geometric means are those of the counts
    ///     themselves, as in DESeq2.
    package func normalizationFactors(
        for counts: CountMatrix, estimatedFrom genes: [Int], by method: SizeFactors.Method = .medianOfRatios
    ) throws(SizeFactorError) -> [Double] {
        var factors = values
        for gene in 0..<counts.geneCount {
            let row = gene * sampleCount..<(gene + 1) * sampleCount
            let scale = geometricMean(values[row])
            for cell in row { factors[cell] = values[cell] / scale }
        }
        let sizeFactors = try sizeFactors(of: counts, over: factors, genes: genes, by: method)
        for gene in 0..<counts.geneCount {
            let row = gene * sampleCount..<(gene + 1) * sampleCount
            for (cell, factor) in zip(row, sizeFactors) { factors[cell] *= factor }
            let scale = geometricMean(factors[row])
            for cell in row { factors[cell] /= scale }
        }
        return factors
    }

    /// The median of ratios of counts over factors.
    private func sizeFactors(
        of counts: CountMatrix, over factors: [Double], genes: [Int], by method: SizeFactors.Method
    ) throws(SizeFactorError) -> [Double] {
        if let sample = counts.firstAllZeroSample { throw .allZeroSample(counts.sampleNames[sample]) }
        let logMeans = genes.map { gene in
            let cells = (gene * sampleCount..<(gene + 1) * sampleCount).filter { counts.counts[$0] > 0 }
            guard method == .medianOfRatios ? cells.count == sampleCount : !cells.isEmpty else { return Double.nan }
            let logs = cells.map { cell in
                let count = log(Double(counts.counts[cell]))
                return method == .medianOfRatios ? count - log(factors[cell]) : count
            }
            return compensatedSum(logs) / Double(sampleCount)
        }
        let usable = zip(genes, logMeans).filter { !$0.1.isNaN }
        guard !usable.isEmpty else { throw .everyGeneHasAZero }
        var sizeFactors: [Double] = []
        for sample in 0..<sampleCount {
            var ratios: [Double] = []
            for (gene, logMean) in usable {
                let cell = gene * sampleCount + sample
                if counts.counts[cell] > 0 {
                    ratios.append(log(Double(counts.counts[cell])) - log(factors[cell]) - logMean)
                }
            }
            guard !ratios.isEmpty else { throw .noControlGeneCounted(in: counts.sampleNames[sample]) }
            sizeFactors.append(exp(median(of: ratios)))
        }
        guard method == .positiveCounts else { return sizeFactors }
        let scale = geometricMean(sizeFactors)
        return sizeFactors.map { $0 / scale }
    }
}

private func geometricMean(_ values: some Collection<Double>) -> Double {
    exp(compensatedSum(values.map { log($0) }) / Double(values.count))
}
