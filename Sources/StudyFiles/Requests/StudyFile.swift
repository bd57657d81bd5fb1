import AnalysisPipeline
import EnrichmentNetwork
import ExpressionData
import ExpressionFormats
import GeneSetEnrichment
import SamplePermutation
import StoredRuns
import Yams

/// A study as its YAML file states it, before any default that depends on the data.
package struct StudyFile: Sendable, Equatable {
    package var counts: String

    /// What the counts are to be made of first; `counts` is then the name that stands for them. Nil where there are counts.
    package var reads: ReadsSource?
    package var countsOptions = CountsOptions()

    /// May be missing beside counts that know their samples.
    package var samples: String?
    package var annotation: String?
    package var geneFilter = GeneFilterRule()
    package var columns: [Column] = []
    package var exposures: [StudyExposure]
    package var adjustments: [Adjustment]
    package var options = ModelOptions()
    package var ranking = RankingMetric.signedLogPValue
    package var geneSets: GeneSetRule?

    /// What the enrichment network shows.
    package var network = NetworkSettings()

    /// The table that significant genes are looked up in; nil where none is named.
    package var lookUp: LookUpSettings?

    /// `gene-filter: {count-above: 3, in-at-least: 5, chromosomes: autosomes}`
    package struct GeneFilterRule: Sendable, Equatable {
        package var countAbove: Int?
        package var inAtLeast: Int?
        package var chromosomes = "all"
    }

    /// A declared type: `batch: factor`, `gender: {factor: [M, F]}`, `age: numeric`.
    package struct Column: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            case numeric
            /// The levels in order, the reference first; empty: from the data.
            case factor([String])
        }
        package var name: String
        package var kind: Kind
    }

    /// The words for a column's type.
    private enum ColumnType: String, CaseIterable {
        case factor
        case numeric
    }

    /// A named list of covariates.
    package struct Adjustment: Sendable, Equatable {
        package var name: String
        package var covariates: [String]
    }

    package struct GeneSetRule: Sendable, Equatable {
        package var files: [String]
        package var settings = GeneSetSettings()
        package var permutations = PermutationGoal.randomSets

        /// Whether each list has a folder as the GSEA desktop leaves it.
        package var gseaFolder = false

        /// Whether each list has the tables that `gsea` writes beside its gene sets.
        package var enrichmentTables = false

        static let files: [Setting<GeneSetRule>] = [
            Setting("gsea-folder", \.gseaFolder), Setting("enrichment-tables", \.enrichmentTables),
        ]

        /// How samples are permuted; nil: gene sets are drawn.
        package var samples: SamplePermutationSettings?
    }
}

