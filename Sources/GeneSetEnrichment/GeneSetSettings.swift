import ExpressionData

/// How gene sets are tested: GSEA's settings, under the names its users know.
///
/// What was not asked for, or does not apply, is left out of the stored configuration.
package struct GeneSetSettings: SettingsRecord {
    /// Whose generator, order of draws, arithmetic and rules are followed.
    package enum Compatibility: String, OptionWord {
        case off = "none"
        case gseaDesktop = "gsea-desktop"
    }

    /// What a p-value is.
    package enum Nominal: String, OptionWord {
        /// A share of the permutations.
        case counts

        /// Where permutations cannot resolve it, an estimate by adaptive splitting.
        case multilevel
    }

    /// What an enrichment score is divided by to be compared with those of other sets.
    package enum Normalization: String, OptionWord {
        /// The mean of the null scores of its own sign.
        case meandiv

        /// Nothing: NES is ES.
        case off = "none"
    }

    package var minSize = 15
    package var maxSize = 500
    package var weight = 1.0

    /// The only setting that `extend` raises: `StudyConfiguration.extensible` is without it.
    package var permutations = 1000
    package var seed: UInt64 = 42

    /// What *settled* and the counts in summaries refer to.
    package var fdrThreshold = 0.05
    package var compatibility = Compatibility.off
    package var nominal = Nominal.counts

    /// A p-value below this is not followed by splitting, and told as this; nil: all are.
    package var eps: Double?
    package var norm = Normalization.meandiv

    // What is known once the inputs are read.

    package var ranking = Ranking.metric(.signedLogPValue)

    /// Which row of a gene counts that the list has more than once; nil for a list that was computed.
    package var duplicates: DuplicateRule?

    /// How probes of one gene became one row, in words.
    package var collapse: String?

    /// How samples were compared, for a list made from expression values.
    package var phenotype: PhenotypeSettings?

    package init() {}

    package init(from decoder: any Decoder) throws {
        self.init()
        try Self.settings.decode(into: &self, from: decoder)
        phenotype = try decoder.container(keyedBy: PartKey.self).decodeIfPresent(
            PhenotypeSettings.self, forKey: .phenotype)
    }

    package func encode(to encoder: any Encoder) throws {
        try Self.settings.encode(self, to: encoder)
        var container = encoder.container(keyedBy: PartKey.self)
        try container.encodeIfPresent(phenotype, forKey: .phenotype)
    }

    private enum PartKey: CodingKey { case phenotype }
}

extension GeneSetSettings {
    /// The most permutations of a run.
    package static let permutationLimit = 2_000_000_000

    /// Every setting that can be asked for.
    package static let requested: [Setting<GeneSetSettings>] = [
        Setting("min-size", \.minSize, "a whole number of at least 1") { $0 >= 1 },
        Setting("max-size", \.maxSize, "a whole number of at least 1") { $0 >= 1 },
        Setting("weight", \.weight, "a number, 0 or more") { $0 >= 0 && $0.isFinite },
        Setting("permutations", \.permutations, "0 to \(permutationLimit)") { (0...permutationLimit).contains($0) },
        Setting("seed", \.seed),
        Setting("fdr-threshold", \.fdrThreshold, "a number between 0 and 1") { $0 > 0 && $0 < 1 },
        Setting("compatibility", \.compatibility, omitting: .off),
        Setting("nominal", \.nominal, omitting: .counts),
        Setting("eps", \.eps, "a number of at least 0 and below 1") { $0.map { $0 >= 0 && $0 < 1 } ?? true },
        Setting("norm", \.norm, omitting: .meandiv),
    ]

    package static let settings =
        requested + [
            Setting("ranking", \.ranking), Setting("duplicates", \.duplicates), Setting("collapse", \.collapse),
        ]

    package var isDesktop: Bool { compatibility == .gseaDesktop }

    package var isMultilevel: Bool { nominal == .multilevel }

    /// Whether labels of samples are permuted, rather than sets drawn.
    package var permutesSamples: Bool { phenotype?.permute == .phenotype }
}

/// What a list of genes is ranked by.
package enum Ranking: SettingValue {
    /// Of the tests of a model.
    case metric(RankingMetric)

    /// Of a comparison of samples.
    case phenotype(PhenotypeMetric)

    /// As it was given.
    case file

    /// By the score statistic, or Wald's, that every shuffle of samples gives anew.
    case permutedScore
    case permutedWald

    private static var fileWord: String { "file" }
    private static var permuted: [(word: String, ranking: Ranking)] {
        [("score", .permutedScore), ("wald", .permutedWald)]
    }

    package init?(text: String) {
        if text == Self.fileWord {
            self = .file
        } else if let metric = RankingMetric(rawValue: text) {
            self = .metric(metric)
        } else if let metric = PhenotypeMetric(rawValue: text) {
            self = .phenotype(metric)
        } else if let known = Self.permuted.first(where: { $0.word == text }) {
            self = known.ranking
        } else {
            return nil
        }
    }

    package init?(stored: String) { self.init(text: stored) }

    package var stored: String? { name }

    /// Whether samples were shuffled.
    package var isOfPermutedSamples: Bool { self == .permutedScore || self == .permutedWald }

    package var name: String {
        switch self {
        case .metric(let metric): metric.rawValue
        case .phenotype(let metric): metric.rawValue
        case .file: Self.fileWord
        case .permutedScore, .permutedWald: Self.permuted.first { $0.ranking == self }?.word ?? ""
        }
    }

    package static var choices: [String] {
        RankingMetric.choices + PhenotypeMetric.choices + [fileWord] + permuted.map(\.word)
    }
}
