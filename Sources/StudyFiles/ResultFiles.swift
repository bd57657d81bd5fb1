import AnalysisPipeline
import ContentDigest
import ExpressionData
import ExpressionFormats
import Foundation
import RunStore
import Synchronization

/// Writes everything a finished run leaves, besides `run.json`.
package enum ResultFiles {
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
    /// - Returns: The identity of the results.
    package static func write(
        _ results: StudyResults, counts: PreparedCounts, to folder: String, threads: Int
    ) throws -> SHA256Digest {
        try makeFolder(folder)
        let identity = Mutex<SHA256Digest?>(nil)
        var files = ConcurrentWriting()
        // The store takes longest, and uses up the null scores that the folder shows.
        files.add {
            if let enrichment = results.enrichment, results.inputs.writesGSEAFolder {
                try GSEAFolder(enrichment, of: results.inputs).write(to: folder + "/gsea")
            }
            let written = try ResultStore.document(results, counts: counts.finished()).write(to: folder + "/modicum.h5")
            identity.withLock { $0 = written }
        }
        let spread = GeneSpread.allGenes(results)
        if let counts = results.inputs.counts, !results.sizeFactors.isEmpty {
            files.add {
                try TableWriter.write(
                    [
                        TableColumn("sample", .strings(counts.sampleNames)),
                        TableColumn("sizeFactor", .doubles(results.sizeFactors)),
                    ], to: folder + "/size_factors.tsv")
            }
        }
        if let transform = results.inputs.configuration.differentialExpression?.transform,
            !results.transformedCounts.isEmpty
        {
            files.add { try writeTransformed(results, to: folder + "/\(transform).tsv.gz") }
        }
        for analysis in results.analyses {
            try add(analysis, of: results, spread: spread, in: folder, to: &files)
        }
        if let enrichment = results.enrichment {
            files.add { try write(ResultColumn.geneSets(enrichment), to: folder + "/gene_sets.tsv") }
            let settings = results.inputs.configuration.geneSets ?? .init()
            files.add { try EnrichmentTables(enrichment, settings: settings).write(to: folder) }
        }
        if results.analyses.contains(where: { !$0.input.name.isEmpty }) {
            files.add { try TableWriter.write(StudySummary(results).columns, to: folder + "/summary.tsv") }
        }
        try files.run(threads: threads)
        guard let identity = identity.withLock({ $0 }) else { preconditionFailure("the store was not written") }
        return identity
    }

    private static func add(
        _ analysis: AnalysisResults, of results: StudyResults, spread: GeneSpread, in folder: String,
        to files: inout ConcurrentWriting
    ) throws {
        let name = analysis.input.name
        let place = name.isEmpty ? folder : folder + "/" + name
        try makeFolder(place)
        let inputs = results.inputs
        let genes = ResultColumn("gene_id", .texts(inputs.counts?.geneIDs ?? []), "gene")
        files.add {
            try write([genes] + ResultColumn.intermediates(of: analysis, spread: spread), to: place + "/genes.tsv")
        }
        for test in analysis.tests {
            files.add {
                let columns = ResultColumn.results(of: test, in: analysis, inputs: inputs, spread: spread)
                try write(
                    [genes] + ResultColumn.annotation(of: inputs) + columns,
                    to: place + "/results.\(fileName(test.name)).tsv")
            }
            if let enrichment = test.enrichment {
                // One test a study's analysis; with several, each has its own files.
                let suffix = analysis.tests.count > 1 ? "." + fileName(test.name) : ""
                files.add {
                    try write(ResultColumn.geneSets(enrichment), to: place + "/gene_sets\(suffix).tsv")
                    try RankedListFile.write(
                        RankedGeneList(genes: enrichment.rankedGenes, scores: enrichment.rankedScores),
                        to: place + "/ranks\(suffix).rnk")
                }
            }
        }
        files.add {
            try write(
                modelMatrix(analysis, samples: inputs.counts?.sampleNames ?? []), to: place + "/model_matrix.tsv")
        }
    }

    /// One row per analysed gene, one column per sample.
    private static func writeTransformed(_ results: StudyResults, to path: String) throws {
        guard let counts = results.inputs.counts else { return }
        var writer = try RowWriter(path: path, compressionLevel: 6)
        try writer.append(header: ["gene_id"] + counts.sampleNames)
        for (row, gene) in results.analysedGenes.enumerated() {
            writer.text.append(field: counts.geneIDs[gene])
            for sample in 0..<counts.sampleCount {
                writer.text.append(byte: UInt8(ascii: "\t"))
                writer.text.append(results.transformedCounts[row * counts.sampleCount + sample])
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
            }
    }

    private static func write(_ columns: [ResultColumn], to path: String) throws {
        try TableWriter.write(columns.map(\.tableColumn), to: path)
    }

    private static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A test's name as part of a file's name.
    private static func fileName(_ name: String) -> String {
        name.replacing("/", with: "_")
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
