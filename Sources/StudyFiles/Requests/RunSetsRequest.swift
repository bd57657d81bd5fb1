import AnalysisPipeline
import ContentDigest
import DifferentialExpression
import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import RunStore
import SamplePermutation
import StoredRuns

/// Gene sets of a finished run of `de` or `run`: what `modicum gsea --run` is asked for.
package struct RunSetsRequest: Codable, Equatable, Sendable {
    /// The folder of its results.
    package var folder: String

    /// Such as `stir_volume`, or `main/stir_volume` where several adjustment sets have it; nil where there is only one.
    package var exposure: String?

    /// How its samples are permuted; nil: random gene sets of its ranked list.
    package var samples: SamplePermutationSettings?

    package init(folder: String, exposure: String? = nil, samples: SamplePermutationSettings? = nil) {
        self.folder = folder
        self.exposure = exposure
        self.samples = samples
    }

    /// The store of the run, as it is opened.
    private var storeName: String { folder + "/" + RunDocument.fileName }

    /// Reads the run, and chooses the exposure in it.
    func run(_ loader: inout StudyLoader) throws -> RunToTest {
        let file: InputFile
        do {
            file = try loader.open(storeName)
        } catch let error as InputError {
            throw InputError(
                "\(folder) holds no finished run: \(error.problem)",
                remedy: "Give the --out folder of `modicum de` or `modicum run`.")
        }
        loader.note(digest: SHA256Digest(of: try file.content), role: "run", of: file)
        return try file.withPathOnDisk { path in
            do {
                return try RunToTest(document: try RunDocument.read(from: path), folder: folder, asking: exposure)
            } catch let error as RunStoreError {
                throw InputError("\(folder): \(error)", remedy: "Run the command that made it again.")
            }
        }
    }
}

/// One test of a finished run, with what gene sets need of it.
struct RunToTest {
    private let document: RunDocument
    private let folder: String
    private let configuration: StudyConfiguration
    private let samples: SampleRows
    private let genes: GeneRows
    private let analysis: StudyConfiguration.Analysis
    private let test: String

    /// - Parameter exposure: As it was asked for; nil: the only one.
    init(document: RunDocument, folder: String, asking exposure: String?) throws {
        self.document = document
        self.folder = folder
        let configuration = try JSONDecoder().decode(
            StudyConfiguration.self, from: Data(try document.configuration().utf8))
        self.configuration = configuration
        guard !configuration.analyses.isEmpty, document["X"] != nil else {
            throw InputError(
                "\(folder) holds a run without counts and tests",
                remedy: "Give the --out folder of `modicum de` or `modicum run`.")
        }
        guard configuration.numericContract == numericContract else {
            throw InputError(
                "\(folder) was made by a version whose numbers differ (numeric contract "
                    + "\(configuration.numericContract), here \(numericContract))",
                remedy: "Run the command that made it again.")
        }
        let samples = try SampleRows(of: document)
        genes = try GeneRows(of: document)
        self.samples = samples
        let tests = configuration.analyses.flatMap { own in own.tests.map { (own, $0) } }
        let found = tests.filter { own, test in
            exposure.map { Self.names(of: own, test: test, columns: samples.columns).contains($0) } ?? true
        }
        if let first = found.first, found.count == 1 {
            (analysis, test) = first
            return
        }
        let ofTerm = exposure.map { name in tests.filter { Self.isTerm(name, of: $0, test: $1, samples) } } ?? []
        // Coefficients of one term in one design are tested together, whichever of them it is.
        guard let first = ofTerm.first, ofTerm.allSatisfy({ Self.asksTheSame($0, first) }) else {
            throw Self.refusal(exposure, found: found.count, tests, folder)
        }
        (analysis, test) = first
    }

