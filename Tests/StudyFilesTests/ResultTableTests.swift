import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import RunStore
import SamplePermutation
import StudyFiles
import Testing

import StudyOutput

/// What a study leaves, from the texts of its inputs to its files, in one process.
@Suite("Tables and store of a finished study")
struct ResultTableTests {
    /// Expects the columns of a table to be in the store, with the same values and with what describes them.
    private func expect(_ columns: [ResultColumn], at place: String, in document: RunDocument) throws {
        #expect(try document.columnNames(ofTable: place) == columns.map(\.name))
        for column in columns {
            let path = place + "/" + column.name
            let attributes = try #require(document[path]?.attributes ?? document.attributes(ofGroup: path), "\(path)")
            #expect(attributes["definition"] == .string(column.definition))
            #expect(attributes["units"] == (column.unit == .none ? nil : .string(column.unit.rawValue)), "\(path)")
            switch column.values {
            case .doubles(let values):
                #expect(try document.doubles(path).map(\.bitPattern) == values.map(\.bitPattern), "\(path)")
            case .computed(let count, let prepare):
                let values = prepare()(0..<count)
                #expect(try document.doubles(path).map(\.bitPattern) == values.map(\.bitPattern), "\(path)")
            case .integers(let values): #expect(try document.int32s(path) == values.map { $0 ?? -1 }, "\(path)")
            case .logicals(let values):
                #expect(document[path]?.content == .int8s(values.map { $0.map { $0 ? 1 : 0 } ?? -1 }), "\(path)")
            case .texts(let values): #expect(try document.strings(path) == values, "\(path)")
            case .words(let values):
                let (codes, words) = try document.categorical(path)
                #expect(codes.map { $0 < 0 ? "" : words[$0] } == values, "\(path)")
            }
        }
    }

    @Test("Columns of genes are in the store with their meanings and units", arguments: [false, true])
    func genes(hasPrior: Bool) throws {
        let inputs = try WrittenExample.inputs {
            if hasPrior { $0.options.model.betaPrior = true } else { $0.options.model.shrink = .apeglm }
            $0.options.model.useT = hasPrior
        }
        let results = try WrittenExample.played(inputs)
        let document = try ResultStore.document(results, counts: nil)
        let spread = GeneSpread.analysedGenes(results)
        let analysis = try #require(results.analyses.first)
        let intermediates = ResultColumn.intermediates(of: analysis, spread: spread)
        try expect(intermediates, at: "uns/analyses/de/genes", in: document)
        // DESeq2's columns, in its order.
        #expect(
            intermediates.map(\.name).prefix(15) == [
                "baseMean", "baseVar", "allZero", "dispGeneEst", "dispGeneIter", "dispFit", "dispMAP", "dispIter",
                "dispOutlier", "dispersion", "replace", "maxCooks", "betaConv", "betaIter", "deviance",
            ])
        let table = ResultColumn.results(
            of: try #require(analysis.tests.first), in: analysis, inputs: inputs, spread: spread)
        try expect(table, at: "uns/analyses/de/results", in: document)
        #expect(table.suffix(4).map(\.name) == ["dispersion", "maxCooks", "betaConv", "reason"])
        try expect(ResultColumn.annotation(of: inputs), ofTable: "var", in: document)
    }

    /// Some of a table's columns.
    private func expect(_ columns: [ResultColumn], ofTable place: String, in document: RunDocument) throws {
        let names = try document.columnNames(ofTable: place)
        #expect(columns.allSatisfy { names.contains($0.name) })
    }

    @Test("A fit under a prior tells of itself in the place of the first fit")
    func priors() throws {
        let results = try WrittenExample.played(try WrittenExample.inputs { $0.options.model.betaPrior = true })
        let analysis = try #require(results.analyses.first)
        let columns = ResultColumn.intermediates(of: analysis, spread: .analysedGenes(results))
        let deviance = try #require(columns.first { $0.name == "deviance" })
        guard case .computed(let count, let prepare) = deviance.values else { return #expect(Bool(false)) }
        #expect(prepare()(0..<count) == analysis.priorFits?.deviance)
        #expect(analysis.priorFits?.deviance != analysis.fits.deviance)
    }

    @Test("Gene sets are read back from the store as they were", arguments: [false, true])
    func geneSets(permutesSamples: Bool) throws {
        let inputs = try permutesSamples ? WrittenExample.permutedSamples() : WrittenExample.inputs()
        let results = try WrittenExample.played(inputs)
        let document = try ResultStore.document(results, counts: nil)
        let enrichment = try #require(results.analyses.first?.tests.first?.enrichment)
        try expect(ResultColumn.storedGeneSets(enrichment), at: "uns/analyses/de/gene_sets", in: document)
        let stored = try StoredGeneSets.all(in: document, configuration: inputs.configuration)
        let read = try #require(stored.first).enrichment
        for column in GeneSetResults.columns {
            let own = column.shown(of: enrichment.table, in: enrichment)
            let found = column.shown(of: read.table, in: enrichment)
            #expect(own?.tableColumn.values.texts == found?.tableColumn.values.texts, "\(column.name)")
        }
        #expect(read.table.anytimePValue.isEmpty != permutesSamples)
    }

    @Test("Another statistic of the sets has its own score, and no running sum")
    func furtherStatistics() throws {
        let results = try WrittenExample.played(try WrittenExample.permutedSamples())
        let enrichment = try #require(results.analyses.first?.tests.first?.enrichment)
        let (statistic, sets) = try #require(enrichment.samples?.furtherSets.first)
        let columns = ResultColumn.furtherSets(sets, statistic, of: enrichment, fdrThreshold: 0.25)
        #expect(
            columns.map(\.name) == [
                "name", "source", "size_original", "size", "score", "NES", "pvalue", "pvalueLow", "pvalueHigh", "fdr",
                "fdrLow", "fdrHigh", "fwer", "padj", "settled", "reason", "pvalueAnytime", "pvalueGPD",
            ])
        guard case .doubles(let scores) = columns[4].values else { return #expect(Bool(false)) }
        #expect(scores == sets.map(\.score))
        #expect(columns[4].definition.contains("mean"))
        let document = try ResultStore.document(results, counts: nil)
        try expect(columns.filter { $0.name != "name" }, at: "uns/analyses/de/gene_sets_mean", in: document)
    }

    @Test("The files of a study are those that are told, and its text tables have the store's columns")
    func files() throws {
        let inputs = try WrittenExample.inputs()
        let results = try WrittenExample.played(inputs)
        let folder = FileManager.default.temporaryDirectory.path + "/modicum-tables-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let written = try ResultFiles.write(results, counts: PreparedCounts(of: inputs), to: folder, threads: 1)
        let document = try RunDocument.read(from: folder + "/" + WrittenResults.storeName)
        #expect(document.identity == written.identity)
        for file in written.files { #expect(try file.hasContent(at: folder + "/" + file.name), "\(file.name)") }
        let table = try String(contentsOfFile: folder + "/gene_sets.tsv", encoding: .utf8)
        let header = table.split(separator: "\n")[0].split(separator: "\t").map(String.init)
        #expect(header == GeneSetResults.columns.filter { $0.presence == .always }.map(\.name))
        #expect(table.split(separator: "\n").count == 4)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { !$0.contains("partial") })
    }
}
