import AnalysisPipeline
import ExpressionData
import ExpressionFormats
import GeneSetEnrichment
import RunStore
import StoredRuns

/// The gene-set results of one list of a finished run, as its store has them.
///
/// What is made from it is the same as what the run itself made: members and the places of extremes are the stored
/// ones, nothing is drawn again.
package struct StoredGeneSets {
    /// What the list is called: `gsea`, or the name of the analysis.
    package let name: String

    package let enrichment: EnrichmentResults

    /// All lists of a run whose gene sets were tested, in the study's order.
    ///
    /// - Throws: `RunStoreError` for a store that does not hold what its configuration says.
    package static func all(in document: RunDocument, configuration: StudyConfiguration) throws -> [StoredGeneSets] {
        guard let settings = configuration.geneSets, document["uns/gene_set_collection/genes"] != nil else { return [] }
        let collection = try collection(in: document)
        var lists: [StoredGeneSets] = []
        func add(_ name: String, at place: String) throws {
            guard document[place + "/gene_sets/NES"] != nil else { return }
            lists.append(
                StoredGeneSets(
                    name: name,
                    enrichment: try EnrichmentResults(
                        storedAt: place, in: document, collection: collection, settings: settings)))
        }
        try add("gsea", at: "uns")
        for analysis in configuration.analyses {
            let base = AnalysisPlace.ofAnalysis(analysis.name)
            let name = analysis.name.isEmpty ? "de" : analysis.name
            for test in analysis.tests {
                try add(
                    analysis.tests.count == 1 ? name : name + "/" + test,
                    at: AnalysisPlace.ofTest(test, in: base, of: analysis.tests.count))
            }
        }
        return lists
    }

    /// EnrichmentMap's generic table, as the run writes `generic_enrichment.txt`.
    package func genericTable(settings: StudyConfiguration.GeneSets) -> [TableColumn] {
        EnrichmentTables(enrichment, settings: settings).genericEnrichment
    }

    private static func collection(in document: RunDocument) throws -> [GeneSet] {
        let place = "uns/gene_set_collection"
        let names = try document.rowNames(ofTable: place + "/sets")
        let descriptions = try document.strings(place + "/sets/description")
        let sources = try document.texts(place + "/sets/source")
        let members = try document.lists(place + "/members")
        let genes = try document.strings(place + "/genes")
        return names.indices.map { set in
            GeneSet(
                name: names[set], description: descriptions[set], source: sources[set],
                genes: members[set].map { genes[Int($0)] })
        }
    }
}

extension EnrichmentResults {
    /// - Parameter collection: All sets that the run was given.
    fileprivate init(
        storedAt place: String, in document: RunDocument, collection: [GeneSet],
        settings: StudyConfiguration.GeneSets
    ) throws {
        let list = RankedGeneList(
            inOrder: try document.rowNames(ofTable: place + "/ranked_list"),
            scores: try document.doubles(place + "/ranked_list/score"))
        let matching = GeneSetMatching(
            of: collection, with: list.genes, minimumSize: settings.minSize, maximumSize: settings.maxSize)
        let table = try GeneSetResults(storedAt: place, in: document)
        guard matching.matched.map({ collection[$0.index].name }) == table.name else {
            throw RunStoreError.damaged(file: place + "/gene_sets", reason: "its sets are not those of the collection")
        }
        let enrichments = table.enrichmentScore.indices.map { row in
            let (score, rankAtMax) = (table.enrichmentScore[row], table.rankAtMax[row])
            // RANK AT MAX counts from the end that the score points to.
            return EnrichmentScore(value: score, rank: score >= 0 ? rankAtMax : list.count - rankAtMax)
        }
        let prior = try PriorNulls.null(in: document, at: place)
        self.init(
            list: list, sets: collection, matching: matching, enrichments: enrichments, table: table,
            null: prior?.null ?? .bySet(NullScores(setCount: table.count)), planDigest: prior?.plan ?? "")
    }
}

extension GeneSetResults {
    /// The columns of a stored table; those that do not apply are NaN, or empty where a table may be without them.
    fileprivate init(storedAt place: String, in document: RunDocument) throws {
        self.init()
        let names = try document.rowNames(ofTable: place + "/gene_sets")
        for column in Self.columns {
            let path = place + "/gene_sets/" + column.name
            switch column.values {
            case .names(let property): self[keyPath: property] = names
            case .words(let property): self[keyPath: property] = try document.texts(path)
            case .whole(let property): self[keyPath: property] = try document.int32s(path).map { Int($0) }
            case .doubles(let property), .finite(let property):
                if document[path] != nil {
                    self[keyPath: property] = try document.doubles(path)
                } else if column.presence == .always {
                    self[keyPath: property] = names.map { _ in .nan }
                }
            case .logicals(let property):
                self[keyPath: property] = names.map { _ in false }
                if case .int8s(let values) = document[path]?.content {
                    self[keyPath: property] = values.map { $0 == 1 }
                }
            case .genes(let property): self[keyPath: property] = try document.lists(place + "/leading_edges")
            }
        }
    }
}

extension RunDocument {
    /// Texts that are stored as a factor; a missing one is empty.
    fileprivate func texts(_ path: String) throws -> [String] {
        let (codes, categories) = try categorical(path)
        return codes.map { $0 < 0 ? "" : categories[$0] }
    }
}