extension StudyFile {
    /// Reads a study file.
    ///
    /// - Throws: `InputError` with file and line. Unknown keys are errors that name the nearest known key.
    package init(text: String, file: String) throws {
        let root: Node
        do {
            guard let node = try Yams.compose(yaml: text.withoutMark) else {
                throw InputError(
                    file: file, "the study file is empty", remedy: "Begin with `modicum: 1`, `counts:`, `samples:`.")
            }
            root = node
        } catch let error as YamlError {
            throw InputError(error, file: file)
        }
        var reader = try StudyMapping(root, file: file, path: "")
        let version = reader.optional("modicum")
        if let version, try version.integer() != 1 {
            throw InputError(
                file: file, line: version.line, "study format \(try version.integer()) is not known",
                remedy: "This version reads `modicum: 1`.")
        }
        let counts = reader.optional("counts")
        let reads = reader.optional("reads")
        samples = try reader.optional("samples")?.string()
        let exposures = reader.optional("exposures")
        adjustments = []
        try reader.read(CountsOptions.settings, into: &countsOptions)
        annotation = try reader.optional("annotation")?.string()

        if let value = reader.optional("gene-filter") {
            var filter = try StudyMapping(value.node, file: file, path: "gene-filter")
            geneFilter.countAbove = try filter.optional("count-above")?.integer()
            geneFilter.inAtLeast = try filter.optional("in-at-least")?.integer()
            if let chromosomes = filter.optional("chromosomes") {
                geneFilter.chromosomes = try chromosomes.strings().joined(separator: ",")
            }
            try filter.finish()
            if (geneFilter.countAbove == nil) != (geneFilter.inAtLeast == nil) {
                throw InputError(
                    file: file, line: value.line, column: "gene-filter",
                    "`count-above` and `in-at-least` belong together",
                    remedy: "Give both, such as `{count-above: 3, in-at-least: 5}`.")
            }
        }
        if let value = reader.optional("columns") {
            let mapping = try StudyMapping(value.node, file: file, path: "columns")
            columns = try mapping.entries.map { name, value in
                Column(name: name, kind: try StudyFile.columnKind(value))
            }
        }
        if let value = reader.optional("adjust") {
            let mapping = try StudyMapping(value.node, file: file, path: "adjust")
            adjustments = try mapping.entries.map { Adjustment(name: $0, covariates: try $1.strings()) }
        }
        if adjustments.isEmpty { adjustments = [Adjustment(name: "main", covariates: [])] }
        options = try StudyFile.modelOptions(&reader, file: file)
        if let value = reader.optional("ranking") {
            ranking = try value.word()
            if options.model.test == .lrt, ranking.needsZ {
                throw InputError(
                    file: file, line: value.line, column: "ranking",
                    "`\(ranking.rawValue)` ranks by a z, and the statistic of `test` lrt is none",
                    remedy: "Choose signed-log10-p, log2FC or log2FC-x-log10-p.")
            }
        }
        if let value = reader.optional("gene-sets") { geneSets = try StudyFile.geneSetRule(value, file: file) }
        if let threshold = geneSets?.settings.fdrThreshold { network.maximumFalseDiscoveryRate = threshold }
        if let value = reader.optional("enrichment-map") {
            network = try StudyFile.networkSettings(value, usual: network)
        }
        if let value = reader.optional("look-up") { lookUp = try StudyFile.lookUpSettings(value) }
        // Before what is missing: a key that is misspelt is both.
        try reader.finish()
        _ = try reader.required(version, "modicum")
        if let reads {
            if let counts { throw ReadsSource.besideCounts(file: file, line: counts.line) }
            self.reads = try ReadsSource(reads, file: file)
            self.counts = ReadsSource.countsName
        } else {
            self.counts = try reader.required(counts, "counts").string()
        }
        self.exposures = try StudyExposure.exposures(reader.required(exposures, "exposures"))
        try checkNames(file: file)
        try checkTransform(file: file)
    }

    /// Takes the keys that say how counts are normalized, modelled and tested.
    private static func modelOptions(_ study: inout StudyMapping, file: String) throws -> ModelOptions {
        var options = ModelOptions()
        try study.read(ModelOptions.settings, into: &options)
        do {
            try options.validate { "`\($0)`" }
        } catch let error as InputError {
            throw InputError(file: file, error.problem, remedy: "See docs/study-file.md.")
        }
        return options
    }

    /// A transform that is not blind has the trend of the study's one design.
    private func checkTransform(file: String) throws {
        guard options.model.transform != .off, !options.model.transformBlind else { return }
        guard exposures.count * adjustments.count == 1 else {
            throw InputError(
                file: file,
                "`transform-blind` off needs one design, and the study has \(exposures.count * adjustments.count)",
                remedy: "Name one exposure and one adjustment set, or leave it out.")
        }
    }

    private static func columnKind(_ value: StudyValue) throws -> Column.Kind {
        if case .mapping = value.node {
            var mapping = try StudyMapping(value.node, file: value.file, path: value.key)
            let levels = mapping.optional("factor")
            try mapping.finish()
            return .factor(try mapping.required(levels, "factor").strings())
        }
        let kind: ColumnType = try value.word()
        switch kind {
        case .factor: return .factor([])
        case .numeric: return .numeric
        }
    }

