import ExpressionData

/// What is shuffled, under the names that the command line has and statisticians know.
///
/// Winkler et al. (2014) name the schemes as here. `free`, `within` and `whole` hold exactly where the covariates are none,
/// the strata alone, or constant in blocks; else asymptotically, as the other two do.
package enum PermutationScheme: SettingValue, CustomStringConvertible {
    /// The exposure, whatever the covariates (Draper & Stoneman, with a projected statistic).
    case free

    /// The exposure inside strata, which the columns make together.
    case within([String])

    /// Blocks of samples as a whole, where the exposure is constant in a block.
    case whole(String)

    /// The least-squares residuals of the exposure on the covariates; fitted values are added back (Dekker; Smith).
    case residual

    /// The signs of the score contributions (Hemerik et al.; De Santis et al.).
    case flip

    package var description: String {
        switch self {
        case .free: "free"
        case .within(let columns): "within:" + columns.joined(separator: ",")
        case .whole(let column): "whole:" + column
        case .residual: "residual"
        case .flip: "flip"
        }
    }

    /// The scheme of a word of the command line; nil for one that names none.
    package init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("free", 1): self = .free
        case ("residual", 1): self = .residual
        case ("flip", 1): self = .flip
        case ("within", 2):
            let columns = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard !columns.contains(""), Set(columns).count == columns.count else { return nil }
            self = .within(columns)
        case ("whole", 2) where !parts[1].isEmpty: self = .whole(parts[1])
        default: return nil
        }
    }

    package init?(stored: String) { self.init(text: stored) }
    package var stored: String? { description }
    package static var choices: [String] { ["free", "within:COLUMN[,COLUMN...]", "whole:COLUMN", "residual", "flip"] }

    /// The columns of the sample sheet that the scheme reads.
    package var columns: [String] {
        switch self {
        case .within(let columns): columns
        case .whole(let column): [column]
        case .free, .residual, .flip: []
        }
    }
}

/// What stands under the root in z. `flip` has a variance of its own.
package enum VarianceEstimate: String, OptionWord {
    /// Of the negative-binomial model.
    case model

    /// The sandwich, which holds too where the spread of the counts depends on the exposure, at some cost of power.
    case robust
}

/// What is computed for every gene under every shuffle.
package enum PermutedStatistic: String, OptionWord {
    /// The score statistic against the covariate-only fit. It is not the Wald statistic of a refit.
    case score

    /// The Wald statistic of the full model, refitted at every shuffle.
    case wald
}

/// What a set has under every shuffle.
package enum SetStatistic: String, OptionWord {
    /// GSEA's enrichment score, weight 1.
    case ks

    /// The mean of z over the members.
    case mean

    /// The mean of positive parts or of negative ones over all members, whichever is larger (Efron & Tibshirani, 2007),
    /// without restandardisation.
    case maxmean
}
