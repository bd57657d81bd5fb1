import ArgumentParser
import ExpressionData
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

    @Option(name: .long, help: "wald, or lrt: a likelihood-ratio test against --reduced.")
    var test = "wald"

    @Option(name: .long, parsing: .unconditional, help: "The reduced design of --test lrt, such as \"~ batch + age\".")
    var reduced: String?

    @Option(
        name: .long,
        help: "ratio (the default), poscounts, iterate, or a file with the columns sample and sizeFactor.")
    var sizeFactors: String?

    @Option(name: .long, help: "A file with one gene per line; size factors are estimated from these.")
    var controlGenes: String?

    @Option(name: .long, help: "A table of one positive number per gene and sample, in the place of size factors.")
    var normalizationFactors: String?

    @Option(name: .long, help: "A table of one observation weight per gene and sample.")
    var weights: String?

    @Option(name: .long, help: "parametric, local or mean.")
    var dispersionTrend = "parametric"

    @Option(name: .long, parsing: .unconditional, help: "The log2 fold change that the Wald test asks about.")
    var lfcThreshold = 0.0

    @Option(name: .long, help: "greaterAbs, lessAbs, greater or less: on which side of the threshold.")
    var alternative = "greaterAbs"

    @Flag(name: .long, help: "Take the Wald statistic for a t with the residual degrees of freedom.")
    var useT = false

    @Option(name: .long, help: "The significance that independent filtering optimises for.")
    var alpha = 0.1

    @Option(name: .long, help: "on or off.")
    var independentFiltering = "on"

    @Option(name: .long, help: "auto (the 99 % quantile of F), off, or a number.")
    var cooksCutoff = "auto"

    @Option(name: .long, help: "auto (7), off, or the least number of replicates.")
    var replaceOutliers = "auto"

    @Option(name: .long, help: "none or fdrtool; wants a --filter, because genes with low counts narrow the null.")
    var empiricalNull = "none"

    @Option(name: .long, help: "Genes to analyse, such as \"count > 3 in >= 5\".")
    var filter: String?

    @Option(name: .long, help: "autosomes, all, or a list such as 1,2,X; needs --annotation.")
    var chromosomes = "all"

    @Option(name: .long, help: "Table of gene_id, symbol, chromosome, biotype.")
    var annotation: String?

    @Option(
        name: .long,
        help: "deseq2: stop where DESeq2's searches stop; exact: solve dispersions and coefficients to all digits.")
    var optimizer = "deseq2"

    @Flag(name: .long, help: "Put a normal prior on all coefficients, and test what they are shrunken to.")
    var betaPrior = false

    @Option(name: .long, help: "none, normal or apeglm: shrunken fold changes beside the others.")
    var shrink = "none"

    @Option(name: .long, help: "none, vst or rlog: transformed counts in vst.tsv.gz or rlog.tsv.gz.")
    var transform = "none"

    @Option(name: .long, help: "on or off: whether the transform knows nothing of the design.")
    var transformBlind = "on"

    @Option(name: .long, help: "How many genes the transform's trend is fitted to (DESeq2's nsub), or all.")
    var transformGenes = "1000"

    @Option(name: .long, help: "Accepted for uniformity; nothing here is random.")
    var seed: UInt64?

    /// Whether a single design is asked for at all.
    var isGiven: Bool { countsOptions.counts != nil || samples != nil || design != nil || contrasts != nil }

    /// Throws for what cannot be, whatever the files hold.
    func check() throws {
        guard countsOptions.counts != nil else {
            throw ValidationError("Missing expected argument '--counts <counts>'")
        }
        try DifferentialExpressionCommand.require(
            independentFiltering, in: ["on", "off"], option: "--independent-filtering")
        try DifferentialExpressionCommand.require(transformBlind, in: ["on", "off"], option: "--transform-blind")
        guard transformGenes == "all" || (Int(transformGenes) ?? 0) >= 10 else {
            throw ValidationError("--transform-genes must be all, or a whole number of at least 10")
        }
        do {
            try request.checkSyntax()
        } catch let error as InputError {
            throw ValidationError(error.description)
        }
    }

    /// - Precondition: `check` threw nothing.
    var request: DifferentialExpressionRequest {
        var request = DifferentialExpressionRequest(
            counts: countsOptions.counts ?? "", samples: samples, design: design)
        request.countsOptions = countsOptions.options
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
        return request
    }

    private var modelOptions: ModelOptions {
        var options = ModelOptions()
        options.test = test
        options.sizeFactors = sizeFactors
        options.controlGenes = controlGenes
        options.normalizationFactors = normalizationFactors
        options.weights = weights
        options.dispersionTrend = dispersionTrend
        options.lfcThreshold = lfcThreshold
        options.alternative = alternative
        options.useT = useT
        options.alpha = alpha
        options.independentFiltering = independentFiltering == "on"
        options.cooksCutoff = cooksCutoff
        options.replaceOutliers = replaceOutliers
        options.empiricalNull = empiricalNull
        options.optimizer = optimizer
        options.betaPrior = betaPrior
        options.shrink = shrink
        options.transform = transform
        options.transformBlind = transformBlind == "on"
        options.transformGenes = Int(transformGenes)
        return options
    }
}