    private static func geneSetRule(_ value: StudyValue, file: String) throws -> GeneSetRule {
        var mapping = try StudyMapping(value.node, file: file, path: "gene-sets")
        let files = mapping.optional("files")
        var rule = GeneSetRule(files: [])
        try mapping.read(GeneSetSettings.ofStudies, into: &rule.settings)
        try mapping.read(GeneSetRule.files, into: &rule)
        let settings = rule.settings
        if settings.minSize > settings.maxSize {
            throw InputError(
                file: file, line: value.line, column: "min-size",
                "`min-size` \(settings.minSize) is above `max-size` \(settings.maxSize)",
                remedy: "Choose a `min-size` of at most `max-size`; without them they are 15 and 500.")
        }
        let permutations = mapping.optional("permutations")
        let atMost = mapping.optional("at-most")
        rule.samples = try samplePermutation(&mapping, beside: value)
        rule.permutations = try permutationGoal(
            permutations, atMost: atMost, usual: rule.samples == nil ? .randomSets : .samples)
        rule.settings.permutations = rule.permutations.first
        if let problem = rule.samples?.problem(with: rule.settings, calling: { "`\($0)`" }) {
            throw InputError(
                file: file, line: value.line, column: "gene-sets", problem, remedy: "See docs/study-file.md.")
        }
        try mapping.finish()
        guard let files else {
            // The genes alone.
            if rule.samples == nil { _ = try mapping.required(files, "files") }
            if case .untilSettled = rule.permutations {
                throw InputError(
                    file: file, line: value.line, column: "permutations",
                    "`permutations: until-settled` waits for the q of sets, and there are no `files`",
                    remedy: "Give a number, or files of gene sets.")
            }
            if rule.samples?.keepNull == true {
                throw InputError(
                    file: file, line: value.line, column: "keep-null",
                    "`keep-null` keeps the null scores of sets, and there are no `files`",
                    remedy: "Leave it out, or give files of gene sets.")
            }
            return rule
        }
        rule.files = try files.strings()
        return rule
    }

    /// `permute: samples`, with how; nil where sets are drawn.
    private static func samplePermutation(
        _ mapping: inout StudyMapping, beside value: StudyValue
    ) throws -> SamplePermutationSettings? {
        let permute = mapping.optional("permute")
        var settings = SamplePermutationSettings()
        let before = settings
        try mapping.read(SamplePermutationSettings.requested, into: &settings)
        let word: PhenotypeSettings.Permutation = try permute?.word() ?? .geneSets
        switch word {
        case .samples: return settings
        case .phenotype:
            // Of expression values, which a study has not.
            throw permute?.noChoice(
                [PhenotypeSettings.Permutation.geneSets, .samples].map(\.rawValue)) ?? value.expected("a mapping")
        case .geneSets:
            guard settings == before else {
                let names = SamplePermutationSettings.requested.map { "`\($0.name)`" }
                throw InputError(
                    file: value.file, line: value.line, column: "gene-sets",
                    "\(listed(names)) say how samples are permuted, and gene sets are drawn here",
                    remedy: "Add `permute: samples`, or leave them out.")
            }
            return nil
        }
    }

    /// `permutations: N`, or `until-settled`, which is the default; `at-most` bounds the latter.
    private static func permutationGoal(
        _ permutations: StudyValue?, atMost: StudyValue?, usual: PermutationGoal
    ) throws -> PermutationGoal {
        let limit = try atMost?.integer(atLeast: 1, atMost: GeneSetSettings.permutationLimit)
        if permutations == nil, limit == nil { return usual }
        guard let permutations, try permutations.string() != "until-settled" else {
            return limit.map { .untilSettled(atMost: $0) } ?? .randomSets
        }
        guard atMost == nil else {
            throw InputError(
                file: permutations.file, line: permutations.line, column: "at-most",
                "`at-most` belongs to `permutations: until-settled`", remedy: "Leave out one of the two.")
        }
        guard let number = try? permutations.integer(atLeast: 1, atMost: GeneSetSettings.permutationLimit) else {
            throw permutations.expected(
                "a whole number from 1 to \(GeneSetSettings.permutationLimit), or until-settled")
        }
        return .exactly(number)
    }

