import AnalysisPipeline
import ContentDigest
import DifferentialExpression
import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import RunStore
import StudyFiles
import Testing

import StudyOutput

/// A finished study's folder, read as others read it.
@Suite("Tables of a finished study, read back")
struct WrittenTableTests {
    private func written(_ inputs: StudyInputs, _ body: (String, StudyResults, WrittenResults) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/modicum-read-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let results = try WrittenExample.played(inputs)
        let files = try ResultFiles.write(results, counts: PreparedCounts(of: inputs), to: folder, threads: 2)
        try body(folder, results, files)
    }

    /// Genes alone: what most of these tests look at.
    private func genesAlone(_ change: (inout DifferentialExpressionRequest) -> Void = { _ in }) throws -> StudyInputs {
        try WrittenExample.inputs {
            $0.geneSets = nil
            change(&$0)
        }
    }

    private func expectSame(_ read: [Double], _ computed: [Double], _ what: String) {
        // A missing number has many bit patterns, and is NA in a text.
        let bits = { (values: [Double]) in values.map { $0.isNaN ? 0 : $0.bitPattern } }
        #expect(bits(read) == bits(computed) && read.map(\.isNaN) == computed.map(\.isNaN), "\(what)")
    }

    /// Expects a table to have the columns that fits show, with their values.
    private func expectColumns<Fits: GeneColumns>(of fits: Fits, in table: ReadTable) throws {
        for column in Fits.columns where column.entry != nil {
            switch column.values {
            case .doubles(let path): expectSame(try table.doubles(column.name), fits[keyPath: path], column.name)
            case .integers(let path):
                for (text, value) in zip(try table.texts(column.name), fits[keyPath: path]) {
                    #expect(text == "NA" || Double(text) == Double(value), "\(column.name)")
                }
            case .booleans(let path):
                for (text, value) in zip(try table.texts(column.name), fits[keyPath: path]) {
                    #expect(text == "NA" || text == (value ? "TRUE" : "FALSE"), "\(column.name)")
                }
            }
        }
    }

    @Test("What the fits describe as columns is in genes.tsv as it was computed")
    func fits() throws {
        try written(genesAlone()) { folder, results, _ in
            let table = try ReadTable(path: folder + "/genes.tsv")
            let analysis = results.analyses[0]
            #expect(try table.texts("gene_id") == WrittenExample.genes)
            try expectColumns(of: analysis.geneWise, in: table)
            try expectColumns(of: analysis.fits, in: table)
            expectSame(try table.doubles("dispFit"), analysis.dispFit, "dispFit")
            #expect(Set(table.header).count == table.header.count)
            let slopes = analysis.fits.beta.indices.filter { $0 % 2 == 1 }.map { analysis.fits.beta[$0] }
            expectSame(try table.doubles("group_treated_vs_control"), slopes, "slopes")
        }
    }

    @Test("Tests are in the table of their name as they were computed, with what was asked for besides")
    func tests() throws {
        var inputs = try genesAlone {
            $0.options.model.shrink = .apeglm
            $0.options.model.empiricalNull = .fdrtool
        }
        // The example's own noise is too even for an empirical null.
        let samples = try #require(inputs.counts?.sampleNames)
        var state: UInt64 = 20
        let counts = (0..<120 * 8).map { _ in
            Int32(
                (0..<6).reduce(100) { sum, _ in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return sum + Int((state >> 33) % 30)
                })
        }
        inputs.counts = CountMatrix(geneIDs: WrittenExample.genes, sampleNames: samples, counts: counts)
        try written(inputs) { folder, results, _ in
            let table = try ReadTable(path: folder + "/results.group_treated_vs_control.tsv")
            let test = results.analyses[0].tests[0]
            let null = try #require(test.table.empiricalNull)
            let shrunken = try #require(test.shrunken)
            for (name, values) in [
                ("baseMean", test.table.baseMeans), ("log2FoldChange", test.table.log2FoldChanges),
                ("lfcSE", test.table.standardErrors), ("stat", test.table.statistics), ("pvalue", test.table.pValues),
                ("padj", test.table.adjustedPValues), ("pvalueEmpirical", null.pValues),
                ("padjEmpirical", null.adjustedPValues), ("lfdr", null.localFalseDiscoveryRates),
                ("log2FoldChangeShrunk", shrunken.log2FoldChange), ("lfcSEShrunk", shrunken.standardError),
                ("svalue", shrunken.sValue),
            ] {
                expectSame(try table.doubles(name), values, name)
            }
            #expect(try table.texts("reason") == test.table.reasons.map { $0?.rawValue ?? "" })
            let nulls = try ReadTable(path: folder + "/empirical_null.tsv")
            #expect(try nulls.doubles("sd") == [null.parameters.standardDeviation])
            #expect(try nulls.doubles("eta0") == [null.parameters.eta0])
            #expect(try nulls.texts("test") == ["group_treated_vs_control"])
        }
    }

