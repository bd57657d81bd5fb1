import ExpressionData
import StatisticalKernels

/// One simulated cohort of a calibration cell.
///
/// The model of gene g in sample i, x the standardised exposure:
///
///     log2 μ = log2 baseMean + depth + batch + age + loading · activity of the gene's co-regulated set + effect · x
///     count  ~ negative binomial with mean μ and dispersion α · exp(x/2), or α where the cell is not uneven
///
/// Everything is drawn from streams of one seed, made of the run's seed, the cell, whether there are effects, and the
/// cohort's number: so any cohort can be made by itself.
package struct CalibrationCohort: Sendable {
    /// Which cohort it is.
    package struct Key: Hashable, Sendable {
        package let cell: CalibrationCell

        /// How much a gene of a shifted set follows the exposure, log2 units per standard deviation; 0: a null cohort.
        package let effect: Double
        package let number: Int

        package init(cell: CalibrationCell, effect: Double, number: Int) {
            self.cell = cell
            self.effect = effect
            self.number = number
        }
    }

    package let cell: CalibrationCell

    /// Names the shuffles of an analysis of this cohort.
    package let permutationSeed: UInt64

    /// `gene * samples + sample`.
    package let counts: [Int32]
    package let batch: [Int]
    package let age: [Double]

    /// Mean 0 and standard deviation 1.
    package let exposure: [Double]

    /// Disjoint sets, whose genes have an activity in common.
    package let coregulatedSets: [[Int32]]

    /// Disjoint sets of genes that have nothing in common.
    package let randomSets: [[Int32]]

    /// By gene, what the exposure adds, log2 units per standard deviation.
    package let effects: [Double]

    /// The numbers of cohorts that a cell has: what fits beside the cell into the counter.
    package static let limit = 1 << 20

    /// The fewest genes that make a set of each kind.
    package static let fewestGenes = 75

    /// - Precondition: `geneCount` is at least `fewestGenes`, the number below `limit`.
    package init(_ key: Key, geneCount: Int, seed: UInt64) {
        precondition(geneCount >= Self.fewestGenes && key.number < Self.limit)
        var seeds = DrawStream(
            seed: seed, purpose: .calibrationSeed,
            index: (key.cell.number << 1 | (key.effect == 0 ? 0 : 1)) << 20 | key.number)
        let own = seeds.word()
        permutationSeed = seeds.word()
        cell = key.cell
        let samples = CalibrationSamples(of: key.cell, seed: own)
        batch = samples.batch
        age = samples.age
        exposure = samples.exposure
        let sets = CalibrationSets(geneCount: geneCount, effect: key.effect)
        coregulatedSets = sets.coregulated
        randomSets = sets.random
        effects = sets.effects
        let activities = sets.coregulated.indices.map { samples.activity(ofSet: $0, seed: own) }
        var counts: [Int32] = []
        counts.reserveCapacity(geneCount * key.cell.sampleCount)
        for gene in 0..<geneCount {
            var profile = CalibrationGene(gene, seed: own)
            profile.effect = effects[gene]
            samples.appendCounts(
                of: profile, activity: sets.coregulatedSetOfGene[gene].map { activities[$0] },
                stream: DrawStream(seed: own, purpose: .calibrationCounts, index: gene), to: &counts)
        }
        self.counts = counts
    }

    package var geneCount: Int { effects.count }

    /// Intercept, batch and age.
    package var covariates: DesignMatrix {
        DesignMatrix(
            columnNames: ["Intercept", "batch_2_vs_1", "batch_3_vs_1", "age"],
            values: batch.indices.flatMap { [1, batch[$0] == 1 ? 1 : 0, batch[$0] == 2 ? 1 : 0, age[$0]] },
            sampleCount: batch.count)
    }
}

/// The sets of a cohort: of every fifth of a kind the genes follow the exposure, up and down by turns.
private struct CalibrationSets {
    private(set) var coregulated: [[Int32]] = []
    private(set) var random: [[Int32]] = []
    private(set) var effects: [Double]
    private(set) var coregulatedSetOfGene: [Int?]

