import DifferentialExpression
import Foundation
import GeneSetEnrichment
import RunStore

/// A finished run as its folder has it, for whoever reads results: the report, exports, other tools.
///
/// Everything comes from `modicum.h5`; `run.json` adds what is not part of the results, such as warnings.
package struct StoredRun: Sendable {
    package let folder: String
    package let identity: String
    package let configuration: RunConfiguration
    package let record: RunNotes
    package let samples: SampleRows
    package let genes: GeneRows

    /// In the study's order; empty for a run from a ranked list.
    package let analyses: [StoredAnalysis]

    /// The gene sets of a run from a ranked list.
    package let enrichment: StoredEnrichment?

    /// Permutations of samples of a run from another's exposure.
    package let permutation: StoredPermutation?

    /// How much lists of exposures that were permuted together share, in the order of `overlaps.tsv`.
    package let overlaps: [StoredOverlap]

    /// The gene sets that the run was given; nil for a run without.
    package let collection: GeneSetCollection?

    /// All that the store has.
    package let document: RunDocument

    /// - Throws: `RunStoreError`, or what decoding `run.json` throws.
    package init(folder: String) throws {
        self.folder = folder
        let document = try RunDocument.read(from: folder + "/modicum.h5", checkingIdentity: false)
        self.document = document
        let decoder = JSONDecoder()
        let configuration = try decoder.decode(
            RunConfiguration.self, from: Data(try document.configuration().utf8))
        self.configuration = configuration
        record = try decoder.decode(RunNotes.self, from: Data(contentsOf: URL(filePath: folder + "/run.json")))
        identity = record.identity
        samples = try SampleRows(of: document)
        genes = try GeneRows(of: document)
        let collection = try GeneSetCollection(of: document)
        self.collection = collection
        var analyses = try configuration.analyses.flatMap { analysis in
            try analysis.tests.map { test in
                try StoredAnalysis(
                    analysis, test: test, configuration: configuration, collection: collection, in: document)
            }
        }
        for (position, fileName) in Self.fileNames(of: analyses.map(\.name)).enumerated() {
            analyses[position].fileName = fileName
        }
        self.analyses = analyses
        enrichment = try StoredEnrichment(at: "uns", collection: collection, in: document)
        permutation = try StoredPermutation(at: "uns", in: document)
        overlaps = try StoredOverlap.all(in: document)
    }

    /// Names without folders, each once also where no case is known: `a.b/c` and `a/b.c` would both be `a.b.c`.
    package static func fileNames(of analyses: [String]) -> [String] {
        var taken: Set<String> = []
        return analyses.map { name in
            let flat = name.split(separator: "/").joined(separator: ".")
            var (fileName, copies) = (flat, 1)
            while !taken.insert(fileName.lowercased()).inserted {
                copies += 1
                fileName = "\(flat)~\(copies)"
            }
            return fileName
        }
    }

    /// Whether gene sets were tested, of a list that was given or of those that tests rank.
    package var hasEnrichment: Bool { enrichment != nil || analyses.contains { $0.enrichment != nil } }

    /// The schemes by which samples were permuted, such as `residual`: one for each exposure, and most often the same.
    package var permutationSchemes: Set<String> {
        Set(([permutation] + analyses.map(\.permutation)).compactMap { $0?.scheme })
    }

    /// What the tests' statistic is called: z of Wald tests, else that of a likelihood ratio.
    package var statisticName: String { isLikelihoodRatio ? "likelihood ratio" : "z" }

    package var isLikelihoodRatio: Bool { configuration.differentialExpression?.test == .lrt }

    /// Raw counts, samples × genes: `sample * genes + gene`; empty for a run without counts.
    package func counts() throws -> [Int32] {
        document["X"] == nil ? [] : try document.int32s("X")
    }

    /// A layer such as `vst`, samples × genes with NaN for genes that were left out; nil where there is none.
    package func layer(_ name: String) throws -> [Double]? {
        document["layers/" + name] == nil ? nil : try document.doubles("layers/" + name)
    }
}

/// The part of the resolved configuration that readers of results need.
package struct RunConfiguration: Decodable, Sendable {
    package struct Input: Decodable, Sendable {
        package let role: String
        package let name: String
        package let sha256: String
    }

    package struct Analysis: Decodable, Sendable {
        /// Such as `main/stir_volume`; empty for the only analysis of `modicum de`.
        package let name: String
        package let design: String
        package let coefficients: [String]
        package let tests: [String]
        package let reduced: String?
    }

    package struct GeneFilter: Decodable, Sendable {
        package let counts: String?
        package let chromosomes: String
    }

    package let numericContract: Int
    package let inputs: [Input]
    package let geneFilter: GeneFilter?
    package let differentialExpression: AnalysisSettings?
    package let analyses: [Analysis]
    package let geneSets: GeneSetSettings?

    package struct SamplePermutation: Decodable, Sendable {
        /// What stands under the root of the score statistic: `model` or `robust`.
        package let variance: String?

        /// Whether every Wald refit estimated the dispersions anew.
        package let refitDispersion: Bool?
    }

    /// Nil where samples were not permuted.
    package let samplePermutation: SamplePermutation?
}

