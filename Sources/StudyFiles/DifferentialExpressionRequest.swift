import AnalysisPipeline
import ExpressionData
import ExpressionFormats

/// What `modicum de` is asked for, under the names of its options.
package struct DifferentialExpressionRequest: Codable, Equatable, Sendable {
    package var counts: String
    package var samples: String
    package var design: String
    package var countsFormat = "auto"

    /// `column=level`.
    package var references: [String] = []
    package var factors: [String] = []
    package var numerics: [String] = []

    package var coefficients: [String] = []

    /// `factor:level:base`.
    package var contrasts: [String] = []

    /// Numbers separated by commas.
    package var contrastVectors: [String] = []

    /// `ratio`, `poscounts`, or a file of sample and size factor.
    package var sizeFactors = "ratio"
    package var dispersionTrend = "parametric"
    package var alpha = 0.1
    package var independentFiltering = true
    package var cooksCutoff = "auto"

    /// `auto`, `off`, or the least number of replicates.
    package var replaceOutliers = "auto"
    package var empiricalNull = "none"
    package var filter: String?
    package var chromosomes = "all"
    package var annotation: String?

    package init(counts: String, samples: String, design: String) {
        self.counts = counts
        self.samples = samples
        self.design = design
    }

    private var sizeFactorsFile: String? { ["ratio", "poscounts"].contains(sizeFactors) ? nil : sizeFactors }

    /// Reads and checks everything.
    package func load(open: @escaping StudyLoader.FileSource) throws -> StudyInputs {
        var loader = StudyLoader(open: open)
        let filter = StudyConfiguration.GeneFilter(counts: filter, chromosomes: chromosomes)
        let expression = try loader.expression(
            counts: counts, format: countsFormat, samples: samples, declaring: declarations(), annotation: annotation,
            filter: filter)
        let design = try Design(DesignFormula(parsing: design), samples: expression.samples)
        loader.note(design.warnings)
        let tests = try tests(in: design)
        var settings = StudyConfiguration.DifferentialExpression(
            sizeFactors: sizeFactorsFile == nil ? sizeFactors : "file", dispersionTrend: dispersionTrend, alpha: alpha,
            independentFiltering: independentFiltering, cooksCutoff: cooksCutoff, empiricalNull: empiricalNull)
        settings.minReplicatesForReplace = try minReplicatesForReplace()
        let sizeFactors = try sizeFactorsFile.map {
            try GeneBySampleTable.readSizeFactors(
                try loader.file($0, role: "size-factors"), samples: expression.counts.sampleNames)
        }
        let configuration = StudyConfiguration(
            inputs: loader.digests, geneFilter: filter, differentialExpression: settings,
            analyses: [
                .init(
                    name: "", design: design.formula.description, coefficients: design.matrix.columnNames,
                    tests: tests.map(\.name))
            ], geneSets: nil)
        return StudyInputs(
            configuration: configuration, counts: expression.counts, annotation: expression.annotation,
            exclusions: expression.exclusions, sizeFactors: sizeFactors,
            sampleColumns: expression.samples.columns.map(StudyInputs.SampleColumn.init),
            analyses: [
                .init(name: "", formula: design.formula.description, design: design.matrix, tests: tests)
            ],
            warnings: loader.warnings)
    }

    private func declarations() throws -> [ColumnDeclaration] {
        try factors.map { .factor($0) } + numerics.map { .numeric($0) }
            + references.map { text in
                guard let separator = text.firstIndex(of: "=") else {
                    throw InputError(
                        "the reference `\(text)` has no `=`",
                        remedy: "Write COLUMN=LEVEL, such as condition=untreated.")
                }
                return .reference(String(text[..<separator]), level: String(text[text.index(after: separator)...]))
            }
    }

    private func tests(in design: Design) throws -> [StudyInputs.NamedTest] {
        var contrasts = try coefficients.map(design.coefficient(named:))
        contrasts += try self.contrasts.map(design.contrast(parsing:))
        for (index, vector) in contrastVectors.enumerated() {
            let weights = try vector.split(separator: ",", omittingEmptySubsequences: false).map { text in
                guard let weight = Double(text.filter { $0 != " " }) else {
                    throw InputError(
                        "`\(text)` in the contrast `\(vector)` is not a number",
                        remedy: "Give one number per coefficient, separated by commas, such as 0,0,1.")
                }
                return weight
            }
            contrasts.append(try design.contrast(weights: weights, name: "contrast\(index + 1)"))
        }
        if contrasts.isEmpty { contrasts = [design.lastCoefficient] }
        if let twice = contrasts.map(\.name).firstRepeated {
            throw InputError("`\(twice)` is asked for twice", remedy: "Name every coefficient and contrast once.")
        }
        return contrasts.map { StudyInputs.NamedTest($0) }
    }

    private func minReplicatesForReplace() throws -> Int? {
        switch replaceOutliers {
        case "auto": return 7
        case "off": return nil
        default:
            guard let minimum = Int(replaceOutliers), minimum >= 3 else {
                throw InputError(
                    "`\(replaceOutliers)` is not a number of replicates",
                    remedy: "Give `auto` (7), `off`, or a whole number of at least 3.")
            }
            return minimum
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
