import AnalysisPipeline
import ExpressionData
import ExpressionFormats
import GeneSetEnrichment
import SamplePermutation

/// What `modicum gsea` is asked for, under the names of its options.
package struct GeneSetRequest: Equatable, Sendable {
    /// A ranked list, expression values with phenotypes, or a finished run.
    package enum Source: Codable, Equatable, Sendable {
        case ranks(String)
        case expression(ExpressionRequest)
        case run(RunSetsRequest)
    }

    package var source: Source
    package var sets: [String]
    package var settings = GeneSetSettings()

    /// Which row of a gene counts that a ranked list has more than once.
    package var duplicates = DuplicateRule.lowestScore

    /// Whether the genes of list, expression data and sets lose the versions of their identifiers.
    package var stripVersions = false

    /// Nil where the genes are not those of an array's probes.
    package var collapse: CollapseRequest?

    /// Whether a folder as the GSEA desktop leaves it is written, too.
    package var gseaFolder = false

    /// What the names of tables begin with.
    package var prefix: String?

    package var files: FileChoice { FileChoice(prefix: prefix ?? "") }

    /// Permutations are added up to so many until every set is settled; nil: none are added.
    ///
    /// The settings' permutations are then those before the first decision (`PermutationGoal`).
    package var settlingLimit: Int?

    package init(_ source: Source, sets: [String]) {
        self.source = source
        self.sets = sets
    }
}

extension GeneSetRequest: Codable {
    /// Every setting of the request itself.
    package static let settings: [Setting<GeneSetRequest>] =
        GeneSetSettings.requested.map { $0.within(\.settings) } + [
            Setting("strip-versions", \.stripVersions, omitting: false), Setting("duplicates", \.duplicates),
            Setting("gsea-folder", \.gseaFolder), Setting("prefix", \.prefix),
            Setting("at-most", key: "settlingLimit", \.settlingLimit, "1 to \(GeneSetSettings.permutationLimit)") {
                $0.map { (1...GeneSetSettings.permutationLimit).contains($0) } ?? true
            },
        ]

    private enum PartKey: CodingKey { case source, sets, collapse }

    package init(from decoder: any Decoder) throws {
        let parts = try decoder.container(keyedBy: PartKey.self)
        self.init(try parts.decode(Source.self, forKey: .source), sets: try parts.decode([String].self, forKey: .sets))
        collapse = try parts.decodeIfPresent(CollapseRequest.self, forKey: .collapse)
        try Self.settings.decode(into: &self, from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        var parts = encoder.container(keyedBy: PartKey.self)
        try parts.encode(source, forKey: .source)
        try parts.encode(sets, forKey: .sets)
        try parts.encodeIfPresent(collapse, forKey: .collapse)
        try Self.settings.encode(self, to: encoder)
    }
}

extension GeneSetRequest {
    /// Throws for a number out of range, and options that exclude each other.
    ///
    /// A request may come from another program than this one's command, and must not end a coordinator.
    package func validate() throws {
        guard !sets.isEmpty else { throw InputError("--sets is missing: give at least one GMT file", remedy: "") }
        if let problem = Self.settings.problem(of: self, calling: { "--" + $0 }) {
            throw InputError(problem, remedy: "")
        }
        try FilePrefix.check(prefix ?? "")
        var permutesSamples = false
        if case .expression(let request) = source {
            permutesSamples = request.settings.permute == .phenotype
            guard request.settings.permute != .samples else {
                throw InputError(
                    "--permute samples needs the counts and the design of a run: --run DIR; expression values have "
                        + "--permute phenotype", remedy: "")
            }
        }
        if let problem = samples?.problem(with: settings, calling: { "--" + $0 }) {
            throw InputError(problem, remedy: "")
        }
        let (isDesktop, isMultilevel) = (settings.isDesktop, settings.isMultilevel)
        let rules: [(isBroken: Bool, sentence: String)] = [
            (
                settings.minSize > settings.maxSize,
                "--min-size \(settings.minSize) is above --max-size \(settings.maxSize); without them they are 15 and 500"
            ),
            (isMultilevel && permutesSamples, "--nominal multilevel needs random gene sets: --permute gene-sets"),
            (settings.eps != nil && !isMultilevel, "--eps needs --nominal multilevel"),
            (!isDesktop && settings.norm == .off, "--norm none needs --compatibility gsea-desktop"),
            (
                isDesktop && settlingLimit != nil,
                "the GSEA desktop has no bounds that --until-settled could wait for"
            ),
            (isDesktop && isMultilevel, "the GSEA desktop has no --nominal multilevel"),
            (
                samples != nil && isMultilevel,
                "--nominal multilevel needs random gene sets: leave out --permute samples"
            ),
            (samples != nil && isDesktop, "the GSEA desktop has no --permute samples"),
            (
                isRun && stripVersions,
                "--strip-versions is of files; the genes of --run are named as the run has them: give it to `de`"
            ),
            (isRun && collapse != nil, "--chip is for arrays; the genes of --run are those of its counts"),
        ]
        for rule in rules where rule.isBroken { throw InputError(rule.sentence, remedy: "") }
    }