    @Test("Genes that the filter leaves out have a row, with the reason and nothing else")
    func excluded() throws {
        var inputs = try genesAlone()
        inputs.exclusions = WrittenExample.genes.indices.map { $0 % 5 == 0 ? "low-counts" : nil }
        try written(inputs) { folder, results, _ in
            for name in ["genes.tsv", "results.group_treated_vs_control.tsv"] {
                let table = try ReadTable(path: folder + "/" + name)
                #expect(try table.texts("gene_id") == WrittenExample.genes)
                let means = try table.doubles("baseMean")
                #expect(means.indices.allSatisfy { means[$0].isNaN == ($0 % 5 == 0) }, "\(name)")
            }
            let table = try ReadTable(path: folder + "/results.group_treated_vs_control.tsv")
            let reasons = try table.texts("reason")
            #expect(reasons.indices.allSatisfy { (reasons[$0] == "low-counts") == ($0 % 5 == 0) })
            // The store has the analysed genes alone, and says so of all.
            let document = try RunDocument.read(from: folder + "/" + WrittenResults.storeName)
            #expect(
                try document.rowNames(ofTable: "uns/analyses/de/results")
                    == results.analysedGenes.map { WrittenExample.genes[$0] })
            #expect(try document.bools("var/analysed").count { !$0 } == 24)
        }
    }

    /// The example with other names of genes, in the counts and in the sets.
    private func renamed(_ name: (Int) -> String?, _ inputs: StudyInputs) throws -> StudyInputs {
        var inputs = inputs
        let counts = try #require(inputs.counts)
        let ids = counts.geneIDs.indices.map { name($0) ?? counts.geneIDs[$0] }
        inputs.counts = CountMatrix(geneIDs: ids, sampleNames: counts.sampleNames, counts: counts.counts)
        let renaming = Dictionary(uniqueKeysWithValues: zip(counts.geneIDs, ids))
        inputs.geneSets = inputs.geneSets.map {
            GeneSet(
                name: $0.name, description: $0.description, source: $0.source,
                genes: $0.genes.map { renaming[$0] ?? $0 })
        }
        inputs.annotation = []
        return inputs
    }

    private static let oddNames = [
        "tab\there", "\"quoted\"", "half\"quoted", "=cmd|' /C calc'!A0", "-1", "NA", "", "Ångström", "a,b", "MARCH1",
        "'", " leading", "trailing ", "NaN", "TRUE", "# comment",
    ]

    @Test("Whatever a gene is called, every table of genes has its name whole, in one row")
    func oddGenes() throws {
        let inputs = try renamed({ Self.oddNames.indices.contains($0) ? Self.oddNames[$0] : nil }, genesAlone())
        let ids = try #require(inputs.counts?.geneIDs)
        try written(inputs) { folder, _, _ in
            for name in ["genes.tsv", "results.group_treated_vs_control.tsv"] {
                #expect(try ReadTable(path: folder + "/" + name).texts("gene_id") == ids, "\(name)")
            }
            let document = try RunDocument.read(from: folder + "/" + WrittenResults.storeName)
            #expect(try document.rowNames(ofTable: "var") == ids)
        }
    }

    @Test("Whatever a gene set is called, it has its row, and is the same set when the store is read")
    func oddSets() throws {
        var inputs = try WrittenExample.inputs()
        let names = ["=cmd|' /C calc'!A0", "tab\there \"and\" quotes", "NA"]
        inputs.geneSets = zip(inputs.geneSets, names).map {
            GeneSet(name: $1, description: $0.description, source: $0.source, genes: $0.genes)
        }
        try written(inputs) { folder, results, _ in
            let table = try ReadTable(path: folder + "/gene_sets.tsv")
            #expect(try table.texts("name") == names)
            let document = try RunDocument.read(from: folder + "/" + WrittenResults.storeName)
            let stored = try StoredGeneSets.all(in: document, configuration: inputs.configuration)
            #expect(stored.map(\.name) == ["de"] && stored[0].enrichment.table.name == names)
            let computed = try #require(results.analyses[0].tests[0].enrichment)
            #expect(stored[0].enrichment.list.genes == computed.list.genes)
            #expect(stored[0].enrichment.planDigest == computed.planDigest)
            #expect(stored[0].enrichment.enrichments.map(\.value) == computed.enrichments.map(\.value))
            for row in names.indices {
                #expect(stored[0].enrichment.leadingEdge(ofSet: row) == computed.leadingEdge(ofSet: row))
            }
        }
    }

    @Test("Gene sets are in their table as they were computed, by the description of the columns")
    func geneSets() throws {
        try written(WrittenExample.inputs()) { folder, results, _ in
            let table = try ReadTable(path: folder + "/gene_sets.tsv")
            let computed = try #require(results.analyses[0].tests[0].enrichment).table
            for column in GeneSetResults.columns where column.presence == .always {
                switch column.values {
                case .names(let path), .words(let path):
                    #expect(try table.texts(column.name) == computed[keyPath: path], "\(column.name)")
                case .whole(let path):
                    #expect(
                        try table.doubles(column.name) == computed[keyPath: path].map { Double($0) }, "\(column.name)")
                case .doubles(let path):
                    expectSame(try table.doubles(column.name), computed[keyPath: path], column.name)
                case .finite(let path):
                    let values = computed[keyPath: path].map { $0.isFinite ? $0 : .nan }
                    expectSame(try table.doubles(column.name), values, column.name)
                case .logicals(let path):
                    let words = computed[keyPath: path].map { $0 ? "TRUE" : "FALSE" }
                    #expect(try table.texts(column.name) == words, "\(column.name)")
                case .genes(let path):
                    let counts = try table.texts(column.name).map { $0.split(separator: ",").count }
                    #expect(counts == computed[keyPath: path].map(\.count), "\(column.name)")
                }
            }
            let ranks = try String(contentsOfFile: folder + "/ranks.rnk", encoding: .utf8).split(separator: "\n")
            let list = try #require(results.analyses[0].tests[0].enrichment).list
            #expect(ranks.suffix(list.count).map { $0.split(separator: "\t").first.map(String.init) } == list.genes)
        }
    }

    @Test("A prefix stands before every table, and before nothing else")
    func prefix() throws {
        var names: [[String]] = []
        for prefix in ["", "liver."] {
            let inputs = try WrittenExample.inputs {
                $0.prefix = prefix
                $0.options.model.transform = .varianceStabilization
                $0.options.model.fpm = true
            }
            try written(inputs) { folder, _, files in
                names.append(files.files.map(\.name).sorted())
                let there = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                #expect(there == files.files.map(\.name).sorted())
            }
        }
        #expect(names[1] == names[0].map { $0 == WrittenResults.storeName ? $0 : "liver." + $0 }.sorted())
    }

    @Test("Tables that are not asked for are not there")
    func fileChoice() throws {
        var inputs = try genesAlone()
        try written(inputs) { _, _, files in
            #expect(files.files.map(\.name).contains("genes.tsv") && files.files.map(\.name).contains("ranks.rnk"))
        }
        inputs.files = FileChoice(ranking: nil, details: false)
        try written(inputs) { folder, _, files in
            #expect(!files.files.map(\.name).contains { $0.hasSuffix("genes.tsv") || $0.hasSuffix(".rnk") })
            #expect(!ResultFiles.areWanting(inputs, in: folder, besides: inputs.files))
            var more = inputs
            more.files.details = true
            #expect(ResultFiles.areWanting(more, in: folder, besides: inputs.files))
            #expect(!ResultFiles.areWanting(inputs, in: folder, besides: more.files))
            #expect(!ResultFiles.areWanting(more, in: folder, besides: nil))
            more.writesGSEAFolder = true
            #expect(ResultFiles.areWanting(more, in: folder, besides: more.files))
        }
    }

    @Test("Several tests have a table each, told apart where a file system takes no notice of case")
    func severalTests() throws {
        let inputs = try genesAlone {
            $0.contrasts = ["group:treated:control", "group:control:treated"]
            $0.coefficients = ["Intercept"]
        }
        try written(inputs) { folder, results, files in
            let tests = results.analyses[0].tests
            #expect(tests.count == 3)
            for test in tests {
                let table = try ReadTable(path: folder + "/results.\(test.name).tsv")
                expectSame(try table.doubles("log2FoldChange"), test.table.log2FoldChanges, test.name)
            }
            let names = files.files.map { $0.name.lowercased() }
            #expect(Set(names).count == names.count)
        }
    }

    /// Permuted samples whose only test has other names, once for each.
    private func permutedSamples(tests names: [String]) throws -> StudyInputs {
        var inputs = try WrittenExample.permutedSamples()
        let analysis = inputs.analyses[0]
        inputs.analyses = [
            .init(
                name: analysis.name, formula: analysis.formula, design: analysis.design,
                tests: names.map { .init(analysis.tests[0].contrast, name: $0) })
        ]
        inputs.configuration.analyses[0].tests = names
        return inputs
    }

    @Test("A test that is called like a statistic of another one's sets has tables of its own")
    func namesLikeStatistics() throws {
        try written(permutedSamples(tests: ["x", "x.mean"])) { folder, _, files in
            let names = files.files.map(\.name).filter { $0.hasPrefix("gene_sets.") }
            #expect(Set(names.map { $0.lowercased() }).count == 4, "\(names)")
            for (name, score) in [("gene_sets.x.tsv", "ES"), ("gene_sets.x.mean.tsv", "ES")] {
                let header = try String(contentsOfFile: folder + "/" + name, encoding: .utf8).prefix { $0 != "\n" }
                #expect(header.contains(score), "\(name): \(header)")
            }
            #expect(names.contains("gene_sets.x.mean.mean.tsv"))
        }
    }

    @Test("Names of tests that no file can have are cut, in every table that is named by them")
    func longNames() throws {
        let long = String(repeating: "long", count: 60)
        try written(permutedSamples(tests: [long + "1", long + "2"])) { folder, _, files in
            let names = files.files.map(\.name)
            #expect(Set(names).count == names.count && names.allSatisfy { $0.utf8.count <= FileNames.longest })
            #expect(names.count { $0.hasPrefix("gene_statistics.") } == 2)
            #expect(names.count { $0.hasPrefix("gene_sets.") && $0.hasSuffix(".mean.tsv") } == 2)
        }
    }

    @Test("Size factors, the model's matrix and transformed counts are read back as they were")
    func otherTables() throws {
        let inputs = try genesAlone {
            $0.options.model.transform = .varianceStabilization
            $0.options.model.fpm = true
        }
        try written(inputs) { folder, results, _ in
            let factors = try ReadTable(path: folder + "/size_factors.tsv")
            #expect(try factors.doubles("sizeFactor") == results.sizeFactors)
            let samples = try #require(inputs.counts?.sampleNames)
            #expect(try factors.texts("sample") == samples)
            let matrix = try ReadTable(path: folder + "/model_matrix.tsv")
            #expect(matrix.header == ["sample", "Intercept", "group_treated_vs_control"])
            #expect(try matrix.doubles("group_treated_vs_control") == [0, 0, 0, 0, 1, 1, 1, 1])
            let transformed = try ReadTable(path: folder + "/vst.tsv.gz")
            for (sample, name) in samples.enumerated() {
                let values = results.transformedCounts.indices.filter { $0 % 8 == sample }
                expectSame(try transformed.doubles(name), values.map { results.transformedCounts[$0] }, name)
            }
            // Fragments per million of robust libraries: the sizes are those of the size factors.
            let rates = try ReadTable(path: folder + "/fpm.tsv.gz")
            let counts = try #require(inputs.counts)
            let total = counts.librarySizes.reduce(0.0) { $0 + log(Double($1)) } / 8
            let first = Double(counts.counts[3 * 8]) / (results.sizeFactors[0] * exp(total)) * 1e6
            #expect(abs(try rates.doubles(samples[0])[3] / first - 1) < 1e-9)
        }
    }
}