    private static func networkSettings(_ value: StudyValue, usual: NetworkSettings) throws -> NetworkSettings {
        var mapping = try StudyMapping(value.node, file: value.file, path: value.key)
        var settings = usual
        if let value = mapping.optional("fdr") {
            settings.maximumFalseDiscoveryRate = try value.number("a number between 0 and 1") { $0 > 0 && $0 < 1 }
        }
        if let value = mapping.optional("p") {
            settings.maximumPValue = try value.number("a number above 0, at most 1") { $0 > 0 && $0 <= 1 }
        }
        if let value = mapping.optional("similarity") {
            settings.similarity = try value.word()
        }
        settings.cutoff = settings.similarity.defaultCutoff
        if let value = mapping.optional("k") {
            settings.combinedConstant = try value.number("a number from 0 to 1") { $0 >= 0 && $0 <= 1 }
        }
        if let value = mapping.optional("cutoff") {
            settings.cutoff = try value.number("a number from 0 to 1") { $0 >= 0 && $0 <= 1 }
        }
        if let value = mapping.optional("inflation") {
            settings.inflation = try value.number("a number above 1, at most 30") { $0 > 1 && $0 <= 30 }
        }
        try mapping.finish()
        return settings
    }

    private static func lookUpSettings(_ value: StudyValue) throws -> LookUpSettings {
        var mapping = try StudyMapping(value.node, file: value.file, path: value.key)
        let table = mapping.optional("table")
        var settings = LookUpSettings(table: "")
        settings.foldChangeAtLeast = try mapping.optional("fold-change-at-least")?.number("a number, 0 or more") {
            $0 >= 0
        }
        if let value = mapping.optional("columns") {
            var columns = try StudyMapping(value.node, file: value.file, path: "columns")
            for role in EvidenceFile.Role.allCases {
                if let name = columns.optional(role.rawValue) { settings.columns[role.rawValue] = try name.string() }
            }
            try columns.finish()
        }
        try mapping.finish()
        settings.table = try mapping.required(table, "table").string()
        return settings
    }

    /// Names that would collide or leave the output folder are refused here.
    private func checkNames(file: String) throws {
        let exposed = exposures.map(\.name)
        for name in exposed { try ResultFolderName.check(name, of: "exposure", file: file) }
        for name in adjustments.map(\.name) {
            try ResultFolderName.check(name, of: "adjustment set", isAtTop: true, file: file)
        }
        for names in [exposed, adjustments.map(\.name)] where Set(names).count != names.count {
            throw InputError(file: file, "a name occurs twice in \(names)", remedy: "Give each name once.")
        }
        if let twice = adjustments.map({ $0.name.lowercased() }).firstRepeated {
            throw InputError(
                file: file, "two adjustment sets are called `\(twice)` but for upper and lower case",
                remedy: "Some file systems take their folders for one: give them other names.")
        }
        if exposures.isEmpty {
            throw InputError(file: file, "there are no exposures", remedy: "Name at least one under `exposures:`.")
        }
    }
}

extension GeneSetSettings {
    /// What a study file says of its gene sets; the number of permutations is a goal of its own there.
    static let ofStudies = requested.filter {
        ["min-size", "max-size", "weight", "seed", "fdr-threshold"].contains($0.name)
    }
}

/// One value of a study file and where it stands.
struct StudyValue {
    let node: Node
    let key: String
    let file: String

    var line: Int { node.mark?.line ?? 1 }

    /// Whether the value is left empty, or written `null` or `~`.
    var isNull: Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    func string() throws -> String {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else { throw expected("a text") }
        return scalar.string
    }