    init(geneCount: Int, effect: Double) {
        effects = [Double](repeating: 0, count: geneCount)
        coregulatedSetOfGene = [Int?](repeating: nil, count: geneCount)
        // Twenty of each kind with 1,500 genes, four fifths of which are in a set.
        let count = min(20, geneCount / CalibrationCohort.fewestGenes)
        let shifted = max(1, count / 5)
        var first = 0
        for kind in 0..<2 {
            for set in 0..<count {
                // 20 to 40 genes, each size once before any comes again.
                let genes = first..<first + 20 + 8 * set % 21
                first = genes.upperBound
                if set < shifted { for gene in genes { effects[gene] = set.isMultiple(of: 2) ? effect : -effect } }
                if kind == 0 {
                    for gene in genes { coregulatedSetOfGene[gene] = set }
                    coregulated.append(genes.map(Int32.init))
                } else {
                    random.append(genes.map(Int32.init))
                }
            }
        }
    }
}

/// One gene, all effects in log2 units.
private struct CalibrationGene {
    let logMean: Double
    let dispersion: Double

    /// Of each of the three batches.
    let batchEffects: [Double]

    /// Per standard deviation of age.
    let ageEffect: Double

    /// Per standard deviation of its set's activity.
    let loading: Double
    var effect = 0.0

    init(_ index: Int, seed: UInt64) {
        var stream = DrawStream(seed: seed, purpose: .calibrationGene, index: index)
        logMean = max(2, 4.5 + 1.2 * stream.normal())
        dispersion = (0.06 + 1.6 / exp(logMean)) * exp(0.4 * stream.normal())
        let followsBatch = stream.happens(0.5)
        batchEffects = (0..<3).map { _ in followsBatch ? 0.3 * stream.normal() : 0 }
        ageEffect = stream.happens(0.3) ? 0.2 * stream.normal() : 0
        loading = stream.uniform(in: 0.2...0.4)
    }
}

/// The samples of a cohort.
private struct CalibrationSamples {
    /// 0, 1 or 2.
    let batch: [Int]

    /// Standardised, as the exposure.
    let age: [Double]
    let exposure: [Double]
    private let logDepth: [Double]

    /// What the dispersions are multiplied by.
    private let spread: [Double]

    init(of cell: CalibrationCell, seed: UInt64) {
        var stream = DrawStream(seed: seed, purpose: .calibrationSamples)
        let samples = 0..<cell.sampleCount
        batch = samples.map { $0 % 3 }
        let age = standardized(samples.map { _ in stream.normal() })
        self.age = age
        logDepth = samples.map { _ in 0.2 * stream.normal() }
        // The batches' scores −1, 0 and 1 have variance 2/3; batch and age a quarter each of a tied exposure's variance.
        let latent = samples.map { sample in
            let own = stream.normal()
            guard cell.isTied else { return own }
            return 0.5 * (Double(sample % 3 - 1) * 1.5.squareRoot() + age[sample]) + 0.5.squareRoot() * own
        }
        let exposure = standardized(cell.isSkewed ? latent.map { exp(0.8 * $0) } : latent)
        self.exposure = exposure
        // Up to eightfold and down to an eighth.
        spread = exposure.map { cell.isUneven ? min(8, max(0.125, exp(0.5 * $0))) : 1 }
    }

    /// By sample; mean 0 and standard deviation 1 over all cohorts.
    func activity(ofSet set: Int, seed: UInt64) -> [Double] {
        var stream = DrawStream(seed: seed, purpose: .calibrationActivity, index: set)
        return batch.map { _ in stream.normal() }
    }

    func appendCounts(
        of gene: CalibrationGene, activity: [Double]?, stream: DrawStream, to counts: inout [Int32]
    ) {
        var stream = stream
        for sample in batch.indices {
            let log2Fold =
                gene.batchEffects[batch[sample]] + gene.ageEffect * age[sample] + gene.effect * exposure[sample]
                + (activity.map { gene.loading * $0[sample] } ?? 0)
            let mean = exp(gene.logMean + logDepth[sample] + 0.6931471805599453 * log2Fold)
            counts.append(stream.negativeBinomial(mean: mean, dispersion: gene.dispersion * spread[sample]))
        }
    }
}
