/// What a simulated cohort is to look like.
///
/// The defaults give the dimensions of the study the project started from: 96
/// patients, all genes of an Ensembl release, and a large gene-set collection.
package struct CohortOptions: Equatable, Sendable {
    /// Names every random stream. The same options and seed give the same cohort.
    package var seed: UInt64 = 1

    package var sampleCount = 96

    /// Genes before any filter; about 45 in 100 pass `count > 3 in >= 5` on the autosomes at 96 samples.
    package var geneCount = 58_000

    /// Gene sets in all, the custom ones included.
    package var geneSetCount = 18_577

    /// Of `geneSetCount`, the sets that stand in a file of their own.
    package var customSetCount = 23

    /// Whether any gene follows an exposure. False makes the null version, for calibration.
    package var plantsEffects = true

    /// Whether the exposures depend on batch and age.
    ///
    /// For showing that permutation schemes which respect covariates hold the
    /// error rate where plain shuffling does not.
    package var confoundsExposures = false

    /// The standard deviation, in log2 units, with which each theme's genes rise and fall together.
    ///
    /// Independent of the exposures. Zero by default, so that genes differ from
    /// each other only by chance and gene-set permutation is valid; a value of
    /// 0.2 shows how it fails when genes are co-expressed.
    package var coexpression = 0.0

    package init() {}

    /// Throws unless a cohort can be made with these options.
    package func validate() throws {
        func require(_ condition: Bool, _ option: String, _ expectation: String, _ value: some Any) throws {
            guard condition else {
                throw CohortOptionsError(option: option, expectation: expectation, value: "\(value)")
            }
        }
        try require((12...100_000).contains(sampleCount), "samples", "12 to 100000", sampleCount)
        try require((300...1_000_000).contains(geneCount), "genes", "300 to 1000000", geneCount)
        try require(customSetCount >= 0, "custom sets", "0 or more", customSetCount)
        try require(
            geneSetCount >= customSetCount && geneSetCount <= 1_000_000, "sets",
            "at least the \(customSetCount) custom ones and at most 1000000", geneSetCount)
        try require(coexpression >= 0 && coexpression <= 2, "coexpression", "0 to 2 (log2 units)", coexpression)
    }
}

/// An option that no cohort can be made with.
package struct CohortOptionsError: Error, Equatable, CustomStringConvertible {
    package let option: String
    package let expectation: String
    package let value: String

    package init(option: String, expectation: String, value: String) {
        self.option = option
        self.expectation = expectation
        self.value = value
    }

    package var description: String {
        "simulated cohort: \(option) must be \(expectation), not \(value)"
    }
}
