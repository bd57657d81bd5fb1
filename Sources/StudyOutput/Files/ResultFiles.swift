import AnalysisPipeline
import struct DifferentialExpression.AnalysisSettings
import ContentDigest
import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import RunStore
import SamplePermutation
import StoredRuns
import Synchronization

/// The files of a folder, each with what writes it.
private struct FilesToWrite {
    let folder: String

    /// What the names of tables begin with.
    let prefix: String
    private var names: [String] = []
    private var writing = ConcurrentWriting()

    init(folder: String, prefix: String) {
        self.folder = folder
        self.prefix = prefix
    }

    /// Adds a file under its whole name. The largest should come first.
    ///
    /// - Parameter write: Gets the file's path.
    mutating func add(_ name: String, write: @escaping @Sendable (String) throws -> Void) {
        names.append(name)
        let path = folder + "/" + name
        writing.add { try write(path) }
    }

    /// Adds a table, whose name has the prefix.
    ///
    /// - Parameter place: Its folder with a slash; empty for the run's own.
    mutating func add(table name: String, in place: String = "", write: @escaping @Sendable (String) throws -> Void) {
        add(place + prefix + name, write: write)
    }

    /// Returns what was written, by name.
    func write(threads: Int) throws -> [WrittenResults.File] {
        try writing.run(threads: threads)
        return try names.sorted().map { try WrittenResults.File($0, in: folder) }
    }
}

/// The GSEA folders' files, if such were asked for: what they show is in the results, and they are not lost with it.
private struct GSEAFiles {
    /// Relative to the run's folder.
    private(set) var names: [String] = []
    private(set) var warnings: [String] = []

