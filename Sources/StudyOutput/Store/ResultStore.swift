import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import Foundation
import GeneSetEnrichment
import RunStore
import StoredRuns

/// Lays a study's results out as the run's HDF5 file; `docs/store.md` describes it.
package enum ResultStore {
    /// - Parameter counts: The count matrix made ready; nil where it is too small to be worth it.
    package static func document(_ results: StudyResults, counts packed: PackedCounts?) throws -> RunDocument {
        let configuration = try canonicalJSON(results.inputs.configuration)
        var document = RunDocument(
            configuration: configuration,
            attributes: ["numeric-contract": .integer(Int64(numericContract)), "generator": "modicum"])
        if let counts = results.inputs.counts {
            document.add(
                AnnDataEncoding(
                    geneIDs: counts.geneIDs, sampleNames: counts.sampleNames, counts: counts.counts,
                    sampleColumns: sampleColumns(results), geneColumns: geneColumns(results)), packed: packed)
            addLayers(of: results, counts: counts, to: &document)
        }
        addReads(results.inputs.readQuality, to: &document)
        addCollection(results.inputs.geneSets, to: &document)
        let spread = GeneSpread.analysedGenes(results)
        for analysis in results.analyses {
            add(analysis, of: results, spread: spread, to: &document)
        }
        FamilyTables(results)?.add(to: &document)
        if let enrichment = results.enrichment {
            add(enrichment, at: "uns", fdrThreshold: results.inputs.configuration.fdrThreshold, to: &document)
            addRunningSums(of: enrichment, weight: results.inputs.configuration.geneSets?.weight ?? 1, to: &document)
        }
        return document
    }

    /// The configuration as JSON with sorted keys: the text that is stored and is part of the identity.
    package static func canonicalJSON(_ configuration: StudyConfiguration) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return String(decoding: try encoder.encode(configuration), as: UTF8.self)
    }

    private static func sampleColumns(_ results: StudyResults) -> [StoredColumn] {
        results.inputs.sampleColumns.map(storedColumn)
            + (results.sizeFactors.isEmpty
                ? []
                : [
                    StoredColumn(
                        "sizeFactor", .doubles(results.sizeFactors),
                        attributes: ["definition": "counts divided by it are normalized counts"])
                ])
    }

    private static func storedColumn(_ column: StudyInputs.SampleColumn) -> StoredColumn {
        switch column.values {
        case .numeric(let numbers): StoredColumn(column.name, .doubles(numbers))
        case .factor(let codes, let levels):
            StoredColumn(column.name, .categorical(codes: codes.map { Int($0) }, categories: levels))
        }
    }

    /// What became of the samples' reads, where the run counted them.
    private static func addReads(_ columns: [StudyInputs.SampleColumn], to document: inout RunDocument) {
        guard case .factor(let codes, let names)? = columns.first?.values else { return }
        document.addTable(
            "uns/reads", index: columns[0].name, rows: codes.map { names[Int($0)] },
            columns: columns.dropFirst().map(storedColumn),
            attributes: ["definition": "what became of each sample's reads: the columns of tables/reads.tsv"])
    }

    /// What stands beside every count: samples × genes, as `X`.
    private static func addLayers(of results: StudyResults, counts: CountMatrix, to document: inout RunDocument) {
        let (genes, samples) = (counts.geneCount, counts.sampleCount)
        func add(_ name: String, definition: String, value: (_ gene: Int, _ sample: Int) -> Double) {
            var values = [Double](repeating: .nan, count: genes * samples)
            for sample in 0..<samples {
                for gene in 0..<genes { values[sample * genes + gene] = value(gene, sample) }
            }
            document.add(
                "layers/" + name, .doubles(values), shape: [samples, genes],
                attributes: ["definition": .string(definition)])
        }
        let (factors, weights) = (results.inputs.normalizationFactors, results.inputs.observationWeights)
        if !factors.isEmpty {
            add("normalization_factors", definition: "counts divided by it are normalized counts") {
                factors[$0 * samples + $1]
            }
        }
        if !weights.isEmpty {
            add("observation_weights", definition: "how much each count weighs in the fits, as given") {
                weights[$0 * samples + $1]
            }
        }
        guard let transform = AnalysisSettings.Transform(of: results) else { return }
        let transformed = results.transformedCounts
        let rows = GeneSpread.allGenes(results).positions
        add(
            transform.rawValue, definition: "transformed normalized counts on a log2-like scale; NaN for genes left out"
        ) {
            gene, sample in rows[gene].map { transformed[$0 * samples + sample] } ?? .nan
        }
    }

    private static func geneColumns(_ results: StudyResults) -> [StoredColumn] {
        let genes = results.inputs.counts?.geneCount ?? 0
        var analysed = [Bool](repeating: false, count: genes)
        for gene in results.analysedGenes { analysed[gene] = true }
        let annotation = ResultColumn.annotation(of: results.inputs).map { column in
            storedColumn(column)
        }
        return annotation + [
            StoredColumn(
                "analysed", .bools(analysed), attributes: ["definition": "whether the gene passed the gene filter"])
        ]
    }

    private static func add(
        _ analysis: AnalysisResults, of results: StudyResults, spread: GeneSpread, to document: inout RunDocument
    ) {
        let base = AnalysisPlace.ofAnalysis(analysis.input.name)
        let design = analysis.input.design
        document.addGroup(
            base,
            attributes: [
                "design": .string(analysis.input.formula),
                "trend": .string(analysis.trend.trend.kind.rawValue),
                "varLogDispEsts": .double(analysis.prior.varLogDispEsts),
                "dispPriorVar": .double(analysis.prior.priorVariance),
                "cooksCutoff": .double(analysis.cooksCutoff),
            ])
        if let reduced = analysis.input.reducedDesign {
            document.add(
                base + "/reduced_model_matrix", .doubles(reduced.values),
                shape: [reduced.sampleCount, reduced.columnCount],
                attributes: ["columns": .strings(reduced.columnNames), "rows": "as obs"])
        }
        document.add(
            base + "/model_matrix", .doubles(design.values), shape: [design.sampleCount, design.columnCount],
            attributes: ["columns": .strings(design.columnNames), "rows": "as obs"])
        document.add(
            base + "/dispersion_trend", .doubles(analysis.trend.trend.encoded),
            attributes: ["definition": "kind (0 parametric, 1 local, 2 mean) and its parameters"])
        let genes = results.analysedGenes.map { results.inputs.counts!.geneIDs[$0] }
        document.addTable(
            base + "/genes", index: "gene_id", rows: genes,
            columns: ResultColumn.intermediates(of: analysis, spread: spread).map(storedColumn),
            attributes: ["definition": "intermediate results of the analysed genes, in the order of var"])
        for test in analysis.tests {
            let place = AnalysisPlace.ofTest(test.name, in: base, of: analysis.tests.count)
            document.addTable(
                place + "/results", index: "gene_id", rows: genes,
                columns: ResultColumn.results(of: test, in: analysis, inputs: results.inputs, spread: spread)
                    .map(storedColumn), attributes: testAttributes(test))
            if let filtering = test.table.filtering {
                document.add(
                    place + "/filter/theta", .doubles(filtering.candidates.map(\.theta)),
                    attributes: ["definition": "share of genes left out"])
                document.add(
                    place + "/filter/numRej", .int64s(filtering.candidates.map { Int64($0.rejections) }),
                    attributes: ["definition": "adjusted p-values below alpha"])
                document.add(
                    place + "/filter/lowess", .doubles(filtering.candidates.map(\.smoothed)),
                    attributes: ["definition": "numRej smoothed over theta"])
            }
            if let enrichment = test.enrichment {
                add(enrichment, at: place, fdrThreshold: results.inputs.configuration.fdrThreshold, to: &document)
            }
        }
    }

    private static func testAttributes(_ test: TestResults) -> StoredAttributes {
        var attributes: StoredAttributes = [
            "test": .string(test.name), "definition": "the test of the analysed genes, in the order of var",
        ]
        if let filtering = test.table.filtering {
            attributes["alpha"] = .double(filtering.alpha)
            attributes["filterThreshold"] = .double(filtering.threshold)
            attributes["filterTheta"] = .double(filtering.candidates[filtering.chosen].theta)
        }
        if let null = test.table.empiricalNull?.parameters {
            attributes["fdrtool-cutoff"] = .double(null.cutoff)
            attributes["fdrtool-N.cens"] = .integer(Int64(null.censoredCount))
            attributes["fdrtool-eta0"] = .double(null.eta0)
            attributes["fdrtool-eta0.SE"] = .double(null.eta0StandardError)
            attributes["fdrtool-sd"] = .double(null.standardDeviation)
            attributes["fdrtool-sd.SE"] = .double(null.standardDeviationStandardError)
        }
        return attributes
    }

    private static func add(
        _ enrichment: EnrichmentResults, at place: String, fdrThreshold: Double, to document: inout RunDocument
    ) {
        if let samples = enrichment.samples {
            add(samples, of: enrichment, at: place, fdrThreshold: fdrThreshold, to: &document)
            // Without sets the genes were all that was asked for.
            if enrichment.sets.isEmpty { return addFirstPass(of: enrichment, at: place, to: &document) }
        }
        document.addTable(
            place + "/gene_sets", index: "name", rows: enrichment.table.name,
            columns: ResultColumn.storedGeneSets(enrichment).map(storedColumn))
        document.addTable(
            place + "/ranked_list", index: "gene", rows: enrichment.rankedGenes,
            columns: [StoredColumn("score", .doubles(enrichment.rankedScores))])
        document.addLists(
            place + "/leading_edges", enrichment.table.leadingEdges,
            attributes: ["definition": "per gene set, rows of ranked_list"])
        switch enrichment.null {
        case .bySize(let state):
            document.add(
                place + "/null", .int8s(state.encoded().map { Int8(bitPattern: $0) }),
                attributes: [
                    "definition": "the merged null distributions of all sizes, in Modicum's own encoding",
                    "plan": .string(enrichment.planDigest),
                ])
        case .bySamples:
            addFirstPass(of: enrichment, at: place, to: &document)
            addNullScores(of: enrichment, at: place, to: &document)
        case .byPhenotypes(let pass) where pass.permutations == 0: break
        case .byPhenotypes(let pass):
            document.add(
                place + "/null", .int8s(pass.encoded().map { Int8(bitPattern: $0) }),
                attributes: [
                    "definition": "what the first pass over the permutations counted, in Modicum's own encoding",
                    "plan": .string(enrichment.planDigest),
                ])
        case .bySet(let null) where null.permutations == 0: break
        case .bySet(let null):
            document.add(
                place + "/null", shape: [null.setCount, null.permutations],
                attributes: [
                    "definition": "the null enrichment scores, gene sets by permutations",
                    "plan": .string(enrichment.planDigest),
                ],
                rows: StoredRows(
                    element: { null[$0, $1] }, rows: { null.scores(ofSets: $0) },
                    beforeGivingUp: { null.prepareToGiveUp() }, giveUp: { null.giveUp(setsBefore: $0) }))
        }
    }

    /// The members of every set and the running sum at each: what an enrichment plot needs.
    private static func addRunningSums(
        of enrichment: EnrichmentResults, weight: Double, to document: inout RunDocument
    ) {
        let members = enrichment.matching.matched.map(\.members)
        document.addLists(
            "uns/members", members, attributes: ["definition": "per gene set, its genes as rows of ranked_list"])
        let weights = enrichment.weights(weight)
        let sums = members.flatMap { members in
            RunningSum(ofMembers: members, weights: weights).atMembers.map { Float($0) }
        }
        document.add(
            "uns/running_sums", .floats(sums),
            attributes: [
                "definition":
                    "the running sum at each gene of members/values; between two it falls by 1/(N - k) a gene"
            ])
    }

    /// The column as it is stored: missing integers as −1, missing logicals as −1, few different texts as a factor.
    package static func storedColumn(_ column: ResultColumn) -> StoredColumn {
        let content: ColumnContent =
            switch column.values {
            case .doubles(let values): .values(.doubles(values))
            case .computed(let count, let prepare): .made { .doubles(prepare()(0..<count)) }
            case .integers(let values): .values(.int32s(values.map { $0 ?? -1 }))
            case .logicals(let values): .values(.int8s(values.map { $0.map { $0 ? 1 : 0 } ?? -1 }))
            case .texts(let values): .values(.strings(values))
            case .words(let values): factor(values)
            }
        return StoredColumn(column.name, content, attributes: column.attributes)
    }

    /// Texts of which few differ, the categories in the order in which they first occur; empty is missing.
    private static func factor(_ texts: [String]) -> ColumnContent {
        var positions: [String: Int] = [:]
        var categories: [String] = []
        let codes = texts.map { text in
            guard !text.isEmpty else { return -1 }
            if let known = positions[text] { return known }
            positions[text] = categories.count
            categories.append(text)
            return categories.count - 1
        }
        return .categorical(codes: codes, categories: categories)
    }
}

extension ResultColumn {
    /// What describes the column in the store; it does not count for the identity.
    fileprivate var attributes: StoredAttributes {
        var attributes: StoredAttributes = ["definition": .string(definition)]
        if unit != .none { attributes["units"] = .string(unit.rawValue) }
        return attributes
    }
}
