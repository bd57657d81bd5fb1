import ContentDigest
import Deflate
import ExpressionFormats
import Foundation
import ReadsToCounts

/// The files of a run of counting.
package enum CountFiles {
    /// A file, as `run.json` lists it.
    package struct Written: Codable, Equatable, Sendable {
        package var name: String
        package var bytes: Int
        package var sha256: String
    }

    package struct Outcome: Sendable {
        /// Of the counts with the names of genes and samples, before compression.
        package var identity: SHA256Digest
        package var files: [Written]
        package var quality: QualityTable
    }

    /// Writes everything but the record.
    ///
    /// - Throws: `TaskRefusal` where a step's files were taken away meanwhile.
    package static func write(_ results: CountResults, store: StepStore, to folder: String) throws -> Outcome {
        let genes = try genes(of: results, store: store)
        for (sample, counted) in zip(results.samples.map(\.quality.sample), results.samples)
        where counted.counts.count != genes.genes.count {
            throw TaskRefusal(
                "sample \(sample) has counts of another annotation; remove \(store.folder) and start again")
        }
        let names = results.samples.map(\.quality.sample)
        let table = TableWriter.bytes(
            [TableColumn("gene_id", .strings(genes.genes))]
                + results.samples.enumerated().map { TableColumn(names[$0], .integers($1.counts)) })
        let lengths = TableWriter.bytes([
            TableColumn("gene_id", .strings(genes.genes)), TableColumn("length", .integers(genes.lengths)),
        ])
        let quality = QualityTable(results.samples.map(\.quality), strandedness: results.strandedness)
        var files: [Written] = []
        for (name, content) in [
            ("counts.tsv.gz", Deflate.compress(table, format: .gzip)), ("gene_lengths.tsv", lengths),
            ("quality.tsv", quality.bytes),
        ] {
            try AtomicFile.write(content, to: folder + "/" + name)
            files.append(
                Written(name: name, bytes: content.count, sha256: SHA256Digest(of: content).description))
        }
        try linkLogs(of: results, store: store, in: folder)
        return Outcome(identity: SHA256Digest(of: table), files: files, quality: quality)
    }

    /// Genes and lengths, which are the same in every sample's table.
    private static func genes(of results: CountResults, store: StepStore) throws -> FeatureCountsTable {
        let key = results.samples[0].countKey
        let name = results.samples[0].quality.sample + ".featureCounts.txt"
        guard let data = FileManager.default.contents(atPath: store.path(key, name)) else {
            throw TaskRefusal("\(store.path(key, name)) was removed meanwhile; the same command makes it again")
        }
        do {
            return try FeatureCountsTable([UInt8](data))
        } catch {
            throw TaskRefusal("\(store.path(key, name)): \(error)")
        }
    }

    /// `logs/SAMPLE/` and, where alignments are kept, `bam/`: links to the files of the steps, so that they are not there twice.
    private static func linkLogs(of results: CountResults, store: StepStore, in folder: String) throws {
        let manager = FileManager.default
        for name in ["logs", "bam"] { try? manager.removeItem(atPath: folder + "/" + name) }
        for sample in results.samples {
            for (_, key) in sample.keys.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                for file in try store.files(key) {
                    let place = file.hasSuffix(".bam") ? folder + "/bam" : folder + "/logs/" + sample.quality.sample
                    try manager.createDirectory(atPath: place, withIntermediateDirectories: true)
                    do {
                        try manager.linkItem(atPath: store.path(key, file), toPath: place + "/" + file)
                    } catch {
                        // Some network file systems have no links.
                        try manager.copyItem(atPath: store.path(key, file), toPath: place + "/" + file)
                    }
                }
            }
        }
    }
}