/// What `run.json` says of the files, and what reads it later.
@Suite("Records of written files")
struct WrittenFileTests {
    private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/modicum-file-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/f"))
        try body(folder)
    }

    @Test("A file's record has its length and the SHA-256 of its bytes", arguments: [0, 1, 1 << 20, (1 << 20) + 3])
    func record(length: Int) throws {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 31) }
        try withFile(bytes) { folder in
            let file = try WrittenResults.File("f", in: folder)
            #expect(file.name == "f" && file.bytes == length)
            #expect(file.sha256 == SHA256Digest(of: bytes).description)
            #expect(try file.hasContent(at: folder + "/f"))
            let read = try JSONDecoder().decode(WrittenResults.File.self, from: JSONEncoder().encode(file))
            #expect(read == file)
        }
    }

    @Test("A file that is gone is told by its path; a record that has no digest believes the file")
    func goneAndOlder() throws {
        try withFile([1, 2, 3]) { folder in
            let error = #expect(throws: InputError.self) { try WrittenResults.File("g", in: folder) }
            #expect(error?.place.file == folder + "/g" && error?.remedy.isEmpty == false)
            let older = try JSONDecoder().decode(
                WrittenResults.File.self, from: Data(#"{"name": "f", "bytes": 3}"#.utf8))
            #expect(try older.hasContent(at: folder + "/f"))
        }
    }

    @Test("What the system refuses is said with the file, the reason and what to do")
    func systemProblems() throws {
        try withFile([1]) { folder in
            for (path, word) in [(folder + "/f/below", "folder"), (folder + "/nowhere/f", "path")] {
                do {
                    try Data([1]).write(to: URL(fileURLWithPath: path))
                    Issue.record("\(path) was written")
                } catch {
                    let sentence = try #require(SystemProblem.sentence(for: error))
                    #expect(sentence.contains(path) && sentence.contains(word), "\(sentence)")
                }
            }
            #expect(SystemProblem.sentence(for: InputError("a", remedy: "b")) == nil)
            let decoding = #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(WrittenResults.File.self, from: Data(#"{"name": 1}"#.utf8))
            }
            #expect(decoding.flatMap { SystemProblem.sentence(for: $0) }?.contains("name") == true)
        }
    }
}
