import ExpressionData
import StatisticalKernels

/// A simulated whole-blood cohort with a known answer.
///
/// The model of gene *g* in patient *i*, on the log2 scale:
///
///     log2 μ = log2 baseMean + depth + kit + flow cell + age + sex + cells + hidden
///              + themes' co-expression + Σ effect · (exposure − mean) / SD
///     count  ~ negative binomial with mean μ and the gene's dispersion
///
/// Every gene has random streams of its own, so counts can be made in any order
/// and by any number of threads.
package struct SimulatedCohort: Sendable {
    package let options: CohortOptions
    package let patients: Patients
    package let genes: [SimulatedGene]

    /// The main collection.
    package let geneSets: [SimulatedGeneSet]

    package let customSets: [SimulatedGeneSet]

    /// Per sample, what the genes' effects are multiplied with.
    private let covariates: Covariates

    /// Makes everything but the counts.
    ///
    /// - Throws: `CohortOptionsError`.
    package init(_ options: CohortOptions) throws {
        try options.validate()
        self.options = options
        let patients = Patients(simulatedWith: options)
        self.patients = patients
        let covariates = Covariates(of: patients)
        self.covariates = covariates
        var genes = (0..<options.geneCount).map {
            SimulatedGene(index: $0, seed: options.seed, batchCount: covariates.batchCount)
        }
        PlantedEffects(for: patients)
            .plant(in: &genes, plantsEffects: options.plantsEffects, seed: options.seed)
        self.genes = genes
        var collection = SimulatedCollection(over: genes, seed: options.seed)
        let mainCount = options.geneSetCount - options.customSetCount
        geneSets = collection.makeSets(mainCount)
        customSets = collection.makeCustomSets(options.customSetCount, after: mainCount)
    }

    /// The counts of some genes: all samples of the first, then of the next, ….
    package func counts(ofGenes range: Range<Int>) -> [Int32] {
        var counts: [Int32] = []
        counts.reserveCapacity(range.count * patients.count)
        var log2Fold = [Double](repeating: 0, count: patients.count)
        for gene in range {
            appendCounts(ofGene: gene, to: &counts, scratch: &log2Fold)
        }
        return counts
    }

    /// All counts, on one thread.
    package func countMatrix() -> CountMatrix {
        CountMatrix(
            geneIDs: genes.map(\.id), sampleNames: patients.sampleNames, counts: counts(ofGenes: 0..<genes.count))
    }

    private func appendCounts(ofGene index: Int, to counts: inout [Int32], scratch log2Fold: inout [Double]) {
        let gene = genes[index]
        covariates.log2Fold(of: gene, coexpression: options.coexpression, into: &log2Fold)
        var stream = DrawStream(seed: options.seed, purpose: .counts, index: index)
        let logBaseMean = log(gene.baseMean)
        for sample in log2Fold.indices {
            let logMean = logBaseMean + patients.logDepth[sample] + 0.6931471805599453 * log2Fold[sample]
            // Counts of millions are as high as a gene's go in sequencing.
            var count = stream.negativeBinomial(mean: exp(min(logMean, 15)), dispersion: gene.dispersion)
            // Three counts in a million are accidents of the laboratory. Without
            // replicates Cook's distances cannot catch them, so a few more would
            // already drown the planted genes in false ones.
            if stream.happens(3e-6), gene.baseMean > 1 {
                count = count &* Int32(8 + stream.integer(below: 52)) &+ 20
            }
            counts.append(count)
        }
    }
}

/// The columns that the genes' effects are multiplied with.
private struct Covariates: Sendable {
    let batchCount: Int
    private let isKitB: [Double]
    private let batch: [Int]
    private let decades: [Double]
    private let isMale: [Double]
    private let cells: [[Double]]
    private let exposures: [[Double]]
    private let hidden: [Double]
    private let themeActivity: [[Double]]

    init(of patients: Patients) {
        isKitB = patients.kit.map { $0 == "B" ? 1 : 0 }
        let names = patients.batch.map { Int($0.dropFirst(2))! }
        batchCount = names.max()!
        batch = names.map { $0 - 1 }
        decades = patients.age.map { ($0 - 45) / 10 }
        isMale = patients.gender.map { $0 == "M" ? 1 : 0 }
        cells = patients.cellPercentages.map { standardized($0) }
        exposures = patients.exposures.map { standardized($0) }
        hidden = patients.hidden
        themeActivity = patients.themeActivity
    }

    func log2Fold(of gene: SimulatedGene, coexpression: Double, into total: inout [Double]) {
        for sample in total.indices {
            total[sample] = gene.batchEffects.isEmpty ? 0 : gene.batchEffects[batch[sample]]
        }
        func add(_ effect: Double, _ column: [Double]) {
            if effect == 0 { return }
            for sample in total.indices { total[sample] += effect * column[sample] }
        }
        add(gene.kitEffect, isKitB)
        add(gene.effectPerDecade, decades)
        add(gene.maleEffect, isMale)
        add(gene.hiddenEffect, hidden)
        for (effect, column) in zip(gene.cellEffects, cells) { add(effect, column) }
        for (effect, column) in zip(gene.exposureEffects, exposures) { add(effect, column) }
        if case .themes(let themes) = gene.planting {
            for theme in themes { add(coexpression, themeActivity[theme.rawValue]) }
        }
    }
}