/// What `run.json` says beside the results.
package struct RunNotes: Decodable, Sendable {
    package let identity: String
    package let version: String
    package let seconds: Double
    package let warnings: [String]
    package let notes: [String]?

    /// By input of the configuration, what its file was called.
    package let inputNames: [String]?

    /// By analysis, what sign flips say beside the scheme by which its samples were permuted.
    package let schemeComparisons: [String: String]?
    package let libraries: [String: String]?
    package let finishedAt: String

    /// The command lines that the results come from, in order; nil where a coordinator was sent the study without one.
    package let commands: [[String]]?

    /// Nil in records of commands that were not told what to show.
    package let report: ReportSettings?
    package let request: Request?

    /// The part of what was asked for that people may repeat.
    package struct Request: Decodable, Sendable {
        /// The study's file, as it was named; nil for a single design or list.
        package let studyName: String?

        private enum Keys: String, CodingKey { case request, study, value = "_0", name }

        package init(from decoder: any Decoder) throws {
            let request = try decoder.container(keyedBy: Keys.self).nestedContainer(
                keyedBy: Keys.self, forKey: .request)
            guard request.contains(.study) else {
                studyName = nil
                return
            }
            let study = try request.nestedContainer(keyedBy: Keys.self, forKey: .study)
            studyName = try study.nestedContainer(keyedBy: Keys.self, forKey: .value).decode(String.self, forKey: .name)
        }
    }
}

/// The samples and the columns of their sheet.
package struct SampleRows: Sendable {
    package enum Values: Sendable {
        case numeric([Double])

        /// One code per sample into the levels, −1 for a missing value.
        case factor(codes: [Int], levels: [String])
    }

    package let names: [String]
    package let columns: [(name: String, values: Values)]

    /// One per sample; empty where counts have normalization factors of their own.
    package let sizeFactors: [Double]

    /// What is said of the run's own size factors; a column of the sheet may have their name.
    private static let definitionOfSizeFactors = AttributeValue.string(
        "counts divided by it are normalized counts")

    package init(of document: RunDocument) throws {
        names = try document.rowNames(ofTable: "obs")
        var columns: [(name: String, values: Values)] = []
        var sizeFactors: [Double] = []
        for name in try document.columnNames(ofTable: "obs") {
            let path = "obs/" + name
            if document.attributes(ofGroup: path) != nil {
                let (codes, levels) = try document.categorical(path)
                columns.append((name, .factor(codes: codes, levels: levels)))
            } else if document[path]?.attributes["definition"] == SampleRows.definitionOfSizeFactors {
                sizeFactors = try document.doubles(path)
            } else {
                columns.append((name, .numeric(try document.doubles(path))))
            }
        }
        self.columns = columns
        self.sizeFactors = sizeFactors
    }

    package func values(of column: String) -> Values? { columns.first { $0.name == column }?.values }
}

/// All genes of the count table.
package struct GeneRows: Sendable {
    package let ids: [String]

    /// Empty arrays where the run had no annotation.
    package let symbols: [String]
    package let chromosomes: [String]
    package let biotypes: [String]

    /// Positions of the genes that passed the filter, ascending: the rows of every analysis.
    package let analysed: [Int]

    package init(of document: RunDocument) throws {
        ids = try document.rowNames(ofTable: "var")
        let columns = Set(try document.columnNames(ofTable: "var"))
        func texts(_ name: String) throws -> [String] {
            guard columns.contains(name) else { return [] }
            guard document.attributes(ofGroup: "var/" + name) != nil else { return try document.strings("var/" + name) }
            let (codes, categories) = try document.categorical("var/" + name)
            return codes.map { $0 < 0 ? "" : categories[$0] }
        }
        symbols = try texts("symbol")
        chromosomes = try texts("chromosome")
        biotypes = try texts("biotype")
        analysed =
            columns.contains("analysed")
            ? try document.bools("var/analysed").enumerated().filter(\.element).map(\.offset) : []
    }

    /// What a person calls a gene: its symbol, or its id where it has none.
    package func label(_ gene: Int) -> String {
        symbols.isEmpty || symbols[gene].isEmpty ? ids[gene] : symbols[gene]
    }
}
