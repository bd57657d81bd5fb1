import DifferentialExpression
import ExpressionData
import GeneSetEnrichment

/// Everything a finished run has to say, whole vectors in gene order.
package struct StudyResults: Sendable {
    package let inputs: StudyInputs

    /// The analysed genes: positions in the count table, ascending.
    package let analysedGenes: [Int]

    /// One per sample; empty for a run from a ranked list, and with normalization factors.
    package let sizeFactors: [Double]

    package let analyses: [AnalysisResults]

    /// Transformed counts, `gene * samples + sample`, of the analysed genes; empty where none were asked for.
    package let transformedCounts: [Double]

    /// The gene sets of a run from a ranked list.
    package let enrichment: EnrichmentResults?

    /// What shuffles that all exposures share say; nil for one exposure, and where samples are not permuted.
    package let family: PermutationFamilyOutcome?

    /// What happened on the way that the user should read.
    package let warnings: [String]

    /// What every shard came to.
    package let shards: [ShardRecord]
}

extension StudyResults {
    /// What the results call for saying besides their warnings.
    package var notes: [String] {
        [EmpiricalNulls(self).note, setCountNote, settlingNote, tieNote].compactMap { $0 } + permutationNotes
    }

    private var tables: [GeneSetResults] {
        ([enrichment] + analyses.flatMap { $0.tests.map(\.enrichment) }).compactMap { $0?.table }
    }

    /// How many gene sets lie below the threshold of q, and of how many of these, and of the others, another seed might
    /// decide otherwise; nil without a q.
    package var setCountNote: String? {
        guard let settings = inputs.configuration.geneSets else { return nil }
        let tables = tables
        let total = tables.map { $0.counts(below: settings.fdrThreshold) }
        guard tables.contains(where: { $0.fdr.contains { !$0.isNaN } }) else { return nil }
        let below = total.reduce(0) { $0 + $1.up + $1.down }
        var note = (below == 0 ? "no gene set" : counted(below, "gene set")) + " with q < \(settings.fdrThreshold)"
        if tables.count > 1 { note += " in \(tables.count) ranked lists" }
        // That program has no bounds.
        if settings.isDesktop { return note }
        let open = total.reduce(0) { $0 + $1.upUnsettled + $1.downUnsettled }
        let others = total.reduce(0) { $0 + $1.unsettled } - open
        if open > 0 {
            note += ", of which \(grouped(open)) may change with the seed"
        } else if below > 0 {
            note += ", none of which may change with the seed"
        }
        if others > 0 { note += "; \(grouped(others)) more might come below it" }
        return note
    }

    /// How many gene sets are not settled, and what would settle them; nil where none is open, unless permutations were
    /// added until that was so.
    package var settlingNote: String? {
        let tables = tables
        let open = tables.flatMap { table in
            table.permutationsToSettle.indices.filter { !table.isSettled[$0] && !table.fdr[$0].isNaN }
                .map { table.permutationsToSettle[$0] }
        }.filter { !$0.isNaN }.sorted()
        guard let settings = inputs.configuration.geneSets else { return nil }
        let reached = inputs.settling == nil ? "" : ", after \(grouped(settings.permutations)) permutations"
        guard !open.isEmpty else {
            return inputs.settling == nil || tables.isEmpty
                ? nil : "every gene set is settled at q = \(settings.fdrThreshold)\(reached)"
        }
        let finite = open.filter(\.isFinite)
        var note =
            "\(grouped(open.count)) of \(grouped(tables.reduce(0) { $0 + $1.count })) gene sets "
            + "\(open.count == 1 ? "is" : "are") not settled "
            + "at q = \(settings.fdrThreshold)\(reached)"
        if let rule = inputs.settling, settings.permutations >= rule.limit { note += ", the most that were asked for" }
        if !finite.isEmpty {
            note +=
                "; about \(grouped(Int(finite[finite.count / 2]))) more permutations would settle "
                + (open.count == 1
                    ? "it" : "half of " + (finite.count == open.count ? "them" : "\(grouped(finite.count)) of them"))
        }
        if finite.count < open.count {
            note += "; \(grouped(open.count - finite.count)) lie too close to it for any number"
        }
        return note
    }

    /// How many scores of a list that was given are equal, and what their order decides; nil where none are.
    package var tieNote: String? {
        guard let enrichment, !enrichment.table.lowestNESOfTies.isEmpty else { return nil }
        let scores = enrichment.list.scores
        let tied = scores.indices.count { rank in
            (rank > 0 && scores[rank - 1] == scores[rank])
                || (rank + 1 < scores.count && scores[rank + 1] == scores[rank])
        }
        let table = enrichment.table
        let moves = table.lowestNESOfTies.indices.map { row in
            max(
                table.highestNESOfTies[row] - table.normalizedEnrichmentScore[row],
                table.normalizedEnrichmentScore[row] - table.lowestNESOfTies[row])
        }
        let largest = moves.indices.max { moves[$0] < moves[$1] || moves[$1].isNaN } ?? 0
        guard moves[largest] > 0 else { return nil }
        let hundredths = (moves[largest] * 1000).rounded(.up) / 1000
        return "\(grouped(tied)) of \(grouped(scores.count)) genes share their score with another, in the order of "
            + "the file; another order moves an NES by at most \(hundredths) (\(table.name[largest]))"
    }
}

/// One design's fits, over the analysed genes, and its tests.
package struct AnalysisResults: Sendable {
    package let input: StudyInputs.AnalysisInput

    /// After replacement, where counts were replaced.
    package let geneWise: GeneWiseDispersions

    package let trend: DispersionTrendFit
    package let prior: DispersionPrior
    package let dispFit: [Double]

    /// After replacement, where counts were replaced; `replace` of the first fit, and `maxCooks` as DESeq2 reports it.
    package let fits: ModelFits

    /// Of a likelihood-ratio test; nil for Wald tests.
    package let reduced: ReducedFits?

    /// Coefficients of the expanded design under a normal prior, in the place of the unshrunken ones; nil without.
    package let priorFits: FixedDispersionFits?

    /// Of the t distribution of each gene's Wald statistic; empty unless the statistic is taken for a t.
    package let degreesOfFreedom: [Double]

    /// Genes that were fitted again after outliers were replaced.
    package let refittedGenes: Set<Int>

    /// Genes with counts whose weights do not allow a fit; empty without weights.
    package let weightsFail: [Bool]

    package let cooksCutoff: Double

    /// Genes whose counts were all replaced by zero.
    package let isNewlyAllZero: [Bool]

    package let tests: [TestResults]
}

/// One coefficient or contrast.
package struct TestResults: Sendable {
    package let name: String
    package let table: ResultsTable

    /// What the fold changes are shrunken to; nil where that was not asked for.
    package let shrunken: ShrunkenEstimates?
    package var enrichment: EnrichmentResults?
}
