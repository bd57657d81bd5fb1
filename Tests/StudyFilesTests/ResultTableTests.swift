import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import RunStore
import SamplePermutation
import Testing

@testable import StudyFiles

/// What a study leaves, from the texts of its inputs to its files, in one process.
@Suite("Tables and store of a finished study")
struct ResultTableTests {
    private static let genes = (0..<120).map { "gene\($0)" }

    private static let files: [String: String] = {
        let counts = genes.indices.map { gene in
            let row = (0..<8).map { sample in
                if (gene, sample) == (7, 6) { return "90000" }
                let level = 40 + gene * gene % 700
                let noise = (gene * 8 + sample) * 7919 % 101 - 50
                let effect = gene % 10 == 0 && sample >= 4 ? 3 : 1
                return "\(max(0, level * effect + level * noise / 160))"
            }
            return "gene\(gene)\t" + row.joined(separator: "\t") + "\n"
        }
        let sheet = (0..<8).map { "s\($0)\t\($0 < 4 ? "control" : "treated")\n" }
        let sets = [
            "first\t\t" + genes[..<12].joined(separator: "\t"), "last\t\t" + genes[105...].joined(separator: "\t"),
            "third\tevery third gene\t"
                + genes.indices.filter { $0 % 3 == 0 }.map { genes[$0] }.joined(separator: "\t"),
        ]
        return [
            "c.tsv": "gene_id\t" + (0..<8).map { "s\($0)" }.joined(separator: "\t") + "\n" + counts.joined(),
            "s.tsv": "sample\tgroup\n" + sheet.joined(),
            "a.tsv": "gene_id\tchromosome\tbiotype\ngene0\t1\tprotein_coding\ngene5\tX\t\n",
            "sets.gmt": sets.joined(separator: "\n") + "\n",
        ]
    }()

    private func inputs(_ change: (inout DifferentialExpressionRequest) -> Void = { _ in }) throws -> StudyInputs {
        var request = DifferentialExpressionRequest(counts: "c.tsv", samples: "s.tsv", design: "~ group")
        request.annotation = "a.tsv"
        request.options.model.dispersionTrend = .mean
        request.options.model.minReplicatesForReplace = LeastReplicates(stored: 3)!
        var settings = GeneSetSettings()
        settings.minSize = 3
        settings.permutations = 1000
        request.geneSets = RankedSetsRequest(
            files: ["sets.gmt"], settings: settings, ranking: .waldZ, settlingLimit: nil)
        change(&request)
        return try request.load { try InputFile(name: $0, text: #require(Self.files[$0])) }
    }

    private func played(_ inputs: StudyInputs) throws -> StudyResults {
        var player = StudyPlayer(inputs: inputs)
        return try player.play()
    }

    /// Every distinct shuffle would be more than these.
    private func permutedSamples() throws -> StudyInputs {
        var inputs = try inputs()
        inputs.configuration.geneSets?.ranking = .permutedScore
        inputs.configuration.geneSets?.permutations = 60
        var samples = SamplePermutationSettings()
        samples.setStatistics = SetStatistics(text: "ks,mean")!
        inputs.configuration.samplePermutation = samples
        return inputs
    }

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
        let inputs = try inputs {
            if hasPrior { $0.options.model.betaPrior = true } else { $0.options.model.shrink = .apeglm }
            $0.options.model.useT = hasPrior
        }
        let results = try played(inputs)
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
        let results = try played(try inputs { $0.options.model.betaPrior = true })
        let analysis = try #require(results.analyses.first)
        let columns = ResultColumn.intermediates(of: analysis, spread: .analysedGenes(results))
        let deviance = try #require(columns.first { $0.name == "deviance" })
        guard case .computed(let count, let prepare) = deviance.values else { return #expect(Bool(false)) }
        #expect(prepare()(0..<count) == analysis.priorFits?.deviance)
        #expect(analysis.priorFits?.deviance != analysis.fits.deviance)
    }

    @Test("Gene sets are read back from the store as they were", arguments: [false, true])
    func geneSets(permutesSamples: Bool) throws {
        let inputs = try permutesSamples ? permutedSamples() : inputs()
        let results = try played(inputs)
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
        let results = try played(try permutedSamples())
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
        let inputs = try inputs()
        let results = try played(inputs)
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