    /// What a person may call a test: its analysis, the part behind the adjustment set, the test, and the column of a
    /// factor with two levels.
    private static func names(
        of analysis: StudyConfiguration.Analysis, test: String, columns: [(name: String, values: SampleRows.Values)]
    ) -> Set<String> {
        let isOne = analysis.tests.count == 1
        let parts = analysis.name.split(separator: "/", maxSplits: 1).map(String.init)
        var own = [test]
        if isOne, parts.count == 2 { own.append(parts[1]) }
        for column in columns {
            if case .factor(_, let levels) = column.values, levels.count == 2,
                test == "\(column.name)_\(levels[1])_vs_\(levels[0])"
            {
                own.append(column.name)
            }
        }
        let set = parts.first.map { $0 + "/" } ?? ""
        return Set(own + own.map { set + $0 } + (isOne ? [analysis.name] : []))
    }

    /// Whether a name is that of the term which a test is of, alone or behind the adjustment set.
    private static func isTerm(
        _ name: String, of analysis: StudyConfiguration.Analysis, test: String, _ samples: SampleRows
    ) -> Bool {
        guard let terms = DesignTerms(of: analysis, samples),
            let coefficient = analysis.coefficients.firstIndex(of: test)
        else { return false }
        let set = analysis.name.split(separator: "/").first.map { $0 + "/" } ?? ""
        return terms.names(ofTermWithCoefficient: coefficient).contains { name == $0 || name == set + $0 }
    }

    /// Whether two tests are of the same adjustment set and design.
    private static func asksTheSame(
        _ one: (StudyConfiguration.Analysis, String), _ other: (StudyConfiguration.Analysis, String)
    ) -> Bool {
        one.0.design == other.0.design
            && one.0.name.split(separator: "/").first == other.0.name.split(separator: "/").first
    }

    private static func refusal(
        _ exposure: String?, found: Int, _ tests: [(StudyConfiguration.Analysis, String)], _ folder: String
    ) -> InputError {
        let names = tests.map { analysis, test in
            analysis.name.isEmpty ? test : analysis.tests.count == 1 ? analysis.name : analysis.name + "/" + test
        }
        guard let exposure else {
            return InputError(
                "\(folder) has \(counted(tests.count, "test")): \(listed(names, limit: 8))",
                remedy: "Choose one with --exposure.")
        }
        let nearest = nearestName(to: exposure, among: names).map { " Did you mean \($0)?" } ?? ""
        return found == 0
            ? InputError(
                "\(folder) has no exposure `\(exposure)`", remedy: "It has \(listed(names, limit: 8)).\(nearest)")
            : InputError(
                "\(counted(found, "test")) of \(folder) are of `\(exposure)`",
                remedy: "Name one as SET/NAME: \(listed(names, limit: 8)).")
    }

    private var base: String { AnalysisPlace.ofAnalysis(analysis.name) }
    private var place: String { AnalysisPlace.ofTest(test, in: base, of: analysis.tests.count) }

    // MARK: Its ranked list

    /// What the run's own gene sets were tested in, or would have been.
    func rankedList() throws -> RankedGeneList {
        if document[place + "/ranked_list/score"] != nil, configuration.samplePermutation == nil {
            return RankedGeneList(
                inOrder: try document.rowNames(ofTable: place + "/ranked_list"),
                scores: try document.doubles(place + "/ranked_list/score"))
        }
        func column(_ name: String) throws -> [Double] { try document.doubles(place + "/results/" + name) }
        let (changes, z, p) = (try column("log2FoldChange"), try column("stat"), try column("pvalue"))
        let scores = p.indices.map { gene in
            RankingMetric.signedLogPValue.score(
                GeneEvidence(log2FoldChange: changes[gene], z: z[gene], pValue: p[gene]))
        }
        return GeneRanking(
            names: genes.analysed.map(genes.label), scores: scores, duplicates: .largestMagnitude
        ).list
    }

    // MARK: Its samples

