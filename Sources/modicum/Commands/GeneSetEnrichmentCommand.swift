import AnalysisPipeline
import ArgumentParser
import ExpressionData
import ExpressionFormats
import GeneSetEnrichment
import StudyFiles

struct GeneSetEnrichmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gsea",
        abstract: "Gene-set enrichment of a ranked list, or of expression data with permuted phenotypes (GSEA).",
        discussion: """
            Example:
              modicum gsea --ranks list.rnk --sets hallmark.gmt --out results
              modicum gsea --expression data.gct --phenotypes data.cls --compare TUMOUR_versus_NORMAL \
                --metric signal-to-noise --sets hallmark.gmt --out results

            Writes gene_sets.tsv, generic_enrichment.txt, leading_edges.tsv, leading_edge_overlap.tsv,
            modicum.h5 and run.json; with --gsea-folder also gsea/, which EnrichmentMap opens.
            """)

    @Option(name: .long, help: "Ranked list: gene and score (RNK).")
    var ranks: String?

    @OptionGroup(title: "Expression data") var expression: ExpressionOptions

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
        guard (ranks == nil) != (expression.expression == nil) else {
            throw ValidationError("give either --ranks or --expression with --phenotypes")
        }
        if geneSets.settling.atMost != nil, case .exactly = geneSets.goal(drawsPerSet: drawsPerSet) {
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
            title: "gsea \(ranks ?? expression.expression ?? "")", request: .geneSets(try request()), options: options
        ).run { try InputFile(path: $0) }
    }

    private var drawsPerSet: Bool {
        compatibility == .gseaDesktop || (expression.expression != nil && expression.settings.permute == .phenotype)
    }

    private func request() throws -> GeneSetRequest {
        let source: GeneSetRequest.Source =
            if let ranks { .ranks(ranks) } else { .expression(try expression.request()) }
        var request = GeneSetRequest(source, sets: geneSets.sets)
        request.collapse = chip.map { chip in
            var request = CollapseRequest(chip: chip)
            request.mode = collapse
            request.keepUnannotated = keepUnannotated
            return request
        }
        request.settings = geneSets.settings(drawsPerSet: drawsPerSet)
        request.settings.compatibility = compatibility
        request.settings.nominal = nominal
        request.settings.eps = eps
        request.settings.norm = norm
        request.duplicates = duplicates
        request.stripVersions = stripVersions
        request.prefix = names.prefix
        request.gseaFolder = gseaFolder
        request.settlingLimit = geneSets.goal(drawsPerSet: drawsPerSet).settling?.limit
        return request
    }
}
