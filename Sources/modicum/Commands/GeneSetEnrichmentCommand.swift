import ArgumentParser
import ExpressionFormats
import StudyFiles

struct GeneSetEnrichmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gsea",
        abstract: "Gene-set enrichment of a ranked list (GSEA preranked).",
        discussion: """
            Example:
              modicum gsea --ranks list.rnk --sets hallmark.gmt --permutations 100000 --out results
            """)

    @Option(name: .long, help: "Ranked list: gene and score (RNK).")
    var ranks: String

    @Option(name: .long, help: "Gene sets (GMT); may be given several times.")
    var sets: [String] = []

    @Option(name: .long, help: "Smallest set, counting only genes of the list.")
    var minSize = 15

    @Option(name: .long, help: "Largest set, counting only genes of the list.")
    var maxSize = 500

    @Option(name: .long, help: "Exponent of the scores in the enrichment score: 0, 1, 1.5, 2, or another.")
    var weight = 1.0

    @Option(name: .long, help: "Random gene sets per size.")
    var permutations = 1000

    @Option(name: .long, help: "Names the random numbers; the same seed gives the same result.")
    var seed: UInt64 = 42

    @Option(name: .long, help: "What settled, and the counts in summaries, refer to.")
    var fdrThreshold = 0.05

    @OptionGroup var options: RunOptions

    func validate() throws {
        guard !sets.isEmpty else { throw ValidationError("--sets is missing: give at least one GMT file") }
        guard minSize >= 1, maxSize >= minSize else {
            throw ValidationError("--min-size must be at least 1 and not above --max-size")
        }
        guard weight >= 0, weight.isFinite else { throw ValidationError("--weight must be 0 or more") }
        guard (1...2_000_000_000).contains(permutations) else {
            throw ValidationError("--permutations must be 1 to 2000000000")
        }
        guard fdrThreshold > 0, fdrThreshold < 1 else {
            throw ValidationError("--fdr-threshold must lie between 0 and 1")
        }
    }

    func run() throws {
        var request = GeneSetRequest(ranks: ranks, sets: sets)
        request.minSize = minSize
        request.maxSize = maxSize
        request.weight = weight
        request.permutations = permutations
        request.seed = seed
        request.fdrThreshold = fdrThreshold
        try Computation(title: "gsea \(ranks)", request: .geneSets(request), options: options)
            .run { try InputFile(path: $0) }
    }
}
