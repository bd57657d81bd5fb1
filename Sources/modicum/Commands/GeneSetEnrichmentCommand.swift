import AnalysisPipeline
import ArgumentParser
import ExpressionData
import ExpressionFormats
import GeneSetEnrichment
import StudyFiles

struct GeneSetEnrichmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gsea",
        abstract: "Gene-set enrichment (GSEA) of a ranked list, of expression data, or of a finished run.",
        discussion: """
            Example:
              modicum gsea --ranks list.rnk --sets hallmark.gmt --out results
              modicum gsea --expression data.gct --phenotypes data.cls \\
                  --compare TUMOUR_versus_NORMAL --metric signal-to-noise --sets hallmark.gmt --out results
              modicum gsea --run results-of-de --exposure age --permute samples --sets hallmark.gmt --out results

            Writes gene_sets.tsv, generic_enrichment.txt, leading_edges.tsv, leading_edge_overlap.tsv,
            modicum.h5 and run.json; with --gsea-folder also gsea/, which EnrichmentMap opens.
            """)

    @Option(name: .long, help: "Ranked list: gene and score (RNK).")
    var ranks: String?

    @OptionGroup(title: "Expression data") var expression: ExpressionOptions

    @Option(
        name: .customLong("run"), help: "The folder of a finished `de` or `run`, for its ranked list or its samples.")
    var finishedRun: String?

    @Option(name: .long, help: "Which exposure of --run, as SET/NAME where several adjustment sets have it.")
    var exposure: String?

    @OptionGroup(title: "Permuted samples") var permutation: SamplePermutationOptions

    @OptionGroup(title: "Gene sets") var geneSets: GeneSetArguments

    @Option(name: .long, help: "What an array's probes measure (CHIP); probes are then collapsed to symbols.")
    var chip: String?

    @Option(name: .long, help: "How a gene's probes become one.")
    var collapse = ProbeCollapse.max

    @Flag(name: .long, help: "With --chip: a probe without a symbol stays, under its own name.")
    var keepUnannotated = false

    @Flag(name: .long, help: "Take the versions off the genes' identifiers: ENSG00000000003.15 is ENSG00000000003.")
    var stripVersions = false

    @Option(
        name: .long,
        help: "gsea-desktop: that program's generator, draws and arithmetic; the same seed gives its numbers.")
    var compatibility = GeneSetSettings.Compatibility.off

    @Option(
        name: .long,
        help: "multilevel: p-values that counting cannot resolve are estimated by adaptive splitting.")
    var nominal = GeneSetSettings.Nominal.counts

    @Option(
        name: .long,
        help: """
            With --nominal multilevel: a p-value below this is not followed further, and told as this (1e-300, or more). \
            A signature in the list it was made from can take minutes, with --eps 1e-50 as fgsea has it seconds.
            """)
    var eps: Double?

    @Option(name: .long, help: "none (with gsea-desktop): NES is ES.")
    var norm = GeneSetSettings.Normalization.meandiv

    @Option(name: .long, help: "Which row of a gene listed twice counts.")
    var duplicates = DuplicateRule.lowestScore

    @Flag(name: .long, help: "Write a folder as the GSEA desktop leaves it, gsea/, which EnrichmentMap opens.")
    var gseaFolder = false

    @OptionGroup var names: NameOptions

    @OptionGroup var options: RunOptions

    func validate() throws {
        guard [ranks, expression.expression, finishedRun].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("give one of --ranks, --expression with --phenotypes, and --run")
        }
        if exposure != nil, finishedRun == nil {
            throw ValidationError("--exposure needs --run: it names one of its exposures")
        }
        if expression.permute != nil, ranks != nil {
            throw ValidationError("--permute needs --expression or --run: a ranked list has no samples")
        }
        if finishedRun != nil, expression.permute == .phenotype {
            throw ValidationError("--permute phenotype needs --expression; the samples of --run have --permute samples")
        }
        if !permutesSamples { try permutation.checkWithoutPermutation() }
        if geneSets.settling.atMost != nil, case .exactly = geneSets.goal(usualGoal) {
            throw ValidationError("--at-most needs --until-settled; --permutations N asks for exactly N")
        }
        do {
            try request().validate()
        } catch let error as InputError {
            throw ValidationError(error.description)
        }
    }

    func run() throws {
        try Computation(
            title: "gsea \(ranks ?? expression.expression ?? finishedRun ?? "")", request: .geneSets(try request()),
            options: options
        ).run { try InputFile(path: $0) }
    }

    private var permutesSamples: Bool { finishedRun != nil && expression.permute == .samples }

    /// How many permutations there are where nothing is asked for.
    private var usualGoal: PermutationGoal {
        if permutesSamples { return .samples }
        let drawsPerSet =
            compatibility == .gseaDesktop
            || (expression.expression != nil && expression.settings.permute == .phenotype)
        return drawsPerSet ? .perSet : .randomSets
    }

    private var source: GeneSetRequest.Source {
        get throws {
            if let ranks { return .ranks(ranks) }
            guard let finishedRun else { return .expression(try expression.request()) }
            return .run(
                RunSetsRequest(
                    folder: finishedRun, exposure: exposure, samples: permutesSamples ? permutation.settings : nil))
        }
    }

    private func request() throws -> GeneSetRequest {
        var request = GeneSetRequest(try source, sets: geneSets.sets)
        request.collapse = chip.map { chip in
            var request = CollapseRequest(chip: chip)
            request.mode = collapse
            request.keepUnannotated = keepUnannotated
            return request
        }
        request.settings = geneSets.settings(usualGoal)
        request.settings.compatibility = compatibility
        request.settings.nominal = nominal
        request.settings.eps = eps
        request.settings.norm = norm
        request.duplicates = duplicates
        request.stripVersions = stripVersions
        request.prefix = names.prefix
        request.gseaFolder = gseaFolder
        request.settlingLimit = geneSets.goal(usualGoal).settling?.limit
        return request
    }
}
