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

/// The store of a finished study against what was computed, and against what its columns say of themselves.
@Suite("The store of a finished study, read back")
struct ReadBackStoreTests {
    private func stored(_ inputs: StudyInputs) throws -> (StudyResults, RunDocument) {
        let results = try WrittenExample.played(inputs)
        let path = FileManager.default.temporaryDirectory.path + "/modicum-store-\(UUID().uuidString).h5"
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try ResultStore.document(results, counts: nil).write(to: path)
        return (results, try RunDocument.read(from: path))
    }

    /// A study of three exposures whose samples are permuted together, in 8 samples.
    private func family() throws -> StudyInputs {
        let text = """
            modicum: 1
            counts: c.tsv
            samples: three.tsv
            exposures: [group, dose, age]
            gene-sets: {files: sets.gmt, min-size: 3, permute: samples, permutations: 40}
            dispersion-trend: mean
            """
        var files = WrittenExample.files
        let doses = [0.5, -1, 0.25, 0.75, 1.5, 2, 1.25, 3]
        let ages = [31.0, 28, 55, 47, 62, 39, 44, 30]
        files["three.tsv"] =
            "sample\tgroup\tdose\tage\n"
            + (0..<8).map { "s\($0)\t\($0 < 4 ? "control" : "treated")\t\(doses[$0])\t\(ages[$0])\n" }.joined()
        return try StudyRequest(name: "study.yaml", text: text).load { [files] in
            try InputFile(name: $0, text: #require(files[$0]))
        }
    }

    @Test("The configuration that the store has is that of the run, by the text that makes its identity")
    func configuration() throws {
        let (results, document) = try stored(WrittenExample.inputs())
        let text = try document.configuration()
        #expect(try text == ResultFiles.text(of: results.inputs.configuration))
        let read = try JSONDecoder().decode(StudyConfiguration.self, from: Data(text.utf8))
        #expect(read == results.inputs.configuration)
        #expect(try ResultFiles.digest(of: read) == ResultFiles.digest(of: results.inputs.configuration))
        var longer = read
        longer.geneSets?.permutations = 5_000
        #expect(try ResultFiles.digest(of: longer) == ResultFiles.digest(of: read))
        longer.geneSets?.seed = 1
        #expect(try ResultFiles.digest(of: longer) != ResultFiles.digest(of: read))
    }

    @Test("Two runs of the same study have one identity, and other results another")
    func identity() throws {
        let (_, one) = try stored(WrittenExample.inputs())
        let (_, same) = try stored(WrittenExample.inputs())
        let (_, other) = try stored(WrittenExample.inputs { $0.options.model.alpha = 0.05 })
        #expect(one.identity == same.identity && one.identity != other.identity)
    }

    @Test("What the columns of fits say of themselves is what the store says of them, unit by unit")
    func attributes() throws {
        let (results, document) = try stored(WrittenExample.inputs { $0.geneSets = nil })
        func expectColumns<Fits: GeneColumns>(of fits: Fits) throws {
            for column in Fits.columns {
                let path = "uns/analyses/de/genes/" + column.name
                guard let entry = column.entry else { continue }
                let attributes = try #require(document[path]?.attributes, "\(path)")
                #expect(attributes["definition"] == .string(entry.meaning), "\(path)")
                #expect(attributes["units"] == (entry.unit == .none ? nil : .string(entry.unit.rawValue)), "\(path)")
                if case .doubles(let values) = column.values {
                    #expect(
                        try document.doubles(path).map(\.bitPattern) == fits[keyPath: values].map(\.bitPattern),
                        "\(path)")
                }
            }
        }
        try expectColumns(of: results.analyses[0].geneWise)
        try expectColumns(of: results.analyses[0].fits)
    }

