import AnalysisPipeline
import ExpressionData
import ExpressionFormats
import GeneSetEnrichment

/// What `modicum gsea` is asked for, under the names of its options.
package struct GeneSetRequest: Codable, Equatable, Sendable {
    /// A ranked list, or expression values with phenotypes.
    package enum Source: Codable, Equatable, Sendable {
        case ranks(String)
        case expression(ExpressionRequest)
    }

    package var source: Source
    package var sets: [String]
    package var minSize = 15
    package var maxSize = 500
    package var weight = 1.0
    package var permutations = 1000
    package var seed: UInt64 = 42
    package var fdrThreshold = 0.05

    /// `lowest`, `highest` or `largest-magnitude`.
    package var duplicates = RankedListFile.DuplicateRule.lowestScore.rawValue

    /// Nil where the genes are not those of an array's probes.
    package var collapse: CollapseRequest?

    /// Nil, or `gsea-desktop`.
    package var compatibility: String?

    /// Nil, or `multilevel`.
    package var nominal: String?

    /// Nil, or below which p multilevel splitting stops.
    package var eps: Double?

    /// Nil for `meandiv`, or `none`.
    package var norm: String?

    /// Whether a folder as the GSEA desktop leaves it is written, too.
    package var gseaFolder = false

    /// Permutations are added up to so many until every set is settled; nil: none are added.
    ///
    /// `permutations` are then those before the first decision (`PermutationGoal`).
    package var settlingLimit: Int?

    package init(_ source: Source, sets: [String]) {
        self.source = source
        self.sets = sets
    }

    package static let compatibilities = ["none", "gsea-desktop"]
    package static let nominals = ["counts", "multilevel"]
    package static let norms = ["meandiv", "none"]
    package static let duplicateRules = RankedListFile.DuplicateRule.allCases.map(\.rawValue)
    package static let collapses = ProbeCollapse.allCases.map(\.rawValue)

    /// Throws for a word that is no choice, a number out of range, and options that exclude each other.
    ///
    /// A request may come from another program than this one's command, and must not end a coordinator.
    package func check() throws {
        guard !sets.isEmpty else { throw InputError("--sets is missing: give at least one GMT file", remedy: "") }
        try OptionWord.check([
            ("--compatibility", compatibility, Self.compatibilities), ("--nominal", nominal, Self.nominals),
            ("--norm", norm, Self.norms), ("--duplicates", duplicates, Self.duplicateRules),
            ("--collapse", collapse?.mode, Self.collapses),
        ])
        var permutesSamples = false
        if case .expression(let request) = source {
            try request.check()
            permutesSamples = request.permute == "phenotype"
        }
        try checkNumbers()
        let rules: [(isBroken: Bool, sentence: String)] = [
            (
                nominal == "multilevel" && permutesSamples,
                "--nominal multilevel needs random gene sets: --permute gene-sets"
            ),
            (eps != nil && nominal != "multilevel", "--eps needs --nominal multilevel"),
            (!isDesktop && norm == "none", "--norm none needs --compatibility gsea-desktop"),
            (
                isDesktop && settlingLimit != nil,
                "the GSEA desktop has no bounds that --until-settled could wait for"
            ),
            (isDesktop && nominal == "multilevel", "the GSEA desktop has no --nominal multilevel"),
        ]
        for rule in rules where rule.isBroken { throw InputError(rule.sentence, remedy: "") }
    }

    private func checkNumbers() throws {
        let limit = Self.permutationLimit
        let rules: [(holds: Bool, sentence: String)] = [
            (minSize >= 1, "--min-size must be at least 1"),
            (
                minSize <= maxSize,
                "--min-size \(minSize) is above --max-size \(maxSize); without them they are 15 and 500"
            ),
            (weight >= 0 && weight.isFinite, "--weight must be a number, 0 or more"),
            ((0...limit).contains(permutations), "--permutations must be 0 to \(limit)"),
            (settlingLimit.map { (1...limit).contains($0) } ?? true, "--at-most must be 1 to \(limit)"),
            (eps.map { $0 >= 0 && $0 < 1 } ?? true, "--eps must be at least 0 and below 1"),
            (fdrThreshold > 0 && fdrThreshold < 1, "--fdr-threshold must lie between 0 and 1"),
        ]
        for rule in rules where !rule.holds { throw InputError(rule.sentence, remedy: "") }
    }

    private var isDesktop: Bool { compatibility == "gsea-desktop" }

    /// Reads and checks everything.
    package func load(open: @escaping StudyLoader.FileSource) throws -> StudyInputs {
        try check()
        var loader = StudyLoader(open: open)
        var settings = try settings()
        var phenotype: PhenotypeInputs?
        let list: RankedGeneList
        switch source {
        case .ranks(let ranks):
            list = try rankedList(ranks, &loader)
            settings.duplicates = duplicates
        case .expression(let request):
            let comparison = try request.load(&loader, collapse: collapse, seed: seed, isDesktop: isDesktop)
            settings.phenotype = comparison.settings
            settings.ranking = comparison.settings.metric
            phenotype = comparison.inputs
            list = comparison.inputs.rankedList()
        }
        let geneSets = try loader.geneSets(sets, as: isDesktop ? .gseaDesktop : .plain)
        try loader.checkMatches(genes: list.genes, sets: geneSets, settings: settings)
        let permutesSamples = settings.phenotype?.permute == "phenotype"
        try checkNullFits(setCount: geneSets.count, keepsScores: isDesktop || permutesSamples)
        let configuration = StudyConfiguration(
            inputs: loader.digests, geneFilter: nil, differentialExpression: nil, analyses: [], geneSets: settings)
        var inputs = StudyInputs(
            configuration: configuration, geneSets: geneSets, rankedList: list, warnings: loader.warnings,
            writesGSEAFolder: gseaFolder)
        inputs.comparison = phenotype?.comparison
        if permutesSamples { inputs.phenotype = phenotype }
        inputs.settling = settlingLimit.map { SettlingRule(limit: $0) }
        return inputs
    }

    private func rankedList(_ name: String, _ loader: inout StudyLoader) throws -> RankedGeneList {
        guard let rule = RankedListFile.DuplicateRule(rawValue: duplicates) else {
            throw InputError(
                "`\(duplicates)` is no rule for genes listed more than once",
                remedy: "Choose lowest, highest or largest-magnitude.")
        }
        let ranked = try RankedListFile.read(
            try loader.file(name, role: "ranks"), duplicates: rule, singlePrecision: isDesktop)
        loader.note(ranked.warnings)
        return try collapse.map { try $0.apply(to: ranked.list, &loader) } ?? ranked.list
    }

    /// The most permutations of a run.
    package static let permutationLimit = 2_000_000_000

    private func settings() throws -> StudyConfiguration.GeneSets {
        var settings = StudyConfiguration.GeneSets(
            // Not −0, which is another text in the configuration.
            minSize: minSize, maxSize: maxSize, weight: weight.magnitude, permutations: permutations, seed: seed,
            fdrThreshold: fdrThreshold, ranking: "file")
        settings.compatibility = isDesktop ? compatibility : nil
        settings.nominal = nominal == "multilevel" ? nominal : nil
        settings.eps = eps.flatMap { $0 > 0 ? $0 : nil }
        settings.norm = norm == "none" ? norm : nil
        settings.collapse = collapse.map { $0.mode + ($0.keepUnannotated ? "+unannotated" : "") }
        guard !isDesktop || DesktopScheme(exponent: weight) != nil else {
            throw InputError(
                "the GSEA desktop has no weight \(weight)",
                remedy: "It offers 0, 1, 1.5 and 2; leave out --compatibility.")
        }
        return settings
    }

    /// A q from permutations that sets share, or from the desktop's, needs every null score at once.
    private func checkNullFits(setCount: Int, keepsScores: Bool) throws {
        let limit = 500_000_000
        let permutations = max(permutations, settlingLimit ?? 0)
        guard !keepsScores || setCount * permutations <= limit else {
            throw InputError(
                "every null score is kept, and \(grouped(setCount)) sets with \(grouped(permutations)) permutations "
                    + "have more than \(grouped(limit))",
                remedy:
                    "Ask for fewer with \(settlingLimit == nil ? "--permutations" : "--at-most"); with random gene sets, memory does not depend on them."
            )
        }
    }
}
