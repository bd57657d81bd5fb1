import ExpressionData
import GeneSetEnrichment
import SamplePermutation

/// The gene sets that lists ranked by a model's tests are tested for.
package struct RankedSetsRequest: Codable, Equatable, Sendable {
    package var files: [String]
    package var settings: GeneSetSettings
    package var ranking: RankingMetric

    /// Permutations are added up to so many until every set is settled; nil: none are added.
    package var settlingLimit: Int?

    /// How samples are permuted, with or without sets; nil: gene sets are drawn.
    package var samples: SamplePermutationSettings?

    package init(
        files: [String], settings: GeneSetSettings, ranking: RankingMetric, settlingLimit: Int?,
        samples: SamplePermutationSettings? = nil
    ) {
        self.samples = samples
        self.files = files
        self.settings = settings
        self.ranking = ranking
        self.settlingLimit = settlingLimit
    }

    /// Throws for a number out of range.
    func validate() throws {
        if let problem = GeneSetSettings.ofStudies.problem(of: settings, calling: { "--" + $0 }) {
            throw InputError(problem, remedy: "")
        }
        let limits = 1...GeneSetSettings.permutationLimit
        guard limits.contains(settlingLimit ?? 1) else {
            throw InputError("--at-most must be 1 to \(limits.upperBound)", remedy: "")
        }
        guard settings.minSize <= settings.maxSize else {
            throw InputError(
                "--min-size \(settings.minSize) is above --max-size \(settings.maxSize); without them they are 15 and 500",
                remedy: "")
        }
        if let problem = samples?.problem(with: settings, calling: { "--" + $0 }) {
            throw InputError(problem, remedy: "")
        }
        if samples != nil, files.isEmpty, settlingLimit != nil {
            throw InputError("--until-settled needs --sets: it waits for the q of sets", remedy: "")
        }
        if files.isEmpty, samples?.keepNull == true {
            throw InputError("--keep-null needs --sets: it keeps the scores of sets", remedy: "")
        }
    }

    /// The settings as they are stored with the results, those alone that a list has which a model ranks.
    var storedSettings: GeneSetSettings {
        var stored = GeneSetSettings()
        stored.minSize = settings.minSize
        stored.maxSize = settings.maxSize
        // Not −0, which is another text in the configuration.
        stored.weight = settings.weight.magnitude
        stored.permutations = settings.permutations
        stored.seed = settings.seed
        stored.fdrThreshold = settings.fdrThreshold
        stored.ranking = samples?.ranking ?? .metric(ranking)
        return stored
    }
}

extension SamplePermutationSettings {
    /// What ranks the genes.
    var ranking: Ranking {
        switch statistic {
        case .score: .permutedScore
        case .wald: .permutedWald
        }
    }

    /// What is wrong with the settings, or with those of the sets beside them; nil when nothing is.
    func problem(with sets: GeneSetSettings, calling name: (String) -> String) -> String? {
        if let problem = Self.settings.problem(of: self, calling: name) ?? contradiction(calling: name) {
            return problem
        }
        if sets.weight != 1 {
            return "\(name("permute")) samples has \(name("weight")) 1, as GSEA, and \(decimal(sets.weight)) was given"
        }
        if sets.permutations == 0 {
            return "\(name("permute")) samples needs \(name("permutations")) of at least 1"
        }
        return nil
    }
}