    @Test("What the columns of gene sets say of themselves is what the store says of them")
    func attributesOfSets() throws {
        let (results, document) = try stored(WrittenExample.inputs())
        let enrichment = try #require(results.analyses[0].tests[0].enrichment)
        for column in GeneSetResults.columns where column.isStoredAsColumn && column.presence == .always {
            let path = "uns/analyses/de/gene_sets/" + column.name
            let attributes = try #require(
                document[path]?.attributes ?? document.attributes(ofGroup: path), "\(path)")
            #expect(attributes["definition"] == .string(column.meaning(enrichment.nullOrigin)), "\(path)")
            #expect(attributes["units"] == (column.unit == .none ? nil : .string(column.unit.rawValue)), "\(path)")
        }
        let edges = try document.lists("uns/analyses/de/leading_edges")
        #expect(edges == enrichment.table.leadingEdges)
    }

    @Test("Layers beside the counts have the counts' order, and nothing for genes that were left out")
    func layers() throws {
        var inputs = try WrittenExample.inputs {
            $0.geneSets = nil
            $0.options.model.transform = .varianceStabilization
        }
        inputs.exclusions = WrittenExample.genes.indices.map { $0 == 4 ? "low-counts" : nil }
        inputs.observationWeights = (0..<120 * 8).map { $0 % 9 == 0 ? 0.5 : 1 }
        let (results, document) = try stored(inputs)
        let layer = try document.doubles("layers/vst")
        #expect(layer.count == 120 * 8)
        for (row, gene) in results.analysedGenes.enumerated() {
            for sample in 0..<8 {
                #expect(
                    layer[sample * 120 + gene].bitPattern == results.transformedCounts[row * 8 + sample].bitPattern)
            }
        }
        #expect((0..<8).allSatisfy { layer[$0 * 120 + 4].isNaN })
        let weights = try document.doubles("layers/observation_weights")
        for gene in 0..<120 {
            let row = (0..<8).map { sample in weights[sample * 120 + gene] }
            #expect(row == Array(inputs.observationWeights[gene * 8..<gene * 8 + 8]))
        }
    }

    @Test("What shuffles that all exposures share say is in the store, row by row, and in the tables beside it")
    func familyTables() throws {
        let inputs = try family()
        let folder = FileManager.default.temporaryDirectory.path + "/modicum-family-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let results = try WrittenExample.played(inputs)
        let outcome = try #require(results.family)
        let files = try ResultFiles.write(results, counts: PreparedCounts(of: inputs), to: folder, threads: 1)
        let document = try RunDocument.read(from: folder + "/" + WrittenResults.storeName)
        let analyses = outcome.members.flatMap { member in member.geneIDs.map { _ in member.analysis } }
        let genes = try ReadTable(path: folder + "/family.genes.tsv")
        #expect(try genes.texts("analysis") == analyses)
        #expect(try genes.doubles("fwerFamily") == outcome.members.flatMap(\.geneFamilyWise))
        #expect(try document.strings("uns/permutation_family/genes/gene_id") == outcome.members.flatMap(\.geneIDs))
        let sets = try ReadTable(path: folder + "/family.gene_sets.tsv")
        #expect(try sets.texts("name") == outcome.members.flatMap(\.setNames))
        #expect(
            try document.doubles("uns/permutation_family/gene_sets/NES") == outcome.members.flatMap(\.normalizedScores))
        let overlaps = try ReadTable(path: folder + "/overlaps.tsv")
        #expect(overlaps.rows.count == outcome.overlaps.count)
        #expect(try overlaps.doubles("pvalue") == outcome.overlaps.map(\.result.pValue))
        #expect(try Set(overlaps.texts("null")) == ["joint", "conditional"])
        for row in overlaps.rows.indices {
            let isJoint = try overlaps.texts("null")[row] == "joint"
            #expect(try overlaps.texts("kept")[row].isEmpty == isJoint)
        }
        // Each analysis has its folder, and the study a summary of them.
        let summary = try ReadTable(path: folder + "/summary.tsv")
        #expect(try summary.texts("analysis") == results.analyses.map(\.input.name))
        for (row, analysis) in results.analyses.enumerated() {
            #expect(files.files.map(\.name).contains(analysis.input.name + "/gene_sets.tsv"))
            let padj = analysis.tests[0].table.adjustedPValues
            #expect(try summary.doubles("genes_padj_below_0.05")[row] == Double(padj.count { $0 < 0.05 }))
        }
        #expect(
            try StoredGeneSets.all(in: document, configuration: inputs.configuration).map(\.name)
                == results.analyses.map(\.input.name))
    }

    @Test("Stored gene sets that are not those of the collection are refused")
    func foreignSets() throws {
        let (results, document) = try stored(WrittenExample.inputs())
        var other = results.inputs.configuration
        other.geneSets?.minSize = 13
        #expect(throws: RunStoreError.self) { try StoredGeneSets.all(in: document, configuration: other) }
        let without = document.without { $0.hasPrefix("uns/analyses/de/gene_sets") }
        #expect(try StoredGeneSets.all(in: without, configuration: results.inputs.configuration).isEmpty)
    }

    @Test("A folder as the GSEA desktop leaves it is among the files that are told, and whole")
    func gseaFolder() throws {
        var inputs = try WrittenExample.inputs()
        inputs.writesGSEAFolder = true
        inputs.geneSets = inputs.geneSets.map {
            GeneSet(name: "=" + $0.name, description: $0.description, source: $0.source, genes: $0.genes)
        }
        let folder = FileManager.default.temporaryDirectory.path + "/modicum-gsea-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let results = try WrittenExample.played(inputs)
        let written = try ResultFiles.write(results, counts: PreparedCounts(of: inputs), to: folder, threads: 1)
        #expect(written.warnings.isEmpty)
        let own = written.files.filter { $0.name.hasPrefix("gsea/") }
        #expect(!own.isEmpty)
        for file in own { #expect(try file.hasContent(at: folder + "/" + file.name), "\(file.name)") }
        #expect(!ResultFiles.areWanting(inputs, in: folder, besides: inputs.files))
        // A spreadsheet would carry a name out that begins with `=`.
        let reports = own.filter { $0.name.contains("gsea_report_for") && $0.name.hasSuffix(".tsv") }
        #expect(reports.count == 2)
        let names = try reports.flatMap { try ReadTable(path: folder + "/" + $0.name).texts("NAME") }
        #expect(names.sorted() == inputs.geneSets.map { "'" + $0.name }.sorted(), "\(names)")
    }
}
