import ArgumentParser
import ExpressionFormats
import StudyFiles

struct DifferentialExpressionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "de",
        abstract: "Differential expression for one design, with DESeq2's numbers.",
        discussion: """
            Example:
              modicum de --counts counts.tsv.gz --samples samples.tsv --design "~ batch + condition" \\
                --reference condition=untreated --empirical-null fdrtool --out results
            """)

    @Option(name: .long, help: "Count table: genes in rows, samples in columns (TSV or CSV, also gzip).")
    var counts: String

    @Option(name: .long, help: "auto, table or featurecounts.")
    var countsFormat = "auto"

    @Option(name: .long, help: "Sample sheet (TSV or CSV).")
    var samples: String

    @Option(name: .long, parsing: .unconditional, help: "R-style formula, such as \"~ batch + age + stir_volume\".")
    var design: String

    @Option(name: .long, help: "COLUMN=LEVEL: the level that others are compared with.")
    var reference: [String] = []

    @Option(name: .long, help: "A column to take as a factor whatever its values.")
    var factor: [String] = []

    @Option(name: .long, help: "A column to take as numbers.")
    var numeric: [String] = []

    @Option(name: .long, help: "A coefficient to report (default: the last).")
    var coefficient: [String] = []

    @Option(name: .long, help: "FACTOR:LEVEL:BASE, such as condition:treated:untreated.")
    var contrast: [String] = []

    @Option(name: .long, parsing: .unconditionalSingleValue, help: "One number per coefficient, such as 0,0,1.")
    var contrastVector: [String] = []

    @Option(name: .long, help: "ratio, poscounts, or a file with the columns sample and sizeFactor.")
    var sizeFactors = "ratio"

    @Option(name: .long, help: "parametric, local or mean.")
    var dispersionTrend = "parametric"

    @Option(name: .long, help: "The significance that independent filtering optimises for.")
    var alpha = 0.1

    @Option(name: .long, help: "on or off.")
    var independentFiltering = "on"

    @Option(name: .long, help: "auto (the 99 % quantile of F), off, or a number.")
    var cooksCutoff = "auto"

    @Option(name: .long, help: "auto (7), off, or the least number of replicates.")
    var replaceOutliers = "auto"

    @Option(name: .long, help: "none or fdrtool.")
    var empiricalNull = "none"

    @Option(name: .long, help: "Genes to analyse, such as \"count > 3 in >= 5\".")
    var filter: String?

    @Option(name: .long, help: "autosomes, all, or a list such as 1,2,X; needs --annotation.")
    var chromosomes = "all"

    @Option(name: .long, help: "Table of gene_id, symbol, chromosome, biotype.")
    var annotation: String?

    @Option(name: .long, help: "Accepted for uniformity; nothing here is random.")
    var seed: UInt64?

    @OptionGroup var options: RunOptions

    func validate() throws {
        try Self.require(dispersionTrend, in: ["parametric", "local", "mean"], option: "--dispersion-trend")
        try Self.require(independentFiltering, in: ["on", "off"], option: "--independent-filtering")
        try Self.require(empiricalNull, in: ["none", "fdrtool"], option: "--empirical-null")
        try Self.require(
            countsFormat, in: ["auto"] + CountsFormat.allCases.map(\.rawValue), option: "--counts-format")
        guard alpha > 0, alpha < 1 else { throw ValidationError("--alpha must lie between 0 and 1") }
        if !["auto", "off"].contains(cooksCutoff) {
            guard let cutoff = Double(cooksCutoff), cutoff > 0 else {
                throw ValidationError("--cooks-cutoff must be auto, off, or a positive number")
            }
        }
        if !["auto", "off"].contains(replaceOutliers) {
            guard let minimum = Int(replaceOutliers), minimum >= 3 else {
                throw ValidationError("--replace-outliers must be auto, off, or a whole number of at least 3")
            }
        }
    }

    func run() throws {
        try Computation(title: "de \(design)", request: .differentialExpression(request), options: options)
            .run { try InputFile(path: $0) }
    }

    private var request: DifferentialExpressionRequest {
        var request = DifferentialExpressionRequest(counts: counts, samples: samples, design: design)
        request.countsFormat = countsFormat
        request.references = reference
        request.factors = factor
        request.numerics = numeric
        request.coefficients = coefficient
        request.contrasts = contrast
        request.contrastVectors = contrastVector
        request.sizeFactors = sizeFactors
        request.dispersionTrend = dispersionTrend
        request.alpha = alpha
        request.independentFiltering = independentFiltering == "on"
        request.cooksCutoff = cooksCutoff
        request.replaceOutliers = replaceOutliers
        request.empiricalNull = empiricalNull
        request.filter = filter
        request.chromosomes = chromosomes
        request.annotation = annotation
        return request
    }

    static func require(_ value: String, in choices: [String], option: String) throws {
        guard choices.contains(value) else {
            throw ValidationError("\(option) must be one of \(choices.joined(separator: ", ")), not \(value)")
        }
    }
}
