import ExpressionData
import StatisticalKernels

extension SizeFactors {
    /// Estimates size factors together with dispersions: DESeq2's `iterate`.
    ///
    /// For counts so sparse that every gene has a zero. Alternates between
    /// dispersions under a model without variables and the size factors of highest
    /// likelihood, in which the five percent least likely genes do not count. The
    /// factors' geometric mean is 1.
    ///
    /// - Complexity: Some hundred likelihoods of the whole matrix, on one thread: ten seconds for 26,000 genes and
    ///   100 samples.
    package init(iteratedFrom counts: CountMatrix) throws {
        if let sample = counts.firstAllZeroSample {
            throw SizeFactorError.allZeroSample(counts.sampleNames[sample])
        }
        let sampleCount = counts.sampleCount
        let expressed = (0..<counts.geneCount).filter { gene in counts.counts(ofGene: gene).contains { $0 > 0 } }
        let block = CountBlock(
            counts: expressed.flatMap { counts.counts(ofGene: $0) }, sampleCount: sampleCount)

        var logFactors = [Double](repeating: 0, count: sampleCount)
        for round in 1...10 {
            let likelihood = try DepthLikelihood(of: block, logFactors: logFactors)
            // R's `optim` has no bounds here; fold changes of e³⁰ are as good as none.
            let search = BoundedQuasiNewton(from: logFactors, within: 30) { likelihood.negative(at: $0) }
            guard search.isConverged else { throw SizeFactorError.iterationDidNotConverge }
            let next = centred(search.point)
            let change = zip(logFactors, next).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            logFactors = next
            if round > 1, change < 1e-4 {
                self.init(logFactors.map { exp($0) })
                return
            }
        }
        throw SizeFactorError.iterationDidNotConverge
    }
}

private func centred(_ values: [Double]) -> [Double] {
    let mean = compensatedSum(values) / Double(values.count)
    return values.map { $0 - mean }
}

/// The likelihood of the counts as a function of the samples' depths, with the
/// genes' means and dispersions held.
private struct DepthLikelihood {
    private let sampleCount: Int
    private let counts: [Int32]

    /// The mean of each normalized count, and its logarithm.
    private let means: [Double]
    private let logMeans: [Double]

    /// Per gene: the inverse dispersion, and the part of the log-likelihood without means.
    private let sizes: [Double]
    private let constants: [Double]

    init(of block: CountBlock, logFactors: [Double]) throws {
        let sampleCount = block.sampleCount
        let factors = logFactors.map { exp($0) }
        let design = DesignMatrix(
            columnNames: ["Intercept"], values: [Double](repeating: 1, count: sampleCount), sampleCount: sampleCount)
        let context = ModelContext(design: design, sizeFactors: factors)
        let geneWise = GeneWiseDispersions(estimating: block, in: context)
        let trend = try DispersionTrendFit(.mean, toGeneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean)
        let prior = DispersionPrior(
            about: trend, geneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean,
            residualDegreesOfFreedom: sampleCount - 1)
        let fits = ModelFits(
            fitting: block, geneWise: geneWise,
            dispFit: geneWise.baseMean.map { trend.trend.dispersion(atMean: $0) }, prior: prior, in: context)

        self.sampleCount = sampleCount
        counts = block.counts
        // The dispersions were fitted to means that are floored on the scale of counts.
        means = geneWise.baseMean.flatMap { mean in
            factors.map { max($0 * mean, context.settings.minimumMean) / $0 }
        }
        logMeans = means.map { log($0) }
        let sizes = fits.dispersion.map { 1 / $0 }
        self.sizes = sizes
        constants = sizes.indices.map { gene in
            let size = sizes[gene]
            var sum = Double(sampleCount) * (size * log(size) - logGamma(size))
            for count in block.counts[gene * sampleCount..<(gene + 1) * sampleCount] {
                sum += logGamma(Double(count) + size) - logGamma(Double(count) + 1)
            }
            return sum
        }
    }

    /// Returns minus the log-likelihood and its gradient by central differences.
    ///
    /// The step is that of R's `optim`: the least likely genes change along it, so
    /// that a derivative would lead elsewhere. A step of one sample, centred, shifts all others by the same small
    /// amount; so a gene's likelihood after it is that of the shift, but for one term.
    func negative(at uncentred: [Double]) -> (value: Double, gradient: [Double]) {
        let logFactors = centred(uncentred)
        let step = 1e-3
        let shift = step / Double(sampleCount)
        let above = logFactors.map { Depth(logFactor: $0 - shift) }
        let below = logFactors.map { Depth(logFactor: $0 + shift) }
        let allAbove = likelihoods(at: above)
        let allBelow = likelihoods(at: below)
        let gradient = logFactors.indices.map { sample in
            let aboveStep = Depth(logFactor: logFactors[sample] + (step - shift))
            let belowStep = Depth(logFactor: logFactors[sample] - (step - shift))
            let sum = { (all: [Double], from: Depth, to: Depth) in
                total(
                    all.indices.map { gene in
                        all[gene] + (term(gene, sample, at: to) - term(gene, sample, at: from))
                    })
            }
            return (sum(allBelow, below[sample], belowStep) - sum(allAbove, above[sample], aboveStep))
                / (2 * step)
        }
        return (-total(likelihoods(at: logFactors.map { Depth(logFactor: $0) })), gradient)
    }

    /// A sample's size factor.
    private struct Depth {
        let logFactor: Double
        let factor: Double

        init(logFactor: Double) {
            self.logFactor = logFactor
            factor = exp(logFactor)
        }
    }

    /// What a count adds to its gene's log-likelihood.
    private func term(_ gene: Int, _ sample: Int, at depth: Depth) -> Double {
        let entry = gene * sampleCount + sample
        let count = Double(counts[entry])
        return count * (logMeans[entry] + depth.logFactor)
            - (count + sizes[gene]) * log(means[entry] * depth.factor + sizes[gene])
    }

    /// By gene.
    private func likelihoods(at depths: [Depth]) -> [Double] {
        sizes.indices.map { gene in
            var sum = constants[gene]
            for sample in 0..<sampleCount { sum += term(gene, sample, at: depths[sample]) }
            return sum
        }
    }

    /// The sum over genes, without the least likely ones.
    private func total(_ ofGenes: [Double]) -> Double {
        let least = quantile(0.05, of: ofGenes)
        return compensatedSum(ofGenes.lazy.filter { $0 > least })
    }
}
