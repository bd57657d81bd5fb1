import GeneSetEnrichment
import StoredRuns

/// Which null the p and q of gene sets come from, what the other would ask, and how the one that was used fares where
/// nothing is to be found.
package struct SetNullWords: Equatable, Sendable {
    /// What genes are ranked by where samples are permuted.
    package enum Statistic: Equatable, Sendable {
        case score
        case robustScore
        case wald
        case refittedWald

        init(_ permutation: StoredPermutation, _ settings: RunConfiguration.SamplePermutation?) {
            self =
                switch permutation.statistic {
                case "wald": settings?.refitDispersion == true ? .refittedWald : .wald
                default: settings?.variance == "robust" ? .robustScore : .score
                }
        }

        /// What the name of a null says of it; nothing of the usual one.
        fileprivate var remark: String {
            switch self {
            case .score: ""
            case .robustScore: ", robust variance"
            case .wald: ", Wald"
            case .refittedWald: ", Wald with dispersions estimated anew"
            }
        }

        /// Such as `score statistic`.
        fileprivate var words: String {
            switch self {
            case .score: "score statistic"
            case .robustScore: "score statistic with robust variance"
            case .wald: "Wald statistic"
            case .refittedWald: "Wald statistic with dispersions estimated anew"
            }
        }

        fileprivate var short: String {
            switch self {
            case .score: "score"
            case .robustScore: "robust score"
            case .wald: "Wald"
            case .refittedWald: "Wald, refitted"
            }
        }
    }

    /// What is compared with the observed scores.
    package enum Null: Equatable, Sendable {
        case permutedGenes
        case permutedSamples(scheme: String, statistic: Statistic)
        case permutedLabels

        /// Such as `permuted samples (residual)`: another one for every null.
        package var name: String {
            switch self {
            case .permutedGenes: "permuted genes"
            case .permutedSamples(let scheme, let statistic):
                "permuted samples (\(scheme)\(statistic.remark))"
            case .permutedLabels: "permuted labels"
            }
        }

        /// A word for heads of columns, where the null stands beside another one.
        package func short(beside other: Self) -> String {
            switch (self, other) {
            case (.permutedSamples(let scheme, let statistic), .permutedSamples(let its, _)):
                scheme == its ? statistic.short : scheme
            case (.permutedSamples, _): "samples"
            case (.permutedGenes, _): "genes"
            case (.permutedLabels, _): "labels"
            }
        }

        /// What it can mean that a set is found under this null and not under the other.
        var alone: String {
            switch self {
            case .permutedGenes:
                "Under permuted genes alone: the set's genes stand out among the others, which genes that rise and fall together do without an exposure, too."
            case .permutedSamples, .permutedLabels:
                "Under \(name) alone: the set follows the exposure, and no more than many other genes do."
            }
        }
    }

    package let used: String
    package let other: String
    package let calibration: String

    /// The page of the manual that has the numbers behind `calibration`.
    package static let page = "docs/calibration.md"

    package init(_ null: Null, permutations: Int) {
        let count = NumberWords.grouped(permutations)
        switch null {
        case .permutedGenes:
            used =
                "p and q come from \(count) permutations of genes: each set is held against as many genes drawn at random from the list."
            other =
                "Permutations of samples (permute: samples) would ask whether the set follows the exposure at all: they shuffle the samples, and what genes have in common stays."
            calibration =
                "Genes that rise and fall together count as independent here: in simulated cohorts with nothing to find, sets of such genes came to p ≤ 0.05 in about half of the cases, random sets in about 5 %."
        case .permutedSamples(let scheme, let statistic):
            used =
                "p and q come from \(count) permutations of samples by scheme \(scheme), with genes ranked by the \(statistic.words): what genes have in common stays."
            other =
                "Permutations of genes (permute: gene-sets) would ask whether the set's genes follow the exposure more than other genes do, as if genes were independent."
            calibration = Self.finding(ofScheme: scheme)
        case .permutedLabels:
            used =
                "p and q come from \(count) permutations of the samples' labels: what genes have in common stays, and covariates are in no model."
            other =
                "Permutations of genes (permute: gene-sets) would ask whether the set's genes differ more than other genes do, as if genes were independent."
            calibration =
                "In simulated cohorts with nothing to find, shuffles that leave covariates out called too many genes where the comparison is tied to batch or age."
        }
    }

    private static func finding(ofScheme scheme: String) -> String {
        guard scheme != "flip" else {
            return
                "In simulated cohorts with nothing to find, flip agreed with its level or was somewhat below it; where the spread of the counts grows with the exposure it calls some genes too many, and co-regulated sets too seldom."
        }
        return
            "In simulated cohorts with nothing to find, this scheme agreed with its level, but where the spread of the counts grows with a skewed exposure: there it calls too many genes, and co-regulated sets too seldom."
    }
}

extension SetNullWords.Null {
    /// Of the sets of a run, or of one of its analyses.
    init(_ run: StoredRun, permutation: StoredPermutation?) {
        if let permutation {
            self = .permutedSamples(
                scheme: permutation.scheme,
                statistic: SetNullWords.Statistic(permutation, run.configuration.samplePermutation))
        } else {
            self = run.configuration.geneSets?.permutesSamples ?? false ? .permutedLabels : .permutedGenes
        }
    }
}

extension SetNullWords {
    /// Of the sets of a run, or of one of its analyses.
    init(_ run: StoredRun, permutation: StoredPermutation?) {
        self.init(
            Null(run, permutation: permutation),
            permutations: permutation?.permutations ?? run.configuration.geneSets?.permutations ?? 0)
    }
}
