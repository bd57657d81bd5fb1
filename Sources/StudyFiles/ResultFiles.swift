import AnalysisPipeline
import struct DifferentialExpression.AnalysisSettings
import ContentDigest
import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import RunStore
import Synchronization

/// The files of a folder, each with what writes it.
private struct FilesToWrite {
    let folder: String
    private var names: [String] = []
    private var writing = ConcurrentWriting()

    init(folder: String) { self.folder = folder }

    /// Adds a file. The largest should come first.
    ///
    /// - Parameter write: Gets the file's path.
    mutating func add(_ name: String, write: @escaping @Sendable (String) throws -> Void) {
        names.append(name)
        let path = folder + "/" + name
        writing.add { try write(path) }
    }

    /// Returns what was written, by name.
    func write(threads: Int) throws -> [WrittenResults.File] {
        try writing.run(threads: threads)
        return try names.sorted().map { try WrittenResults.File($0, in: folder) }
    }
}

/// The GSEA folder's files, if one was asked for: what it shows is in the results, and they are not lost with it.
private struct GSEAFiles {
    /// Relative to the run's folder.
    private(set) var names: [String] = []
    private(set) var warnings: [String] = []

    init(of results: StudyResults, in folder: String) {
        guard let enrichment = results.enrichment, results.inputs.writesGSEAFolder else { return }
        do {
            names = try GSEAFolder(enrichment, of: results.inputs).write(to: folder + "/gsea").map { "gsea/" + $0 }
        } catch {
            warnings = [
                "the GSEA folder is not complete (\(error)); the other results are, and the same command adds it"
            ]
        }
    }
}

