import ExpressionData

/// How samples are permuted, and what is computed under each shuffle.
///
/// How many permutations there are and their seed stand with the settings of gene sets.
package struct SamplePermutationSettings: SettingsRecord {
    /// Nil: `residual`, and `free` where there are no covariates.
    package var scheme: PermutationScheme?
    package var statistic = PermutedStatistic.score

    /// Whether refits estimate the dispersions anew; nil and false: those of the covariates' models are held.
    package var refitDispersion: Bool?
    package var variance = VarianceEstimate.model
    package var setStatistics = SetStatistics()

    /// Whether the null scores of the sets are stored with the results.
    package var keepNull = false

    /// The exposure of a finished run, such as `main/stir_volume`; nil where a study names its own.
    package var exposure: String?

    package init() {}

    /// Every setting that can be asked for.
    package static let requested: [Setting<SamplePermutationSettings>] = [
        Setting("scheme", \.scheme), Setting("statistic", \.statistic),
        Setting("refit-dispersion", key: "refitDispersion", \.refitDispersion), Setting("variance", \.variance),
        Setting("set-statistic", key: "setStatistics", \.setStatistics),
        Setting("keep-null", \.keepNull, omitting: false),
    ]

    package static let settings = requested + [Setting("exposure", \.exposure)]

    /// The scheme where none was asked for.
    package func scheme(hasCovariates: Bool) -> PermutationScheme { scheme ?? (hasCovariates ? .residual : .free) }

    /// The first two settings that exclude each other; nil when none do.
    ///
    /// - Parameter name: How the reader calls an option.
    package func contradiction(calling name: (String) -> String) -> String? {
        if statistic == .wald, scheme == .flip { return "\(name("scheme")) flip: \(ShuffleProblem.flipsOfWald)" }
        if statistic == .wald, variance == .robust { return "\(name("variance")) robust: \(ShuffleProblem.robustWald)" }
        if statistic != .wald, refitDispersion == true {
            return "\(name("refit-dispersion")) is of refits: it needs \(name("statistic")) wald"
        }
        return scheme == .flip && variance == .robust
            ? "\(name("scheme")) flip has a variance of its own: leave out \(name("variance"))" : nil
    }
}

/// The statistics that sets have: GSEA's first, and others from the same shuffles.
package struct SetStatistics: SettingValue {
    /// Each once, `ks` the first.
    package let all: [SetStatistic]

    package init() { all = [.ks] }

    package init?(text: String) {
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let statistics = words.compactMap(SetStatistic.init(rawValue:))
        guard statistics.count == words.count, statistics.first == .ks, Set(statistics).count == statistics.count
        else { return nil }
        all = statistics
    }

    package init?(stored: String) { self.init(text: stored) }
    package var stored: String? { all.map(\.rawValue).joined(separator: ",") }
    package static let choices = ["ks", "ks,mean", "ks,maxmean", "ks,mean,maxmean"]
}
