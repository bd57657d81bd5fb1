import DifferentialExpression
import ExpressionData
import GeneSetEnrichment
import StoredRuns

/// The methods paragraph that one would print, from what was run, and whom to cite for it.
struct MethodsText {
    private(set) var paragraphs: [String] = []
    let references: [String]

    /// So many designs are written out.
    private static let namedDesigns = 12

    init(_ run: StoredRun, settings: ReportSettings) {
        references = RunReferences(of: run).references.map(\.text)
        if let models = run.configuration.differentialExpression, !run.analyses.isEmpty { describe(models, of: run) }
        if let sets = run.configuration.geneSets { describe(sets, of: run, network: settings) }
    }

    private mutating func describe(_ models: AnalysisSettings, of run: StoredRun) {
        var text =
            "Counts of \(NumberWords.counted(run.genes.ids.count, "gene")) in \(NumberWords.counted(run.samples.names.count, "sample")) were analysed"
        if let filter = run.configuration.geneFilter {
            let rule = filter.counts.map { " with \($0) samples" } ?? ""
            let place =
                switch try? GeneFilter.Chromosomes(parsing: filter.chromosomes) {
                case .all, nil: ""
                case .autosomes: " on autosomes"
                case .named: " on chromosomes " + filter.chromosomes
                }
            text += "; \(NumberWords.grouped(run.genes.analysed.count)) passed the filter (genes\(rule)\(place))"
        }
        text += ". Negative-binomial models were fitted as by DESeq2 (Love, Huber & Anders, 2014): size factors by "
        text +=
            "\(models.sizeFactors == .ratio ? "the median of ratios" : models.sizeFactors.rawValue), a \(models.dispersionTrend.rawValue) dispersion trend, "
        text += models.test == .lrt ? "likelihood-ratio tests" : "Wald tests"
        text += models.lfcThreshold > 0 ? " of changes above \(models.lfcThreshold) on the log2 scale" : ""
        text +=
            models.independentFiltering
            ? ", independent filtering at alpha \(models.alpha)" : ", no independent filtering"
        text +=
            models.minReplicatesForReplace.count.map {
                ", and replacement of outlying counts where a group has \($0) samples or more"
            } ?? ""
        let designs = Set(run.analyses.map(\.design)).sorted()
        let others = designs.count - Self.namedDesigns
        text += ". Designs: " + designs.prefix(others > 1 ? Self.namedDesigns : designs.count).joined(separator: "; ")
        text += others > 1 ? "; and \(NumberWords.grouped(others)) more, which run.json has." : "."
        paragraphs.append(text)
        if models.empiricalNull == .fdrtool {
            paragraphs.append(
                "p-values were computed from the Wald statistics with an empirical null fitted by fdrtool's rules (Strimmer, 2008), and adjusted by Benjamini and Hochberg's method; significant means an adjusted empirical p-value below the threshold."
            )
        } else {
            paragraphs.append("p-values were adjusted by Benjamini and Hochberg's method.")
        }
    }

    private mutating func describe(_ sets: GeneSetSettings, of run: StoredRun, network: ReportSettings) {
        paragraphs.append(sets.ranking.isOfPermutedSamples ? Self.permutedSamples(sets, of: run) : Self.drawnSets(sets))
        // Permutations of genes alone have no sets to join.
        guard run.hasEnrichment || !sets.ranking.isOfPermutedSamples else { return }
        let map = network.network
        paragraphs.append(
            "Enriched sets (q at most \(map.maximumFalseDiscoveryRate)) were joined where their \(map.similarity.rawValue) similarity was at least \(map.cutoff), as by EnrichmentMap (Merico et al., 2010), clustered by Markov clustering with inflation \(map.inflation), and clusters labelled by the words of their names, as by AutoAnnotate (Kucera et al., 2016)."
        )
    }

    private static func permutedSamples(_ sets: GeneSetSettings, of run: StoredRun) -> String {
        let statistic =
            sets.ranking == .permutedScore
            ? "the negative-binomial score statistic of the exposure against a model of the covariates alone"
            : "the Wald statistic of the exposure in a negative-binomial model, refitted for every shuffle"
        let subject =
            run.hasEnrichment
            ? "Genes, and gene sets of \(sets.minSize) to \(sets.maxSize) ranked genes (GSEA's enrichment score; Subramanian et al., 2005),"
            : "Genes"
        return
            "\(subject) were tested by permutation of samples: the exposure was shuffled among the samples, all genes were ranked anew by \(statistic), and every set was scored anew, up to \(NumberWords.grouped(sets.permutations)) times with seed \(sets.seed). Correlation between genes stays in this null. p-values count permutations as (b + 1)/(m + 1), or are exact where all distinct shuffles were enumerated; q is the mean over permutations of the share of sets at least as extreme, over that share among the observed sets."
    }

    private static func drawnSets(_ sets: GeneSetSettings) -> String {
        let list =
            sets.ranking == .file ? "a ranked list of genes that was given" : "genes ranked by \(sets.ranking.name)"
        return
            "Gene sets of \(sets.minSize) to \(sets.maxSize) ranked genes were tested by gene-set enrichment analysis (Subramanian et al., 2005) of \(list), with weight \(sets.weight), \(NumberWords.grouped(sets.permutations)) permutations of genes and seed \(sets.seed). p-values count permutations as (b + 1)/(m + 1) and are never zero; every p and q has a Monte Carlo interval, and a set is called settled when more permutations would not move its q across \(sets.fdrThreshold)."
    }
}
