import ExpressionData

/// How samples are compared, and what is permuted: the settings of the GSEA desktop, under its names.
package struct PhenotypeSettings: SettingsRecord {
    package enum Sort: String, OptionWord {
        /// By the scores.
        case real

        /// By their magnitudes.
        case absolute = "abs"
    }

    package enum Order: String, OptionWord {
        case descending
        case ascending
    }

    package enum Permutation: String, OptionWord {
        /// The samples' labels.
        case phenotype

        /// Random gene sets.
        case geneSets = "gene-sets"

        /// The samples, within a count model: of a finished run, a design or a study, not of expression values.
        case samples
    }

    package enum Shuffle: String, OptionWord {
        case free = "no-balance"

        /// Half of each class stays in it.
        case balanced = "equalize-and-balance"
    }

    /// `A_versus_B`, or the profile's name: known once the phenotypes are read.
    package var comparison = ""
    package var metric = PhenotypeMetric.signalToNoise

    /// Whether the classes' medians stand in the place of their means.
    package var median = false
    package var sort = Sort.real
    package var order = Order.descending
    package var permute = Permutation.phenotype
    package var shuffle = Shuffle.free

    package init() {}

    /// Every setting that can be asked for.
    package static let requested: [Setting<PhenotypeSettings>] = [
        Setting("metric", \.metric), Setting("median", \.median), Setting("sort", \.sort), Setting("order", \.order),
        Setting("permute", \.permute), Setting("shuffle", \.shuffle),
    ]

    package static let settings = requested + [Setting("comparison", \.comparison)]
}
