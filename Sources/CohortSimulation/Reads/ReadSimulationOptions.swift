/// What simulated sequencing reads are to look like.
///
/// The defaults are as small as a whole chain of programs needs to show that its
/// counts are right, and run in seconds.
package struct ReadSimulationOptions: Equatable, Sendable {
    /// Which strand of the transcript the first read of a pair has.
    package enum Library: String, CaseIterable, Sendable {
        case unstranded, forward, reverse
    }

    /// Names every random stream. The same options and seed give the same files.
    package var seed: UInt64 = 1

    /// Samples in all; the first half is the group `control`, the rest `treated`.
    package var sampleCount = 12

    /// Read pairs of each sample.
    package var pairCount = 15_000

    /// How the libraries were made. The default is that of dUTP kits, the most common one.
    package var library = Library.reverse

    package var geneCount = 120
    package var chromosomeLength = 1_500_000

    /// Of the genes, those whose expression differs between the groups, half of them each way.
    package var plantedGeneCount = 24

    /// The log2 fold change of a planted gene, `treated` over `control`.
    package var plantedEffect = 2.0

    /// Bases of a read.
    package let readLength = 75

    package init() {}

    /// Throws unless reads can be made with these options.
    package func validate() throws {
        func require(_ condition: Bool, _ option: String, _ expectation: String, _ value: Int) throws {
            guard condition else {
                throw CohortOptionsError(option: option, expectation: expectation, value: "\(value)")
            }
        }
        try require((2...1_000).contains(sampleCount), "samples", "2 to 1000", sampleCount)
        try require((1...100_000_000).contains(pairCount), "pairs", "1 to 100000000", pairCount)
    }
}
