import AnalysisPipeline
import DifferentialExpression
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import RunStore
import StudyFiles
import Testing

import StudyOutput

/// The files beside the tables of genes and gene sets, and what a later run reads back.
@Suite("Files of a finished study")
struct WrittenStudyTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/modicum-study-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func write(_ inputs: StudyInputs, to folder: String, threads: Int = 1) throws -> WrittenResults {
        try ResultFiles.write(
            try WrittenExample.played(inputs), counts: PreparedCounts(of: inputs), to: folder, threads: threads)
    }

    @Test("The files are the same bytes however many are written at a time", arguments: [false, true])
    func threads(permutesSamples: Bool) throws {
        let inputs = try permutesSamples ? WrittenExample.permutedSamples() : WrittenExample.inputs()
        try withFolder { one in
            try withFolder { many in
                let first = try write(inputs, to: one)
                let second = try write(inputs, to: many, threads: 4)
                #expect(first.identity == second.identity)
                #expect(first.files == second.files)
                #expect(first.files.map(\.name).contains("gene_statistics.tsv") == permutesSamples)
            }
        }
    }

    @Test("Writing again replaces what an interrupted command left under temporary names")
    func leftOvers() throws {
        try withFolder { folder in
            let inputs = try WrittenExample.inputs()
            let first = try write(inputs, to: folder)
            let partial = folder + "/genes.tsv" + AtomicFile.temporarySuffix
            try Data("half".utf8).write(to: URL(fileURLWithPath: partial))
            LeftOverFiles.remove(below: folder)
            #expect(!FileManager.default.fileExists(atPath: partial))
            let second = try write(inputs, to: folder)
            #expect(second.files == first.files)
        }
    }

    @Test("A file that was changed, or is of another record, is told by its digest")
    func digests() throws {
        try withFolder { folder in
            let written = try write(try WrittenExample.inputs(), to: folder)
            let table = try #require(written.files.first { $0.name == "gene_sets.tsv" })
            let path = folder + "/" + table.name
            #expect(try table.hasContent(at: path))
            var bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
            #expect(bytes.count == table.bytes)
            bytes[0] ^= 1
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            #expect(try !table.hasContent(at: path))
        }
    }

    @Test("The nulls that a later run goes on from are those of this one", arguments: [false, true])
    func priorNulls(permutesSamples: Bool) throws {
        let inputs = try permutesSamples ? WrittenExample.permutedSamples() : WrittenExample.inputs()
        try withFolder { folder in
            let results = try WrittenExample.played(inputs)
            _ = try ResultFiles.write(results, counts: PreparedCounts(of: inputs), to: folder, threads: 1)
            let priors = try PriorNulls.read(
                from: folder + "/" + WrittenResults.storeName, configuration: inputs.configuration)
            let enrichment = try #require(results.analyses.first?.tests.first?.enrichment)
            let prior = try #require(priors.first)
            #expect(prior.planDigest == enrichment.planDigest)
            switch (prior.null, enrichment.null) {
            case (.bySize(let read), .bySize(let own)): #expect(read.encoded() == own.encoded())
            case (.bySamples(let read, _), .bySamples(let own, _)): #expect(read.encoded() == own.encoded())
            default: Issue.record("the null is of another kind than the run's")
            }
        }
    }

    @Test("Tables for other programs hold the sets below the threshold, by descending NES")
    func enrichmentTables() throws {
        let inputs = try WrittenExample.inputs()
        let results = try WrittenExample.played(inputs)
        let enrichment = try #require(results.analyses.first?.tests.first?.enrichment)
        var settings = inputs.configuration.geneSets ?? .init()
        settings.fdrThreshold = 1.5
        let tables = EnrichmentTables(enrichment, settings: settings)
        let generic = tables.genericEnrichment
        #expect(generic.map(\.name) == ["Name", "Description", "p-value", "FDR", "Phenotype", "Genes"])
        #expect(generic[0].values.texts == ["first", "last", "third"])
        // A set without a description is told by its name.
        #expect(generic[1].values.texts == ["first", "last", "every third gene"])
        let edges = tables.leadingEdges
        #expect(edges.map(\.name) == ["name", "gene", "rankInGeneList", "score", "NES"])
        let scores = edges[4].values.texts.compactMap(Double.init)
        #expect(scores == scores.sorted(by: >) && !scores.isEmpty)
        let overlaps = tables.overlaps
        #expect(overlaps.count == 4)
        for (place, column) in overlaps.dropFirst().enumerated() {
            #expect(column.values.texts[place] == "1.0")
        }
        let independent = tables.independentSets
        #expect(independent.map(\.name) == ["name", "NES", "fdr", "independent", "redundantWith"])
        #expect(Set(independent[0].values.texts) == ["first", "last", "third"])
    }

    @Test("The summary counts genes and sets as the tables have them")
    func summary() throws {
        let inputs = try WrittenExample.inputs()
        let results = try WrittenExample.played(inputs)
        let row = try #require(StudySummary(results).rows.first)
        let table = try #require(results.analyses.first?.tests.first?.table)
        #expect(row.genesBelow05 == table.adjustedPValues.count { $0 < 0.05 })
        #expect(row.genesBelow10 >= row.genesBelow05)
        #expect(row.empiricalGenesBelow05 == nil && row.nullShare == nil)
        #expect(row.setsTested == 3)
        let columns = StudySummary(results).columns
        #expect(Set(columns.map(\.name)).count == columns.count)
        #expect(columns.allSatisfy { $0.values.texts.count == 1 })
    }
}
