extension EmpiricalNull {
    /// Standard deviations of a fitted null that need no word.
    ///
    /// Wald statistics of unchanged genes have nearly 1 where the model holds. Correlated genes and overlooked variables
    /// move it by some tenths (Efron, 2007), and so does the fit itself. At the limits a z of 1.96 has an empirical p-value of 0.014
    /// or 0.12 instead of 0.05; beyond them the null decides more than the data do. Of 26,000 genes of a cohort of 96
    /// the 23,000 that independent filtering keeps have 0.97, and all of them 0.78.
    package static let usualStandardDeviations = 0.8...1.25

    /// The least share of null genes that needs no word.
    ///
    /// The null is fitted to the middle of the statistics as if no other gene were there, which holds where nine genes in
    /// ten are unchanged (Efron, 2004); with fewer, changed genes widen it.
    package static let leastShareOfNulls = 0.8

    /// Why the null of a test should not be believed as it is.
    package enum Doubt: CaseIterable, Sendable {
        case narrow
        case wide
        case fewNulls

        /// What it comes from, and what to do.
        package var advice: String {
            switch self {
            case .narrow:
                "so the empirical null makes genes significant that the model does not; it mostly comes from genes with low "
                    + "counts, whose z hardly spread: leave them out by a gene filter, such as count > 3 in >= 5 samples, or "
                    + "go by padj"
            case .wide:
                "so the empirical null hides genes that the model finds; it mostly comes from a variable that the design "
                    + "lacks, or from a list of genes most of which change: complete the design, or go by padj"
            case .fewNulls:
                "so more genes change than an empirical null allows for (it asks for nine in ten unchanged): go by padj"
            }
        }
    }
}

extension EmpiricalNull.Parameters {
    /// What speaks against the fit; empty for a usual one.
    package var doubts: [EmpiricalNull.Doubt] {
        var doubts: [EmpiricalNull.Doubt] = []
        if standardDeviation < EmpiricalNull.usualStandardDeviations.lowerBound { doubts.append(.narrow) }
        if standardDeviation > EmpiricalNull.usualStandardDeviations.upperBound { doubts.append(.wide) }
        // Too narrow a null leaves many genes outside it, which is the same doubt.
        if eta0 < EmpiricalNull.leastShareOfNulls, doubts != [.narrow] { doubts.append(.fewNulls) }
        return doubts
    }
}
