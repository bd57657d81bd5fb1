import ArgumentParser
import SamplePermutation

/// How samples are permuted, with `--permute samples`.
struct SamplePermutationOptions: ParsableArguments {
    @Option(
        name: .long,
        help: """
            What is shuffled: the exposure (free), inside strata (within:COLUMN), in blocks as a whole (whole:COLUMN), its \
            residuals on the covariates (residual), or the signs of score contributions (flip); default: residual, and \
            free without covariates.
            """)
    var scheme: PermutationScheme?

    @Option(
        name: .long,
        help: "What every gene has under each shuffle: a score, or Wald's statistic of a refit (default: score).")
    var statistic: PermutedStatistic?

    @Flag(
        name: .long,
        help: "Of --statistic wald: dispersions are estimated anew for every shuffle, not held.")
    var refitDispersion = false

    @Option(
        name: .long,
        help: "robust: the sandwich in the place of the model's variance (default: model).")
    var variance: VarianceEstimate?

    @Option(
        name: .long,
        help: "What every set has: GSEA's enrichment score, and beside it means or maxmeans (default: ks).")
    var setStatistic: SetStatistics?

    @Flag(
        name: .long,
        help: "The null scores of all sets go to modicum.h5, four bytes for each set, permutation and set statistic.")
    var keepNull = false

    /// Throws for options that say nothing where samples stay where they are.
    func checkWithoutPermutation() throws {
        let given = [
            ("--scheme", scheme != nil), ("--statistic", statistic != nil), ("--variance", variance != nil),
            ("--refit-dispersion", refitDispersion),
            ("--set-statistic", setStatistic != nil), ("--keep-null", keepNull),
        ]
        if let (option, _) = given.first(where: \.1) { throw ValidationError("\(option) needs --permute samples") }
    }

    var settings: SamplePermutationSettings {
        var settings = SamplePermutationSettings()
        settings.scheme = scheme
        settings.statistic = statistic ?? settings.statistic
        settings.variance = variance ?? settings.variance
        settings.refitDispersion = refitDispersion ? true : nil
        settings.setStatistics = setStatistic ?? settings.setStatistics
        settings.keepNull = keepNull
        return settings
    }
}
