import DifferentialExpression
import ExpressionData
import JobEngine

/// One analysis on its way through the stages.
struct AnalysisState: Sendable {
    let input: StudyInputs.AnalysisInput
    let modelBlob: Blob
    let context: ModelContext

    var geneWise: GeneWiseDispersions?

    /// The gene-wise payloads as they came, to be sent with the shards of the next stage.
    var geneWiseBlobs: [Blob] = []

    var trend: DispersionTrendFit?
    var dispersionModel: DispersionModel?
    var fits: ModelFits?

    /// The reduced model of a likelihood-ratio test.
    var reduced: ReducedFits?

    /// The normal prior of the coefficients, matched before outliers are replaced.
    var coefficientPrior: CoefficientPrior?

    /// The fits under a prior that are on their way.
    var shrinkage: ShrinkageState?

    /// Coefficients under a normal prior, in the place of the unshrunken ones.
    var priorFits: FixedDispersionFits?

    /// Per test what its fold changes are shrunken to; empty where none are.
    var shrunken: [ShrunkenEstimates?] = []

    /// Genes with counts whose weights do not allow a fit; empty without weights.
    var weightsFail: [Bool] = []

    var tests: [TestResults] = []

    /// Of the t distribution of each gene's Wald statistic; empty unless the statistic is taken for a t.
    private(set) var degreesOfFreedom: [Double] = []

    private(set) var isNewlyAllZero: Set<Int> = []

    /// Genes that were fitted again.
    private(set) var refittedGenes: Set<Int> = []

    /// Of newly all-zero genes: their trend is that of the mean they had, as in DESeq2.
    private var formerMeans: [Int: Double] = [:]
    private var isRefitted = false

    init(input: StudyInputs.AnalysisInput, model: AnalysisModel) throws {
        self.input = input
        modelBlob = Blob(model.encoded())
        context = ModelContext(design: model.design, sizeFactors: model.sizeFactors, settings: model.settings())
    }

    /// What messages call the analysis.
    var label: String { input.name.isEmpty ? input.formula : input.name }

    /// Puts the refits of the replaced genes in the place of their first fits.
    ///
    /// The flags and Cook's distances stay those of the first fit, as in DESeq2:
    /// they say what was found, not what is left.
    mutating func putInRefits(_ newGeneWise: GeneWiseDispersions, _ refits: ShardFits) {
        guard let former = geneWise, let replaced = fits?.replacedCounts else { return }
        let genes = replaced.enumerated().map { (position: $1.gene, source: $0) }
        let emptied = genes.filter { newGeneWise.allZero[$0.source] }
        let refitted = genes.filter { !newGeneWise.allZero[$0.source] }
        for (gene, _) in emptied {
            isNewlyAllZero.insert(gene)
            formerMeans[gene] = former.baseMean[gene]
        }
        refittedGenes.formUnion(refitted.map(\.position))
        geneWise?.replace(emptied, from: newGeneWise, [.ofCounts])
        geneWise?.replace(refitted, from: newGeneWise)
        let formerBeta = fits?.beta ?? []
        fits?.replace(refitted, from: refits.model)
        // Under a prior DESeq2 does not fit the replaced counts without it: what it reports so is the first fit.
        if coefficientPrior != nil { fits?.beta = formerBeta }
        if let newReduced = refits.reduced { reduced?.replace(refitted, from: newReduced) }
        // Where nothing is left to refit, DESeq2 leaves the first fits and distances as they are.
        isRefitted = !refitted.isEmpty
        if isRefitted { emptied.forEach { forgetFit(ofGene: $0.position) } }
    }

    private mutating func forgetFit(ofGene gene: Int) {
        for entry in gene * input.design.columnCount..<(gene + 1) * input.design.columnCount {
            fits?.beta[entry] = .nan
            fits?.standardError[entry] = .nan
        }
        fits?.deviance[gene] = .nan
        reduced?.deviance[gene] = .nan
    }

    /// Notes how many degrees of freedom every gene's statistic has.
    ///
    /// With weights a sample counts for its share of the gene's largest weight, as in DESeq2.
    ///
    /// - Parameter weights: Of the analysed genes, or empty.
    mutating func takeDegreesOfFreedom(weights: [Double]) {
        let (samples, columns) = (input.design.sampleCount, Double(input.design.columnCount))
        guard let geneWise else { return }
        degreesOfFreedom = geneWise.allZero.indices.map { gene in
            guard !geneWise.allZero[gene] else { return .nan }
            guard !weights.isEmpty else { return Double(samples) - columns }
            let row = weights[gene * samples..<(gene + 1) * samples]
            let largest = row.max() ?? 1
            let freedom = row.reduce(0) { $0 + $1 / largest } - columns
            return freedom > 0 ? freedom : .nan
        }
    }

    func results() -> AnalysisResults? {
        guard let geneWise, let fits, let trend, let dispersionModel else { return nil }
        var dispFit = dispersionModel.dispFit(atMeans: geneWise.baseMean)
        for gene in weightsFail.indices where weightsFail[gene] { dispFit[gene] = .nan }
        for (gene, mean) in formerMeans { dispFit[gene] = dispersionModel.trend.dispersion(atMean: mean) }
        var reported = fits
        reported.maxCooks = reportedMaxCooks(of: fits)
        return AnalysisResults(
            input: input, geneWise: geneWise, trend: trend, prior: dispersionModel.prior,
            dispFit: dispFit, fits: reported, reduced: reduced,
            priorFits: priorFits,
            degreesOfFreedom: degreesOfFreedom, refittedGenes: refittedGenes, weightsFail: weightsFail,
            cooksCutoff: context.cooksCutoff,
            isNewlyAllZero: geneWise.baseMean.indices.map(isNewlyAllZero.contains), tests: tests)
    }

    /// `maxCooks` as it counts and is reported.
    ///
    /// After a refit only samples that could not be replaced count, and where
    /// every sample can be replaced there is none.
    func reportedMaxCooks(of fits: ModelFits) -> [Double] {
        guard isRefitted else { return fits.maxCooks }
        return context.allSamplesAreReplaceable
            ? fits.maxCooks.map { _ in .nan } : fits.maxCooksOfNonReplaceable
    }
}