/// Writes everything a finished run leaves, besides `run.json`.
package enum ResultFiles {
    /// The configuration as the store has it.
    package static func text(of configuration: StudyConfiguration) throws -> String {
        try ResultStore.canonicalJSON(configuration)
    }

    /// What tells two runs apart, but for the number of permutations.
    package static func digest(of configuration: StudyConfiguration) throws -> SHA256Digest {
        SHA256Digest(of: try ResultStore.canonicalJSON(configuration.extensible))
    }

    /// Writes the tables and the store.
    ///
    /// Every file is complete under its name, or not there: writing again after
    /// an interruption replaces what was left.
    ///
    /// - Parameters:
    ///   - counts: The run's count matrix on its way into the store.
    ///   - threads: How many files are written at a time; they are the same for any number.
    package static func write(
        _ results: StudyResults, counts: PreparedCounts, to folder: String, threads: Int
    ) throws -> WrittenResults {
        try makeFolder(folder)
        let store = Mutex<(identity: SHA256Digest, extras: GSEAFiles)?>(nil)
        var files = FilesToWrite(folder: folder)
        // The store takes longest, and uses up the null scores that the folder shows.
        files.add(WrittenResults.storeName) { path in
            let extras = GSEAFiles(of: results, in: folder)
            let identity = try ResultStore.document(results, counts: counts.finished()).write(to: path)
            store.withLock { $0 = (identity, extras) }
        }
        let spread = GeneSpread.allGenes(results)
        if let counts = results.inputs.counts, !results.sizeFactors.isEmpty {
            files.add("size_factors.tsv") { path in
                try TableWriter.write(
                    [
                        TableColumn("sample", .strings(counts.sampleNames)),
                        TableColumn("sizeFactor", .doubles(results.sizeFactors)),
                    ], to: path)
            }
        }
        if let transform = AnalysisSettings.Transform(of: results) {
            files.add(transform.fileName) { path in
                try writeMatrix(results.transformedCounts, of: results, to: path)
            }
        }
        for table in results.fragmentTables {
            files.add(table.fileName) { path in
                try writeMatrix(results.values(of: table), of: results, to: path)
            }
        }
        for analysis in results.analyses {
            try add(analysis, of: results, spread: spread, to: &files)
        }
        let nulls = EmpiricalNulls(results)
        if !nulls.entries.isEmpty {
            files.add("empirical_null.tsv") { try TableWriter.write(nulls.columns, to: $0) }
        }
        if let enrichment = results.enrichment {
            files.add("gene_sets.tsv") { try write(ResultColumn.geneSets(enrichment), to: $0) }
            let settings = results.inputs.configuration.geneSets ?? .init()
            for table in EnrichmentTables(enrichment, settings: settings).tables {
                files.add(table.name) { try TableWriter.write(table.columns(), to: $0) }
            }
        }
        if results.analyses.contains(where: { !$0.input.name.isEmpty }) {
            files.add("summary.tsv") { try TableWriter.write(StudySummary(results).columns, to: $0) }
        }
        let written = try files.write(threads: threads)
        guard let (identity, extras) = store.withLock({ $0 }) else { preconditionFailure("the store was not written") }
        let folderFiles = try extras.names.sorted().map { try WrittenResults.File($0, in: folder) }
        return WrittenResults(identity: identity, files: written + folderFiles, warnings: extras.warnings)
    }

    private static func add(
        _ analysis: AnalysisResults, of results: StudyResults, spread: GeneSpread, to files: inout FilesToWrite
    ) throws {
        let place = analysis.input.name.isEmpty ? "" : analysis.input.name + "/"
        try makeFolder(files.folder + "/" + place)
        let inputs = results.inputs
        let genes = ResultColumn("gene_id", .texts(inputs.counts?.geneIDs ?? []), "gene")
        files.add(place + "genes.tsv") { path in
            try write([genes] + ResultColumn.intermediates(of: analysis, spread: spread), to: path)
        }
        let names = analysis.tests.map(\.name)
        func fileNames(_ stem: String, _ ending: String, hasOne: Bool) -> [String] {
            // One test a study's analysis; with several, each has its own files.
            hasOne ? [stem + ending] : FileNames.names(for: names, prefix: stem + ".", suffix: ending)
        }
        let isOne = names.count == 1
        let tables = fileNames("results", ".tsv", hasOne: false)
        let setTables = fileNames("gene_sets", ".tsv", hasOne: isOne)
        let rankings = fileNames("ranks", ".rnk", hasOne: isOne)
        for (index, test) in analysis.tests.enumerated() {
            files.add(place + tables[index]) { path in
                let columns = ResultColumn.results(of: test, in: analysis, inputs: inputs, spread: spread)
                try write([genes] + ResultColumn.annotation(of: inputs) + columns, to: path)
            }
            if let enrichment = test.enrichment {
                files.add(place + setTables[index]) { path in
                    try write(ResultColumn.geneSets(enrichment), to: path)
                }
            }
            if let metric = results.rankingMetric {
                files.add(place + rankings[index]) { path in
                    try RankedListFile.write(
                        results.rankedList(of: test, by: metric), remark: metric.remark, to: path)
                }
            }
        }
        files.add(place + "model_matrix.tsv") { path in
            try write(modelMatrix(analysis, samples: inputs.counts?.sampleNames ?? []), to: path)
        }
    }

    /// One row per analysed gene, one column per sample.
    private static func writeMatrix(_ values: [Double], of results: StudyResults, to path: String) throws {
        guard let counts = results.inputs.counts else { return }
        var writer = try RowWriter(path: path, compressionLevel: 6)
        try writer.append(header: ["gene_id"] + counts.sampleNames)
        for (row, gene) in results.analysedGenes.enumerated() {
            writer.text.append(field: counts.geneIDs[gene])
            for sample in 0..<counts.sampleCount {
                writer.text.append(byte: UInt8(ascii: "\t"))
                writer.text.append(values[row * counts.sampleCount + sample])
            }
            try writer.endRow()
        }
        try writer.finish()
    }

    private static func modelMatrix(_ analysis: AnalysisResults, samples: [String]) -> [ResultColumn] {
        let design = analysis.input.design
        return [ResultColumn("sample", .texts(samples), "sample")]
            + design.columnNames.enumerated().map { column, name in
                ResultColumn(name, .doubles(samples.indices.map { design[$0, column] }), "coefficient's column")
            }.uniquelyNamed(besides: ["sample"])
    }

    private static func write(_ columns: [ResultColumn], to path: String) throws {
        try TableWriter.write(columns.map(\.tableColumn), to: path)
    }

    private static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
}

extension StudyResults {
    /// What the lists of a model's tests are ranked by; nil where nobody asks for them.
    fileprivate var rankingMetric: RankingMetric? {
        guard case .metric(let metric)? = inputs.configuration.geneSets?.ranking else { return inputs.files.ranking }
        return metric
    }

    /// The list that gene sets are tested for, or would be.
    fileprivate func rankedList(of test: TestResults, by metric: RankingMetric) -> RankedGeneList {
        if let enrichment = test.enrichment {
            return RankedGeneList(genes: enrichment.rankedGenes, scores: enrichment.rankedScores)
        }
        let names = inputs.counts?.rankedNames(of: analysedGenes, annotation: inputs.annotation) ?? []
        return metric.rankedList(of: test.table, names: names)
    }
}

extension ResultColumn {
    /// The column as the table writer takes it: missing values of any type become `NA`.
    var tableColumn: TableColumn {
        switch values {
        case .doubles(let values): TableColumn(name, .doubles(values))
        case .computed(let count, let prepare): TableColumn(name, .computed(count: count, prepare()))
        case .integers(let values): TableColumn(name, .doubles(values.map { $0.map(Double.init) ?? .nan }))
        case .logicals(let values): TableColumn(name, .booleans(values))
        case .texts(let values): TableColumn(name, .strings(values))
        }
    }
}
