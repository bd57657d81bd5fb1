import ExpressionData

/// How counts are modelled and tested: DESeq2's settings, under the names its users know.
///
/// The same record is filled by the command and the study file, travels in requests, stands in the stored
/// configuration, and is what the models are fitted by.
package struct AnalysisSettings: SettingsRecord {
    package enum Test: String, OptionWord {
        case wald
        case lrt
    }

    /// On which side of the threshold a Wald test looks.
    package enum Alternative: String, OptionWord {
        case greaterAbs
        case lessAbs
        case greater
        case less
    }

    /// How the null of the Wald statistics is found, where it is not the theory's.
    package enum NullEstimate: String, OptionWord {
        case off = "none"
        case fdrtool
    }

    /// What fold changes beside the others are shrunken by.
    package enum Shrinkage: String, OptionWord {
        case off = "none"

        /// DESeq2's normal prior.
        case normal

        /// A Cauchy prior, as apeglm has it.
        case apeglm
    }

    /// What counts are transformed to, beside the tests.
    package enum Transform: String, OptionWord {
        case off = "none"

        /// DESeq2's `vst`.
        case varianceStabilization = "vst"

        /// DESeq2's `rlog`.
        case regularizedLogarithm = "rlog"
    }

    /// Where the size factors are from: found when the inputs are read, no option of its own.
    package var sizeFactors = SizeFactorSource.ratio

    package var test = Test.wald
    package var dispersionTrend = DispersionTrend.Kind.parametric

    /// The log2 fold change that a Wald test asks about.
    package var lfcThreshold = 0.0
    package var alternative = Alternative.greaterAbs

    /// Whether the Wald statistic is taken for a t.
    package var useT = false

    /// The significance that independent filtering optimises for.
    package var alpha = 0.1
    package var independentFiltering = true
    package var cooksCutoff = CooksCutoff.automatic
    package var minReplicatesForReplace = LeastReplicates.standard
    package var empiricalNull = NullEstimate.off
    package var optimizer = Optimizer.reference

    /// Whether all coefficients have a normal prior.
    package var betaPrior = false
    package var shrink = Shrinkage.off
    package var transform = Transform.off

    /// Whether the transform knows nothing of the design.
    package var transformBlind = true
    package var transformGenes = TrendGenes.standard

    /// Whether fragments per million, and per million and kilobase, are written beside the tests.
    package var fpm = false
    package var fpkm = false

    /// Whether these take the size factors for the sizes of libraries.
    package var fpmRobust = true

    package init() {}
}

extension AnalysisSettings {
    /// Every setting that can be asked for.
    package static let requested: [Setting<AnalysisSettings>] = [
        Setting("test", \.test),
        Setting("dispersion-trend", \.dispersionTrend),
        Setting("lfc-threshold", \.lfcThreshold, "a number, 0 or more") { $0 >= 0 && $0.isFinite },
        Setting("alternative", \.alternative),
        Setting("use-t", \.useT),
        Setting("alpha", \.alpha, "a number between 0 and 1") { $0 > 0 && $0 < 1 },
        Setting("independent-filtering", \.independentFiltering),
        Setting("cooks-cutoff", \.cooksCutoff),
        Setting("replace-outliers", key: "minReplicatesForReplace", \.minReplicatesForReplace),
        Setting("empirical-null", \.empiricalNull),
        Setting("optimizer", \.optimizer),
        Setting("beta-prior", \.betaPrior),
        Setting("shrink", \.shrink),
        Setting("transform", \.transform),
        Setting("transform-blind", \.transformBlind),
        Setting("transform-genes", \.transformGenes),
        Setting("fpm", \.fpm, omitting: false),
        Setting("fpkm", \.fpkm, omitting: false),
        Setting("fpm-robust", \.fpmRobust, omitting: true),
    ]

    package static let settings = [Setting<AnalysisSettings>("size-factors", \.sizeFactors)] + requested

    /// What a Wald test asks.
    package var hypothesis: WaldHypothesis {
        switch alternative {
        case .greaterAbs: lfcThreshold > 0 ? .magnitudeAbove(lfcThreshold) : .nonzero
        case .lessAbs: .magnitudeBelow(lfcThreshold)
        case .greater: .above(lfcThreshold)
        case .less: .below(lfcThreshold)
        }
    }

    /// Whether the Wald test asks about more than a difference from zero.
    private var asksThreshold: Bool { hypothesis != .nonzero }

    /// The first two settings that exclude each other; nil when none do.
    ///
    /// - Parameter name: How the reader calls an option: `--use-t` on the command line, `use-t` in a study file.
    package func contradiction(calling name: (String) -> String) -> String? {
        if !fpmRobust, !fpm, !fpkm { return "\(name("fpm-robust")) belongs to \(name("fpm")) or \(name("fpkm"))" }
        return contradictionOfTests(name) ?? contradictionOfPriors(name)
    }

    private func contradictionOfTests(_ name: (String) -> String) -> String? {
        if alternative == .lessAbs, lfcThreshold == 0 {
            return "\(name("alternative")) lessAbs needs an \(name("lfc-threshold")) above 0: no fold change is smaller"
        }
        let thresholds = "\(name("lfc-threshold")) and \(name("alternative"))"
        if empiricalNull == .fdrtool, asksThreshold || test == .lrt {
            return "\(name("empirical-null")) fdrtool needs a z, and "
                + (test == .lrt
                    ? "the statistic of \(name("test")) lrt is none"
                    : "the statistic of a threshold test is none: leave out \(thresholds)")
        }
        guard test == .lrt else { return nil }
        if asksThreshold { return "\(thresholds) belong to \(name("test")) wald" }
        return useT ? "\(name("use-t")) belongs to \(name("test")) wald" : nil
    }

    private func contradictionOfPriors(_ name: (String) -> String) -> String? {
        guard betaPrior else { return nil }
        if shrink != .off { return "\(name("shrink")) shrinks fold changes that \(name("beta-prior")) has not" }
        if test == .lrt { return "\(name("beta-prior")) belongs to \(name("test")) wald" }
        return alternative == .lessAbs
            ? "\(name("alternative")) lessAbs needs unshrunken fold changes: leave out \(name("beta-prior"))" : nil
    }
}
