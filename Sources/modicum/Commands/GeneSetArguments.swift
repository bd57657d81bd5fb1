import AnalysisPipeline
import ArgumentParser
import GeneSetEnrichment

/// The gene sets that a ranked list is tested for, and how: the same for a list that is given and for one that is computed.
struct GeneSetArguments: ParsableArguments {
    @Option(name: .long, help: "Gene sets (GMT, GMX, GRP, or pairs of set and gene); may be given several times.")
    var sets: [String] = []

    @Option(name: .long, help: "Smallest set, counting only genes of the list.")
    var minSize = 15

    @Option(name: .long, help: "Largest set, counting only genes of the list.")
    var maxSize = 500

    @Option(
        name: .long, parsing: .unconditional,
        help: "Exponent of the scores in the enrichment score: 0, 1, 1.5, 2, or another.")
    var weight = 1.0

    @Option(
        name: .long,
        help: """
            Exactly so many random gene sets per size, or permuted labels; 0: enrichment scores only. Without it random \
            sets are drawn until every set is settled; permuted phenotypes, and the desktop's draws, are 1,000, permuted \
            samples 10,000.
            """
    )
    var permutations: Int?

    @OptionGroup var settling: SettlingOptions

    @Option(
        name: .long, parsing: .unconditional,
        help: "Names the random numbers; the same seed gives the same result (default: 42).")
    var seed: UInt64?

    @Option(name: .long, help: "What settled, and the counts in summaries, refer to.")
    var fdrThreshold = 0.05

    func validate() throws {
        if settling.atMost != nil, permutations != nil, !settling.untilSettled {
            throw ValidationError("--at-most needs --until-settled; --permutations N asks for exactly N")
        }
    }

    /// Throws for options that have no meaning without sets.
    func checkWithoutSets() throws {
        let given = [
            ("--permutations", permutations != nil), ("--until-settled", settling.untilSettled),
            ("--at-most", settling.atMost != nil), ("--seed", seed != nil),
        ]
        if let (option, _) = given.first(where: \.1) {
            throw ValidationError("\(option) needs --sets: nothing else is drawn at random")
        }
    }

    /// What the options come to; beside `--permutations` the decisions of `--until-settled` begin there.
    ///
    /// - Parameter usual: What is done where nothing is asked for.
    func goal(_ usual: PermutationGoal = .randomSets) -> PermutationGoal {
        if let permutations, !settling.untilSettled { return .exactly(permutations) }
        let usual = settling.untilSettled ? .randomSets : usual
        guard case .untilSettled(let limit) = usual else { return usual }
        return .untilSettled(atMost: settling.atMost ?? limit)
    }

    /// The settings, with the permutations before the first decision.
    func settings(_ usual: PermutationGoal = .randomSets) -> GeneSetSettings {
        var settings = GeneSetSettings()
        settings.minSize = minSize
        settings.maxSize = maxSize
        settings.weight = weight
        settings.permutations = permutations ?? goal(usual).first
        settings.seed = seed ?? settings.seed
        settings.fdrThreshold = fdrThreshold
        return settings
    }
}
