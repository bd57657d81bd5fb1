import AnalysisPipeline
import ArgumentParser
import DifferentialExpression
import ExpressionData
import GeneSetEnrichment
import StudyFiles

/// The options of a single design: what is read, compared and computed, and nothing about where.
struct DesignArguments: ParsableArguments {
    @OptionGroup(title: "Counts") var countsOptions: CountsArguments

    @Option(name: .long, help: "Sample sheet (TSV or CSV); an AnnData file may do without.")
    var samples: String?

    @Option(name: .long, parsing: .unconditional, help: "R-style formula, such as \"~ batch + age + stir_volume\".")
    var design: String?

    @Option(
        name: .long,
        help: """
            A model matrix in the place of a formula: a table (TSV or CSV) of samples and, under the coefficients' names, \
            numbers. It may also stand in the place of --samples.
            """)
    var designMatrix: String?

    @Option(
        name: .long,
        help: "Comparisons in the place of a design: a contrasts file of nf-core/differentialabundance (table or YAML)."
    )
    var contrasts: String?

    @Option(name: .long, help: "COLUMN=LEVEL: the level that others are compared with.")
    var reference: [String] = []

    @Option(name: .long, help: "A column to take as a factor whatever its values.")
    var factor: [String] = []

    @Option(name: .long, help: "A column to take as numbers.")
    var numeric: [String] = []

    @Option(name: .long, help: "A coefficient to report (default: the last).")
    var coefficient: [String] = []

    @Option(
        name: .long, parsing: .unconditionalSingleValue,
        help: """
            FACTOR:LEVEL:BASE, such as condition:treated:untreated, or coefficients added up and taken away, such as \
            "a + b - c" or "0.5*a + 0.5*b".
            """)
    var contrast: [String] = []

    @Option(name: .long, parsing: .unconditionalSingleValue, help: "One number per coefficient, such as 0,0,1.")
    var contrastVector: [String] = []

    @Option(name: .long, help: "A Wald test, or a likelihood-ratio test against --reduced.")
    var test = AnalysisSettings.Test.wald

    @Option(name: .long, parsing: .unconditional, help: "The reduced design of --test lrt, such as \"~ batch + age\".")
    var reduced: String?

    @Option(
        name: .long,
        help: "How size factors are estimated (default: ratio), or their file.")
    var sizeFactors: RequestedSizeFactors?

    @Option(name: .long, help: "A file with one gene per line; size factors are estimated from these.")
    var controlGenes: String?

    @Option(name: .long, help: "A table of one positive number per gene and sample, in the place of size factors.")
    var normalizationFactors: String?

    @Option(name: .long, help: "A table of one observation weight per gene and sample.")
    var weights: String?

    @Option(
        name: .long,
        help: "A table of gene_id and dispersion: taken as they are, in the place of estimated ones.")
    var dispersions: String?

    @Option(name: .long, help: "How dispersion depends on the mean of the counts.")
    var dispersionTrend = DispersionTrend.Kind.parametric

    @Option(name: .long, parsing: .unconditional, help: "The log2 fold change that the Wald test asks about.")
    var lfcThreshold = 0.0

    @Option(name: .long, help: "On which side of the threshold.")
    var alternative = AnalysisSettings.Alternative.greaterAbs

    @Flag(name: .long, help: "Take the Wald statistic for a t with the residual degrees of freedom.")
    var useT = false

    @Option(name: .long, help: "The significance that independent filtering optimises for.")
    var alpha = 0.1

    @Option(name: .long, help: "Whether genes of low mean are left out of the adjustment.")
    var independentFiltering = Switch.on

    @Option(name: .long, help: "From where a Cook's distance is an outlier's; auto is the 99 % quantile of F.")
    var cooksCutoff = CooksCutoff.automatic

    @Option(name: .long, help: "The least number of replicates for which outliers are replaced; auto means DESeq2's 7.")
    var replaceOutliers = LeastReplicates.standard

    @Option(name: .long, help: "How the null is estimated; wants a --filter, because genes with low counts narrow it.")
    var empiricalNull = AnalysisSettings.NullEstimate.off

    @Option(name: .long, help: "Genes to analyse, such as \"count > 3 in >= 5\".")
    var filter: String?

    @Option(name: .long, help: "autosomes, all, or a list such as 1,2,X; needs --annotation.")
    var chromosomes = "all"

    @Option(name: .long, help: "Table of gene_id, symbol, chromosome, biotype, or a GTF file; the content tells which.")
    var annotation: String?

    @Option(
        name: .long,
        help: "deseq2: stop where DESeq2's searches stop; exact: solve dispersions and coefficients to all digits.")
    var optimizer = Optimizer.reference

    @Flag(name: .long, help: "Put a normal prior on all coefficients, and test what they are shrunken to.")
    var betaPrior = false

    @Option(name: .long, help: "The prior of shrunken fold changes beside the others.")
    var shrink = AnalysisSettings.Shrinkage.off

