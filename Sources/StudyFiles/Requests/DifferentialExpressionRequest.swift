import AnalysisPipeline
import ExpressionData
import ExpressionFormats

/// What `modicum de` is asked for, under the names of its options.
package struct DifferentialExpressionRequest: Codable, Equatable, Sendable {
    package var counts: String
    package var countsOptions = CountsOptions()

    /// May be missing beside counts that know their samples.
    package var samples: String?

    /// A formula; missing where a matrix or a file of comparisons gives the designs.
    package var design: String?

    /// A table with a row per sample and a column per coefficient, in the place of a formula.
    package var designMatrix: String?

    /// A file of comparisons, in the place of a design.
    package var comparisons: String?

    /// `column=level`.
    package var references: [String] = []
    package var factors: [String] = []
    package var numerics: [String] = []

    package var coefficients: [String] = []

    /// `factor:level:base`, or coefficients added up and taken away.
    package var contrasts: [String] = []

    /// Numbers separated by commas.
    package var contrastVectors: [String] = []

    /// The reduced design of a likelihood-ratio test.
    package var reduced: String?

    package var options = ModelOptions()
    package var filter: String?
    package var chromosomes = "all"
    package var annotation: String?

    /// The gene sets that the list of every test is tested for, and what ranks it; nil for none.
    package var geneSets: RankedSetsRequest?

    /// What the names of tables begin with.
    package var prefix: String?

    package var files: FileChoice { FileChoice(ranking: .signedLogPValue, prefix: prefix ?? "") }

    package init(counts: String, samples: String?, design: String?) {
        self.counts = counts
        self.samples = samples
        self.design = design
    }

    /// Throws for what is wrong in the request itself, whatever the files hold.
    package func validate() throws {
        try options.validate()
        guard [design, designMatrix, comparisons].count(where: { $0 != nil }) == 1 else {
            throw InputError("give one of --design, --design-matrix and --contrasts", remedy: "")
        }
        if designMatrix != nil, options.model.betaPrior || options.model.shrink == .normal {
            throw InputError(
                "--beta-prior and --shrink normal need the levels of factors, of which --design-matrix says nothing",
                remedy: "Shrink by apeglm, or give a --design.")
        }
        if comparisons != nil, options.model.transform != .off, !options.model.transformBlind {
            throw InputError("--transform-blind off needs the one design that --contrasts does not have", remedy: "")
        }
        guard comparisons == nil || (coefficients + contrasts + contrastVectors).isEmpty && options.model.test == .wald
        else {
            throw InputError(
                "--contrasts names what is tested: leave out --coefficient, --contrast, --contrast-vector and --test",
                remedy: "")
        }
        if (options.model.test == .lrt) != (reduced != nil) {
            throw InputError(
                "--test lrt and --reduced belong together, such as --test lrt --reduced \"~ 1\"", remedy: "")
        }
        if options.model.test == .lrt, coefficients.count + contrasts.count + contrastVectors.count > 1 {
            throw InputError(
                "--test lrt has one p-value per gene, so at most one --coefficient or contrast stands beside it",
                remedy: "")
        }
        try FilePrefix.check(prefix ?? "")
        try geneSets?.validate()
        if options.model.test == .lrt, let ranking = geneSets?.ranking, ranking.needsZ {
            throw InputError(
                "--ranking \(ranking.rawValue) ranks by a z, and the statistic of --test lrt is none",
                remedy: "Choose signed-log10-p, log2FC or log2FC-x-log10-p.")
        }
        _ = try declarations()
        _ = try GeneFilter.Chromosomes(parsing: chromosomes)
        _ = try filter.map { try GeneFilter.Expression(parsing: $0) }
        for text in contrasts where text.contains(":") { try Contrast.checkParts(of: text) }
        _ = try contrastVectors.map(Self.weights)
    }

    /// Reads and checks everything.
    package func load(open: @escaping StudyLoader.FileSource) throws -> StudyInputs {
        try validate()
        var loader = StudyLoader(open: open)
        let filter = StudyConfiguration.GeneFilter(counts: filter, chromosomes: chromosomes)
        let comparisons = try comparisons.map { try ContrastsFile(try loader.file($0, role: "contrasts")) }
        let declared = try declarations()
        let expression = try loader.expression(
            counts: counts, options: countsOptions, samples: samples ?? designMatrix,
            declaring: declared + (comparisons?.declarations(beside: declared) ?? []), annotation: annotation,
            filter: filter, excluding: try comparisons?.exclusion())
        try expression.checkReplicates(
            in: [design, reduced].compactMap(\.self) + (comparisons?.models.map(\.formula) ?? []))
        let analyses = try analyses(of: comparisons, samples: expression.samples, loader: &loader)
        let sets = try geneSets.map { try loader.geneSets($0.files, stripsVersions: countsOptions.stripVersions) } ?? []
        let setSettings = geneSets?.storedSettings
        if let setSettings, !sets.isEmpty {
            try loader.checkMatches(genes: expression.rankedNames, sets: sets, settings: setSettings)
        }
        let configuration = StudyConfiguration(
            inputs: [], geneFilter: filter, differentialExpression: options.settings,
            analyses: analyses.map {
                .init(
                    name: $0.name, design: $0.formula, coefficients: $0.design.columnNames, tests: $0.tests.map(\.name),
                    contrasts: $0.tests.map(\.contrast.weights), reduced: $0.reducedFormula)
            }, geneSets: setSettings)
        var inputs = StudyInputs(
            configuration: configuration, counts: expression.counts, annotation: expression.annotation,
            exclusions: expression.exclusions,
            sampleColumns: expression.samples.columns.map(StudyInputs.SampleColumn.init), analyses: analyses,
            geneSets: sets)
        inputs.files = files
        inputs.configuration.samplePermutation = geneSets?.samples
        inputs.settling = geneSets?.settlingLimit.map { SettlingRule(limit: $0) }
        try options.readNormalization(with: &loader, into: &inputs)
        try options.normalize(&inputs, byLengthsOf: expression)
        try loader.readLengths(
            for: &inputs, counts: counts, options: countsOptions, annotation: annotation, of: expression)
        try inputs.checkCounts(file: counts)
        try inputs.checkPermutations()
        inputs.configuration.inputs = loader.digests
        inputs.inputNames = loader.fileNames
        inputs.configuration.reading = countsOptions.reading
        inputs.warnings = loader.warnings
        return inputs
    }

    /// One design with what is tested in it, or those of the comparisons.
    private func analyses(
        of comparisons: ContrastsFile?, samples: SampleTable, loader: inout StudyLoader
    ) throws -> [StudyInputs.AnalysisInput] {
        if let comparisons {
            let (analyses, warnings) = try comparisons.analyses(of: samples, settings: options.model)
            loader.note(warnings)
            return analyses
        }
        let design = try givenDesign(samples: samples, loader: &loader)
        loader.note(design.warnings + design.referenceNotes)
        if asksNothing, options.model.test == .wald, let note = design.noteOnDefaultContrast { loader.note([note]) }
        let reduced = try reducedDesign(of: design)
        let expansion = try DesignExpansion(of: design, tests: tests(in: design), settings: options.model)
        return [
            .init(
                name: "", formula: design.formula.description, design: design.matrix, tests: expansion.tests,
                reducedFormula: reduced?.formula.description, reducedDesign: reduced?.matrix,
                expandedDesign: expansion.expanded)
        ]
    }

    /// The design of the formula, or of the matrix.
    private func givenDesign(samples: SampleTable, loader: inout StudyLoader) throws -> Design {
        if let design { return try Design(DesignFormula(parsing: design, over: samples), samples: samples) }
        guard let designMatrix else {
            throw InputError(
                "there is no design",
                remedy: "Give one with --design or --design-matrix, or comparisons with --contrasts.")
        }
        let table = try SampleSheet.read(try loader.file(designMatrix, role: "design-matrix"))
        return try Design(matrix: table.matched(toSamples: samples.sampleNames, ofCounts: counts))
    }

    private var asksNothing: Bool { coefficients.isEmpty && contrasts.isEmpty && contrastVectors.isEmpty }

    private func reducedDesign(of design: Design) throws -> Design? {
        guard options.model.test == .lrt else { return nil }
        guard let reduced else {
            throw InputError(
                "a likelihood-ratio test needs the design that it compares with",
                remedy: "Give it with --reduced, such as \"~ 1\".")
        }
        return try design.reduced(DesignFormula(parsing: reduced, over: design.samples))
    }

    private func declarations() throws -> [ColumnDeclaration] {
        var levels: [String: String] = [:]
        return try factors.map { .factor($0) } + numerics.map { .numeric($0) }
            + references.map { text in
                guard let separator = text.firstIndex(of: "=") else {
                    throw InputError(
                        "the reference `\(text)` has no `=`",
                        remedy: "Write COLUMN=LEVEL, such as condition=untreated.")
                }
                let (column, level) = (String(text[..<separator]), String(text[text.index(after: separator)...]))
                if let other = levels.updateValue(level, forKey: column), other != level {
                    throw InputError(
                        column: column, "two reference levels are declared, \(other) and \(level)",
                        remedy: "Give --reference once for every column.")
                }
                return .reference(column, level: level)
            }
    }

    /// Refuses a level against another as R has it, `c("condition", "treated", "untreated")`.
    private func refuseVector(_ text: String) throws {
        var inner = text
        if inner.hasPrefix("c("), inner.hasSuffix(")") { inner = String(inner.dropFirst(2).dropLast()) }
        let parts = inner.split(separator: ",").map { part in
            String(part.drop { " \"'".contains($0) }.reversed().drop { " \"'".contains($0) }.reversed())
        }
        guard parts.count == 3, !parts.contains(where: { $0.contains("*") || $0.isEmpty }) else { return }
        throw InputError(
            "the contrast \(text) is written as in R", remedy: "Write \(parts.joined(separator: ":")), with colons.")
    }

    /// Under a prior on all coefficients names and vectors may be those of the expanded design, as DESeq2 has them.
    private func tests(in design: Design) throws -> [StudyInputs.NamedTest] {
        let expanded = options.model.betaPrior ? try ExpandedDesign(of: design) : nil
        func test(_ wide: Contrast?, else standard: @autoclosure () throws -> Contrast) throws -> StudyInputs.NamedTest
        {
            if let expanded, let wide { return .init(wide, over: expanded, of: design) }
            return .init(try standard())
        }
        var tests = try coefficients.map { name in
            let isStandard = design.coefficients.contains { $0.name == name && $0.term != nil }
            return try test(
                isStandard ? nil : expanded?.coefficient(named: name), else: try design.coefficient(named: name))
        }
        var unnamed = 0
        for text in self.contrasts {
            // A colon stands in no coefficient's name.
            guard !text.contains(":") else {
                tests.append(.init(try design.contrast(parsing: text)))
                continue
            }
            try refuseVector(text)
            unnamed += 1
            let name = "contrast\(unnamed)"
            tests.append(
                try test(
                    try expanded?.contrast(combining: text, name: name),
                    else: try design.contrast(combining: text, name: name)))
        }
        for vector in contrastVectors {
            let weights = try Self.weights(vector)
            unnamed += 1
            let name = "contrast\(unnamed)"
            let isWide = weights.count == expanded?.matrix.columnCount
            tests.append(
                try test(
                    isWide ? try expanded?.contrast(weights: weights, name: name) : nil,
                    else: try design.contrast(weights: weights, name: name)))
        }
        if tests.isEmpty {
            tests = [.init(options.model.test == .lrt ? design.lastCoefficient : design.defaultContrast)]
        }
        if let twice = tests.map(\.name).firstRepeated {
            throw InputError("`\(twice)` is asked for twice", remedy: "Name every coefficient and contrast once.")
        }
        // Its p-value has nothing to do with the fold change that is reported beside it.
        let test = options.model.test
        if test == .lrt { return tests.prefix(1).map { .init($0.contrast, name: test.rawValue) } }
        return tests
    }

    private static func weights(_ vector: String) throws -> [Double] {
        try vector.split(separator: ",", omittingEmptySubsequences: false).map { text in
            guard let weight = Double(text.filter { $0 != " " }) else {
                throw InputError(
                    "`\(text)` in the contrast `\(vector)` is not a number",
                    remedy: "Give one number per coefficient, separated by commas, such as 0,0,1.")
            }
            return weight
        }
    }
}

extension StudyInputs.SampleColumn {
    init(_ column: SampleTable.Column) {
        switch column.values {
        case .numeric(let numbers): self.init(name: column.name, values: .numeric(numbers))
        case .factor(let factor):
            self.init(
                name: column.name, values: .factor(codes: factor.codes.map { Int32($0) }, levels: factor.levels))
        }
    }
}

extension Array where Element: Hashable {
    /// The first element that stands a second time.
    var firstRepeated: Element? {
        var seen = Set<Element>()
        return first { !seen.insert($0).inserted }
    }
}