    func integer(atLeast minimum: Int? = nil, atMost maximum: Int? = nil) throws -> Int {
        guard let value = Int(try string().replacing("_", with: "")) else { throw expected("a whole number") }
        if let minimum, value < minimum { throw expected("a whole number of at least \(minimum)") }
        if let maximum, value > maximum { throw expected("a whole number of at most \(maximum)") }
        return value
    }

    func number(_ what: String, where isAllowed: (Double) -> Bool) throws -> Double {
        guard let value = Double(try string()), value.isFinite, isAllowed(value) else { throw expected(what) }
        return value
    }

    /// A list, or a single value that stands for a list of one.
    func strings() throws -> [String] {
        guard case .sequence(let sequence) = node else { return [try string()] }
        return try sequence.map { try StudyValue(node: $0, key: key, file: file).string() }
    }

    /// One of the words of a choice.
    func word<Word: RawRepresentable & CaseIterable>() throws -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try string()) else { throw noChoice(Word.allCases.map(\.rawValue)) }
        return word
    }

    func noChoice(_ choices: [String]) -> InputError {
        let value = (try? string()) ?? ""
        let nearest = nearestName(to: value, among: choices).map { " Did you mean `\($0)`?" } ?? ""
        return InputError(
            file: file, line: line, column: key, "`\(value)` is not a choice for `\(key)`",
            remedy: "Choose one of: \(choices.joined(separator: ", ")).\(nearest)")
    }

    func expected(_ what: String) -> InputError {
        InputError(file: file, line: line, column: key, "`\(key)` should be \(what)", remedy: "See docs/study-file.md.")
    }
}

/// A mapping whose keys are taken one by one; what is left at the end is unknown.
struct StudyMapping {
    private(set) var entries: [(name: String, value: StudyValue)]
    private let file: String
    private let path: String
    private var known: [String] = []
    private let startLine: Int

    init(_ node: Node, file: String, path: String) throws {
        guard case .mapping(let mapping) = node else {
            throw InputError(
                file: file, line: node.mark?.line,
                path.isEmpty ? "the study file is not a mapping of keys" : "`\(path)` should be a mapping of keys",
                remedy: "Write `key: value`, or `{key: value}`.")
        }
        self.file = file
        self.path = path
        self.startLine = node.mark?.line ?? 1
        self.entries = mapping.map { key, value in
            let name = key.string ?? ""
            return (name, StudyValue(node: value, key: name, file: file))
        }
    }

    /// The value of a key; nil where it is missing, or is YAML's `null`.
    mutating func optional(_ key: String) -> StudyValue? {
        known.append(key)
        return entries.first { $0.name == key && !$0.value.isNull }?.value
    }

    /// Takes the keys of settings that are there.
    mutating func read<Record>(_ settings: [Setting<Record>], into record: inout Record) throws {
        for setting in settings {
            guard let value = optional(setting.name), !setting.take(try value.string(), into: &record) else { continue }
            throw setting.choices.count > 1
                ? value.noChoice(setting.choices) : value.expected(setting.expectation)
        }
    }

    /// Throws where the value of a key that must be there is not.
    func required(_ value: StudyValue?, _ key: String) throws -> StudyValue {
        guard let value else {
            throw InputError(
                file: file, line: startLine, "the key `\(key)` is missing" + (path.isEmpty ? "" : " in `\(path)`"),
                remedy: "Add `\(key): …`.")
        }
        return value
    }

    /// Throws for a key that nobody asked for.
    func finish() throws {
        for (name, value) in entries where !known.contains(name) {
            let nearest = nearestName(to: name, among: known).map { "Did you mean `\($0)`? " } ?? ""
            throw InputError(
                file: file, line: value.line, "unknown key `\(name)`" + (path.isEmpty ? "" : " in `\(path)`"),
                remedy: "\(nearest)Known keys: \(known.joined(separator: ", ")).")
        }
    }
}
