import ArgumentParser

/// Whether permutations are added until every gene set is settled.
struct SettlingOptions: ParsableArguments {
    @Flag(
        name: .long,
        help: "Add permutations, to 1,000 times the powers of two, until every set is settled."
    )
    var untilSettled = false

    @Option(name: .long, help: "With --until-settled: the most permutations.")
    var atMost = 10_000_000

    func validate() throws {
        guard (1...2_000_000_000).contains(atMost) else {
            throw ValidationError("--at-most must be 1 to 2000000000")
        }
    }

    /// Nil where permutations are not added.
    var limit: Int? { untilSettled ? atMost : nil }
}
