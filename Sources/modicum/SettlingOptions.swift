import AnalysisPipeline
import ArgumentParser
import GeneSetEnrichment

/// How many permutations, or that they are added until every gene set is settled.
struct SettlingOptions: ParsableArguments {
    @Flag(
        name: .long,
        help: """
            Add permutations, to 1,000 times the powers of two, until every set is settled: no more of them, and no \
            other seed, is likely to move its q across the threshold.
            """
    )
    var untilSettled = false

    @Option(
        name: .long, help: "The most permutations until settled: 1,000,000; where a run is extended 10,000,000.")
    var atMost: Int?

    func validate() throws {
        guard (1...GeneSetSettings.permutationLimit).contains(atMost ?? 1) else {
            throw ValidationError("--at-most must be 1 to \(GeneSetSettings.permutationLimit)")
        }
    }
}
