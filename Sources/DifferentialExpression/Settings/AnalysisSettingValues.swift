import ExpressionData

/// Where the searches for dispersions and coefficients end.
package enum Optimizer: String, OptionWord {
    /// Where DESeq2's end: by its own steps, tolerances and fallbacks. The results are those published.
    case reference = "deseq2"

    /// At the maximum, to all digits, of the same objectives without the coefficients' ridge.
    ///
    /// On a design with centred and scaled covariates, so that reparametrised designs
    /// give the same fits.
    case exact
}

/// How size factors are estimated from counts.
package enum SizeFactorEstimator: String, OptionWord {
    case ratio
    case poscounts
    case iterate

    /// What the results are then said to rest on.
    package var source: SizeFactorSource {
        switch self {
        case .ratio: .ratio
        case .poscounts: .poscounts
        case .iterate: .iterate
        }
    }

    /// Nil where the method is an iteration.
    package var method: SizeFactors.Method? {
        switch self {
        case .ratio: .medianOfRatios
        case .poscounts: .positiveCounts
        case .iterate: nil
        }
    }
}

/// Where a run's size factors are from.
package enum SizeFactorSource: String, OptionWord {
    case ratio
    case poscounts
    case iterate

    /// A table of samples.
    case file

    /// A table of genes and samples, in the place of size factors.
    case normalizationFactors = "normalization-factors"

    // Estimated counts have a factor per gene and sample, of depth and transcripts' lengths.
    case ratioWithLengths = "ratio-with-transcript-lengths"
    case poscountsWithLengths = "poscounts-with-transcript-lengths"
}

/// When a Cook's distance counts as an outlier's.
package enum CooksCutoff: SettingValue {
    /// The 99 % quantile of F with `p` and `m − p` degrees of freedom.
    case automatic
    case off
    case above(Double)

    package init?(text: String) {
        switch text {
        case "auto": self = .automatic
        case "off": self = .off
        default:
            guard let cutoff = Double(text), cutoff > 0 else { return nil }
            self = .above(cutoff)
        }
    }

    package init?(stored: String) { self.init(text: stored) }

    package var stored: String? { text }

    package var text: String {
        switch self {
        case .automatic: "auto"
        case .off: "off"
        // As people write it: 12 rather than 12.0.
        case .above(let cutoff): Int(exactly: cutoff).map(String.init) ?? String(cutoff)
        }
    }

    package static let choices = ["auto", "off", "a positive number"]
}

/// How many samples with one model-matrix row make their outliers replaceable.
package struct LeastReplicates: SettingValue {
    /// Nil: outliers are never replaced.
    package let count: Int?

    /// With fewer, a replacement value rests on too few counts (Love, Huber & Anders, 2014).
    package static let standard = LeastReplicates(count: 7)

    package static let never = LeastReplicates(count: nil)

    private static let least = 3

    private init(count: Int?) {
        self.count = count
    }

    package init?(text: String) {
        switch text {
        case "auto": self = .standard
        case "off": self.init(count: nil)
        default:
            guard let count = Int(text) else { return nil }
            self.init(stored: count)
        }
    }

    package init?(stored: Int) {
        guard stored >= Self.least else { return nil }
        count = stored
    }

    package var stored: Int? { count }
    package static let whenLeftOut: LeastReplicates? = LeastReplicates(count: nil)
    package static let choices = ["auto", "off", "a whole number of at least \(least)"]
}

/// How many genes the trend of a transform is fitted to: `nsub` of DESeq2's `vst`.
package struct TrendGenes: SettingValue {
    /// Nil for all genes.
    package let count: Int?

    package static let standard = TrendGenes(count: 1000)

    private static let least = 10

    private init(count: Int?) {
        self.count = count
    }

    package init?(text: String) {
        if text == "all" {
            self.init(count: nil)
        } else {
            guard let count = Int(text: text) else { return nil }
            self.init(stored: count)
        }
    }

    package init?(stored: Int) {
        guard stored >= Self.least else { return nil }
        count = stored
    }

    package var stored: Int? { count }
    package static let whenLeftOut: TrendGenes? = TrendGenes(count: nil)
    package static let choices = ["all", "a whole number of at least \(least)"]
}