    /// The inputs of a permutation of its samples, but for the gene sets and the configuration.
    func fill(_ inputs: inout StudyInputs, samples settings: SamplePermutationSettings) throws {
        guard document["layers/observation_weights"] == nil else {
            throw InputError(
                "\(folder): samples are not permuted where counts have weights",
                remedy: "Leave out --permute samples, and gene sets are drawn for its ranked list.")
        }
        guard let modelSettings = configuration.differentialExpression else {
            throw PermutedExposure.noCoefficient("\(folder): \(test)")
        }
        let terms = DesignTerms(of: analysis, samples)
        let exposed = try exposedColumns(terms)
        let design = DesignMatrix(
            columnNames: analysis.coefficients, values: try document.doubles(base + "/model_matrix"),
            sampleCount: samples.names.count)
        inputs.sampleColumns = samples.columns.map(StudyInputs.SampleColumn.init)
        inputs.exposureOfRun = ExposureOfRun(
            exposure: try PermutedExposure(
                coefficients: exposed, named: exposed.count > 1 ? terms?.name(ofColumns: exposed) : nil, of: design,
                columns: inputs.sampleColumns, settings: settings),
            settings: modelSettings)
        inputs.counts = try counts()
        inputs.exclusions = genes.analysed.map { _ in nil }
        inputs.annotation = genes.symbols.isEmpty ? [] : annotation
        inputs.sizeFactors = samples.sizeFactors.isEmpty ? nil : samples.sizeFactors
        inputs.normalizationFactors = try layer("normalization_factors")
        if configuration.inputs.contains(where: { $0.role == ModelOptions.dispersionsRole }) {
            inputs.givenDispersions = try document.doubles(base + "/genes/dispersion")
        }
        try inputs.checkRefit(settings)
    }

    /// The columns of the design that the test is of.
    private func exposedColumns(_ terms: DesignTerms?) throws -> [Int] {
        if let reduced = analysis.reduced {
            guard let columns = terms?.columns(lackingIn: reduced) else {
                throw PermutedExposure.notWithin("\(folder): \(test)")
            }
            return columns
        }
        guard let coefficient = analysis.coefficients.firstIndex(of: test) else {
            throw PermutedExposure.noCoefficient("\(folder): \(test)")
        }
        return terms?.columns(withCoefficient: coefficient) ?? [coefficient]
    }

    private var annotation: [GeneAnnotation] {
        func text(_ texts: [String], _ gene: Int) -> String? {
            texts.isEmpty || texts[gene].isEmpty ? nil : texts[gene]
        }
        return genes.analysed.map { gene in
            GeneAnnotation(
                symbol: text(genes.symbols, gene), chromosome: text(genes.chromosomes, gene),
                biotype: text(genes.biotypes, gene))
        }
    }

    /// The analysed genes' counts.
    private func counts() throws -> CountMatrix {
        let values = try document.int32s("X")
        let (all, samples) = (genes.ids.count, samples.names.count)
        guard values.count == all * samples else { throw RunStoreError.missing(path: "X") }
        return CountMatrix(
            geneIDs: genes.analysed.map { genes.ids[$0] }, sampleNames: self.samples.names,
            counts: genes.analysed.flatMap { gene in (0..<samples).map { values[$0 * all + gene] } })
    }

    /// A layer of the analysed genes, gene by gene; empty where the run has none.
    private func layer(_ name: String) throws -> [Double] {
        guard document["layers/" + name] != nil else { return [] }
        let values = try document.doubles("layers/" + name)
        let all = genes.ids.count
        return genes.analysed.flatMap { gene in samples.names.indices.map { values[$0 * all + gene] } }
    }
}

extension DesignTerms {
    /// The terms of a finished run's design.
    fileprivate init?(of analysis: StudyConfiguration.Analysis, _ samples: SampleRows) {
        self.init(
            formula: analysis.design, coefficients: analysis.coefficients, sampleNames: samples.names,
            columns: samples.columns.map(StudyInputs.SampleColumn.init))
    }
}

extension StudyInputs.SampleColumn {
    fileprivate init(_ column: (name: String, values: SampleRows.Values)) {
        switch column.values {
        case .numeric(let numbers): self.init(name: column.name, values: .numeric(numbers))
        case .factor(let codes, let levels):
            self.init(name: column.name, values: .factor(codes: codes.map { Int32($0) }, levels: levels))
        }
    }
}