    init(of results: StudyResults, in folder: String) {
        guard results.inputs.writesGSEAFolder else { return }
        let lists =
            results.enrichment.map { [$0] } ?? results.analyses.flatMap { $0.tests.compactMap(\.enrichment) }
        for (place, enrichment) in zip(ResultFiles.gseaFolders(of: results.inputs), lists) {
            do {
                names += try GSEAFolder(enrichment, of: results.inputs, listName: place.listName)
                    .write(to: folder + "/" + place.path).map { place.path + "/" + $0 }
            } catch {
                let reason = SystemProblem.sentence(for: error) ?? "\(error)"
                warnings.append(
                    "the GSEA folder \(place.path) is not complete: \(reason) The other results are complete, and the same "
                        + "command adds it.")
            }
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
        var files = FilesToWrite(folder: folder, prefix: results.inputs.files.prefix)
        // The store takes longest, and uses up the null scores that the folder shows.
        files.add(WrittenResults.storeName) { path in
            let extras = GSEAFiles(of: results, in: folder)
            let identity = try ResultStore.document(results, counts: counts.finished()).write(to: path)
            store.withLock { $0 = (identity, extras) }
        }
        let spread = GeneSpread.allGenes(results)
        if let counts = results.inputs.counts, !results.sizeFactors.isEmpty {
            files.add(table: "size_factors.tsv") { path in
                try TableWriter.write(
                    [
                        TableColumn("sample", .strings(counts.sampleNames)),
                        TableColumn("sizeFactor", .doubles(results.sizeFactors)),
                    ], to: path)
            }
        }
        if let transform = AnalysisSettings.Transform(of: results) {
            files.add(table: transform.fileName) { path in
                try writeMatrix(results.transformedCounts, of: results, to: path)
            }
        }
        for table in results.fragmentTables {
            files.add(table: table.fileName) { path in
                try writeMatrix(results.values(of: table), of: results, to: path)
            }
        }
        for analysis in results.analyses {
            try add(analysis, of: results, spread: spread, to: &files)
        }
        let nulls = EmpiricalNulls(results)
        if !nulls.entries.isEmpty {
            files.add(table: "empirical_null.tsv") { try TableWriter.write(nulls.columns, to: $0) }
        }
        if let enrichment = results.enrichment {
            let prefix = files.prefix
            add(enrichment.samples, of: enrichment, results.inputs, to: &files) { prefix + $0 + $1 }
            files.add(table: "gene_sets.tsv") { try write(ResultColumn.geneSets(enrichment), to: $0) }
            let settings = results.inputs.configuration.geneSets ?? .init()
            for table in EnrichmentTables(enrichment, settings: settings).tables {
                files.add(table: table.name) { try TableWriter.write(table.columns(), to: $0) }
            }
        }
        for table in FamilyTables(results)?.tables ?? [] {
            files.add(table: table.name) { try write(table.columns, to: $0) }
        }
        if results.analyses.contains(where: { !$0.input.name.isEmpty }) {
            files.add(table: "summary.tsv") { try TableWriter.write(StudySummary(results).columns, to: $0) }
        }
        let written = try files.write(threads: threads)
        guard let (identity, extras) = store.withLock({ $0 }) else { preconditionFailure("the store was not written") }
        let folderFiles = try extras.names.sorted().map { try WrittenResults.File($0, in: folder) }
        return WrittenResults(
            identity: identity, files: written + folderFiles, warnings: extras.warnings,
            schemeComparisons: schemeComparisons(of: results))
    }

    private static func schemeComparisons(of results: StudyResults) -> [String: String] {
        var words: [String: String] = [:]
        words["uns"] = results.enrichment?.samples?.comparison?.words
        for analysis in results.analyses {
            let base = AnalysisPlace.ofAnalysis(analysis.input.name)
            for test in analysis.tests {
                let place = AnalysisPlace.ofTest(test.name, in: base, of: analysis.tests.count)
                words[place] = test.enrichment?.samples?.comparison?.words
            }
        }
        return words
    }

    /// Where the GSEA folders of a run stand, relative to its own, and what their lists are called; nil: as the file that
    /// the list came from.
    static func gseaFolders(of inputs: StudyInputs) -> [(path: String, listName: String?)] {
        guard inputs.rankedList == nil else { return [("gsea", nil)] }
        if let run = inputs.exposureOfRun { return [("gsea", run.exposure.name)] }
        return inputs.analyses.flatMap { analysis in
            let place = analysis.name.isEmpty ? "" : analysis.name + "/"
            let names = FileNames.names(for: analysis.tests.map(\.name), prefix: "gsea.")
            return zip(analysis.tests, names).map { test, name in
                let isOne = analysis.tests.count == 1
                let parts = analysis.name.split(separator: "/").map(String.init) + (isOne ? [] : [test.name])
                return (place + (isOne ? "gsea" : name), parts.isEmpty ? "de" : parts.joined(separator: "."))
            }
        }
    }

    /// Whether a finished folder lacks files that are asked for now.
    ///
    /// Its store has all that they show, but for the null scores of permuted phenotypes, which are drawn again.
    ///
    /// - Parameter earlier: The files that the folder's run was asked for; nil where that is not known.
    package static func areWanting(_ inputs: StudyInputs, in folder: String, besides earlier: FileChoice?) -> Bool {
        if inputs.writesGSEAFolder,
            gseaFolders(of: inputs).contains(where: { !GSEAFolder.isComplete(folder + "/" + $0.path) })
        {
            return true
        }
        return earlier.map { inputs.files.asksForOthers(than: $0) } ?? false
    }

    private static func add(
        _ analysis: AnalysisResults, of results: StudyResults, spread: GeneSpread, to files: inout FilesToWrite
    ) throws {
        let place = analysis.input.name.isEmpty ? "" : analysis.input.name + "/"
        try makeFolder(files.folder + "/" + place)
        let inputs = results.inputs
        let genes = ResultColumn("gene_id", .texts(inputs.counts?.geneIDs ?? []), "gene")
        if inputs.files.details {
            files.add(table: "genes.tsv", in: place) { path in
                try write([genes] + ResultColumn.intermediates(of: analysis, spread: spread), to: path)
            }
        }
        let names = analysis.tests.map(\.name)
        let prefix = files.prefix
        func fileNames(_ stem: String, _ ending: String, hasOne: Bool, besides others: [String] = []) -> [String] {
            // One test a study's analysis; with several, each has its own files.
            hasOne
                ? [prefix + stem + ending]
                : FileNames.names(for: names, prefix: prefix + stem + ".", suffix: ending, besides: others)
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
            if results.hasRankedList(of: test) {
                files.add(place + rankings[index]) { path in try results.writeRankedList(of: test, to: path) }
            }
            guard let enrichment = test.enrichment else { continue }
            add(enrichment.samples, of: enrichment, inputs, to: &files) { stem, ending in
                // The sets of a test `x` by their means have no name that those of a test `x.mean` have.
                place + fileNames(stem, ending, hasOne: isOne, besides: setTables)[index]
            }
            guard !inputs.geneSets.isEmpty else { continue }
            files.add(place + setTables[index]) { path in
                try write(ResultColumn.geneSets(enrichment), to: path)
            }
            guard inputs.files.enrichmentTables else { continue }
            let settings = inputs.configuration.geneSets ?? .init()
            for table in EnrichmentTables(enrichment, settings: settings).tables {
                let (stem, ending) = (table.name as NSString).parts
                files.add(place + fileNames(stem, ending, hasOne: isOne)[index]) { path in
                    try TableWriter.write(table.columns(), to: path)
                }
            }
        }
        files.add(table: "model_matrix.tsv", in: place) { path in
            try write(modelMatrix(analysis, samples: inputs.counts?.sampleNames ?? []), to: path)
        }
    }

    /// Adds what permutations of samples say besides the table of gene sets.
    ///
    /// - Parameter name: The whole name of a table of the list, from what it is called and how it ends.
    private static func add(
        _ samples: SamplePermutationOutcome?, of enrichment: EnrichmentResults, _ inputs: StudyInputs,
        to files: inout FilesToWrite, name: (_ stem: String, _ ending: String) -> String
    ) {
        guard let samples else { return }
        files.add(name("gene_statistics", ".tsv")) { path in
            let genes = ResultColumn("gene_id", .texts(samples.geneIDs), "gene")
            try write([genes] + ResultColumn.geneStatistics(samples), to: path)
        }
        files.add(name("statistic_nulls", ".tsv")) { path in
            try write(StatisticNulls(samples).columns, to: path)
        }
        files.add(name("statistic_histogram", ".tsv")) { path in
            try write(StatisticNulls(samples).histogram, to: path)
        }
        let threshold = inputs.configuration.fdrThreshold
        for (statistic, sets) in samples.furtherSets {
            files.add(name("gene_sets", ".\(statistic.rawValue).tsv")) { path in
                try write(
                    ResultColumn.furtherSets(sets, statistic, of: enrichment, fdrThreshold: threshold), to: path)
            }
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

extension NSString {
    /// The name up to its ending, and the ending with its dot.
    fileprivate var parts: (stem: String, ending: String) { (deletingPathExtension, "." + pathExtension) }
}

extension StudyResults {
    fileprivate func hasRankedList(of test: TestResults) -> Bool {
        test.enrichment != nil || inputs.files.ranking != nil
    }

    /// Writes the list that gene sets are tested for, or would be, with what ranks it.
    fileprivate func writeRankedList(of test: TestResults, to path: String) throws {
        if let enrichment = test.enrichment {
            return try RankedListFile.write(
                RankedGeneList(genes: enrichment.rankedGenes, scores: enrichment.rankedScores),
                remark: inputs.configuration.geneSets?.ranking.remark, to: path)
        }
        guard let metric = inputs.files.ranking else { return }
        let names = inputs.counts?.rankedNames(of: analysedGenes, annotation: inputs.annotation) ?? []
        try RankedListFile.write(metric.rankedList(of: test.table, names: names), remark: metric.remark, to: path)
    }
}

extension Ranking {
    /// The line of a ranked list's file that says what its scores are.
    fileprivate var remark: String {
        switch self {
        case .metric(let metric): metric.remark
        case .permutedScore, .permutedWald: "\(name): the statistic of gene_statistics.tsv"
        case .phenotype, .file: name
        }
    }
}

extension ResultColumn {
    /// The column as the table writer takes it: missing values of any type become `NA`.
    package var tableColumn: TableColumn {
        switch values {
        case .doubles(let values): TableColumn(name, .doubles(values))
        case .computed(let count, let prepare): TableColumn(name, .computed(count: count, prepare()))
        case .integers(let values): TableColumn(name, .doubles(values.map { $0.map(Double.init) ?? .nan }))
        case .logicals(let values): TableColumn(name, .booleans(values))
        case .texts(let values), .words(let values): TableColumn(name, .strings(values))
        }
    }
}