    /// Reads and checks everything.
    package func load(open: @escaping StudyLoader.FileSource) throws -> StudyInputs {
        try validate()
        var loader = StudyLoader(open: open)
        var settings = try storedSettings()
        let isDesktop = settings.isDesktop
        var phenotype: PhenotypeInputs?
        let list: RankedGeneList
        switch source {
        case .ranks(let ranks):
            list = try rankedList(ranks, &loader)
            settings.duplicates = duplicates
        case .run(let request): return try load(request, settings: settings, loader)
        case .expression(let request):
            let comparison = try request.load(
                &loader, stripsVersions: stripVersions, collapse: collapse, seed: settings.seed, isDesktop: isDesktop)
            settings.phenotype = comparison.settings
            settings.ranking = .phenotype(comparison.settings.metric)
            phenotype = comparison.inputs
            list = comparison.inputs.rankedList()
        }
        let geneSets = try loader.geneSets(sets, as: isDesktop ? .gseaDesktop : .plain, stripsVersions: stripVersions)
        try loader.checkMatches(genes: list.genes, sets: geneSets, settings: settings)
        let permutesSamples = settings.permutesSamples
        try checkNullFits(setCount: geneSets.count, keepsScores: isDesktop || permutesSamples && gseaFolder)
        var configuration = StudyConfiguration(
            inputs: loader.digests, geneFilter: nil, differentialExpression: nil, analyses: [], geneSets: settings)
        configuration.reading = .init(stripsVersions: stripVersions)
        var inputs = StudyInputs(
            configuration: configuration, geneSets: geneSets, rankedList: list, warnings: loader.warnings,
            writesGSEAFolder: gseaFolder)
        inputs.files = files
        inputs.inputNames = loader.fileNames
        inputs.comparison = phenotype?.comparison
        if permutesSamples { inputs.phenotype = phenotype }
        inputs.settling = settlingLimit.map { SettlingRule(limit: $0) }
        return inputs
    }

    private var isRun: Bool { if case .run = source { true } else { false } }

    /// How samples of a finished run are permuted; nil where they are not.
    private var samples: SamplePermutationSettings? {
        if case .run(let request) = source { request.samples } else { nil }
    }

    /// The ranked list of a finished run, or its counts where its samples are permuted.
    private func load(
        _ request: RunSetsRequest, settings: GeneSetSettings, _ opened: StudyLoader
    ) throws -> StudyInputs {
        var (loader, settings) = (opened, settings)
        let run = try request.run(&loader)
        let geneSets = try loader.geneSets(sets, as: settings.isDesktop ? .gseaDesktop : .plain)
        var configuration = StudyConfiguration(
            inputs: loader.digests, geneFilter: nil, differentialExpression: nil, analyses: [], geneSets: settings)
        var inputs = StudyInputs(configuration: configuration, geneSets: geneSets, writesGSEAFolder: gseaFolder)
        inputs.files = files
        inputs.inputNames = loader.fileNames
        if var samples = request.samples {
            try run.fill(&inputs, samples: samples)
            samples.exposure = request.exposure
            settings.ranking = samples.ranking
            configuration.samplePermutation = samples
        } else {
            inputs.rankedList = try run.rankedList()
            settings.duplicates = duplicates
            try checkNullFits(setCount: geneSets.count, keepsScores: settings.isDesktop)
        }
        let names =
            inputs.rankedList?.genes
            ?? inputs.counts.map { analysedNames(of: $0, annotation: inputs.annotation, exclusions: inputs.exclusions) }
            ?? []
        try loader.checkMatches(genes: names, sets: geneSets, settings: settings)
        configuration.geneSets = settings
        inputs.configuration = configuration
        inputs.warnings = loader.warnings
        inputs.settling = settlingLimit.map { SettlingRule(limit: $0) }
        return inputs
    }

    private func rankedList(_ name: String, _ loader: inout StudyLoader) throws -> RankedGeneList {
        let ranked = try RankedListFile.read(
            try loader.file(name, role: "ranks"), duplicates: duplicates, singlePrecision: settings.isDesktop)
        loader.note(ranked.warnings)
        var list = ranked.list
        if stripVersions {
            let stems = try GeneVersion.stripped(list.genes, file: name)
            loader.note(loader.strippedVersions(of: list.genes, stems, file: name))
            list = RankedGeneList(genes: stems, scores: list.scores)
        }
        return try collapse.map { try $0.apply(to: list, &loader) } ?? list
    }

    /// The settings as they are stored with the results.
    private func storedSettings() throws -> GeneSetSettings {
        var settings = settings
        // Not −0, which is another text in the configuration.
        settings.weight = settings.weight.magnitude
        settings.eps = settings.eps.flatMap { $0 > 0 ? $0 : nil }
        settings.ranking = .file
        settings.collapse = collapse.map { $0.mode.rawValue + ($0.keepUnannotated ? "+unannotated" : "") }
        guard !settings.isDesktop || DesktopScheme(exponent: settings.weight) != nil else {
            throw InputError(
                "the GSEA desktop has no weight \(settings.weight)",
                remedy: "It offers 0, 1, 1.5 and 2; leave out --compatibility.")
        }
        return settings
    }

    /// The desktop's q needs every null score at once, and a GSEA folder shows those of permuted phenotypes.
    private func checkNullFits(setCount: Int, keepsScores: Bool) throws {
        let limit = 500_000_000
        let permutations = max(settings.permutations, settlingLimit ?? 0)
        guard !keepsScores || setCount * permutations <= limit else {
            throw InputError(
                "every null score is kept, and \(grouped(setCount)) sets with \(grouped(permutations)) permutations "
                    + "have more than \(grouped(limit))",
                remedy:
                    "Ask for fewer with \(settlingLimit == nil ? "--permutations" : "--at-most"), or leave out "
                    + "\(settings.isDesktop ? "--compatibility" : "--gsea-folder"): memory then does not depend on them."
            )
        }
    }
}