    @Option(name: .long, help: "Transformed counts, in vst.tsv.gz or rlog.tsv.gz.")
    var transform = AnalysisSettings.Transform.off

    @Option(name: .long, help: "Whether the transform knows nothing of the design.")
    var transformBlind = Switch.on

    @Option(name: .long, help: "How many genes the transform's trend is fitted to (DESeq2's nsub).")
    var transformGenes = TrendGenes.standard

    @Flag(name: .long, help: "Write fragments per million, fpm.tsv.gz.")
    var fpm = false

    @Flag(name: .long, help: "Write fragments per million and kilobase of gene, fpkm.tsv.gz.")
    var fpkm = false

    @Option(name: .long, help: "Whether size factors stand for the sizes of libraries in these, as in DESeq2.")
    var fpmRobust = Switch.on

    @OptionGroup(title: "Gene sets") var geneSets: GeneSetArguments

    @Option(name: .long, help: "What the list that --sets are tested for is ranked by.")
    var ranking = RankingMetric.signedLogPValue

    @Option(
        name: .long,
        help: "samples: genes, and --sets, are tested by shuffled samples; gene-sets: random gene sets (default).")
    var permute: PhenotypeSettings.Permutation?

    @OptionGroup(title: "Permuted samples") var permutation: SamplePermutationOptions

    private var permutesSamples: Bool { permute == .samples }

    /// Whether a single design is asked for at all.
    var isGiven: Bool {
        countsOptions.counts != nil || samples != nil || design != nil || designMatrix != nil || contrasts != nil
    }

    /// Throws for what cannot be, whatever the files hold.
    func check(prefix: String? = nil) throws {
        guard countsOptions.counts != nil else {
            throw ValidationError("Missing expected argument '--counts <counts>'")
        }
        if permute == .phenotype {
            throw ValidationError("--permute phenotype is of `gsea --expression`; a design has samples or gene-sets")
        }
        let isRankingUsual = ranking == .signedLogPValue
        if permutesSamples {
            guard isRankingUsual else {
                throw ValidationError("--ranking is of lists whose sets are drawn; permuted samples have --statistic")
            }
        } else {
            try permutation.checkWithoutPermutation()
            if geneSets.sets.isEmpty { try geneSets.checkWithoutSets() }
            guard !geneSets.sets.isEmpty || isRankingUsual else {
                throw ValidationError(
                    "--ranking needs --sets; ranks.rnk is ranked by \(RankingMetric.signedLogPValue.rawValue)")
            }
        }
        var request = request
        request.prefix = prefix
        do {
            try request.validate()
        } catch let error as InputError {
            throw ValidationError(error.description)
        }
    }

    /// - Precondition: `check` threw nothing.
    var request: DifferentialExpressionRequest {
        var request = DifferentialExpressionRequest(
            counts: countsOptions.counts ?? "", samples: samples, design: design)
        request.countsOptions = countsOptions.options
        request.designMatrix = designMatrix
        request.comparisons = contrasts
        request.references = reference
        request.factors = factor
        request.numerics = numeric
        request.coefficients = coefficient
        request.contrasts = contrast
        request.contrastVectors = contrastVector
        request.reduced = reduced
        request.options = modelOptions
        request.filter = filter
        request.chromosomes = chromosomes
        request.annotation = annotation
        if !geneSets.sets.isEmpty || permutesSamples {
            let usual: PermutationGoal = permutesSamples ? .samples : .randomSets
            request.geneSets = RankedSetsRequest(
                files: geneSets.sets, settings: geneSets.settings(usual), ranking: ranking,
                settlingLimit: geneSets.goal(usual).settling?.limit,
                samples: permutesSamples ? permutation.settings : nil)
        }
        return request
    }

    private var modelOptions: ModelOptions {
        var options = ModelOptions()
        options.model = settings
        options.sizeFactors = sizeFactors
        options.controlGenes = controlGenes
        options.normalizationFactors = normalizationFactors
        options.weights = weights
        options.dispersions = dispersions
        return options
    }

    private var settings: AnalysisSettings {
        var settings = AnalysisSettings()
        settings.test = test
        settings.dispersionTrend = dispersionTrend
        settings.lfcThreshold = lfcThreshold
        settings.alternative = alternative
        settings.useT = useT
        settings.alpha = alpha
        settings.independentFiltering = independentFiltering.isOn
        settings.cooksCutoff = cooksCutoff
        settings.minReplicatesForReplace = replaceOutliers
        settings.empiricalNull = empiricalNull
        settings.optimizer = optimizer
        settings.betaPrior = betaPrior
        settings.shrink = shrink
        settings.transform = transform
        settings.transformBlind = transformBlind.isOn
        settings.transformGenes = transformGenes
        settings.fpm = fpm
        settings.fpkm = fpkm
        settings.fpmRobust = fpmRobust.isOn
        return settings
    }
}
