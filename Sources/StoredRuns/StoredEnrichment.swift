import RunStore

/// The gene sets that one analysis tested; rows are those of `gene_sets.tsv`.
package struct StoredEnrichment: Sendable {
    package let names: [String]
    package let descriptions: [String]
    package let sources: [String]

    /// By set: its row in the collection that the run was given.
    package let rows: [Int]

    /// By set: its genes as rows of the ranked list, ascending.
    package let members: [[Int32]]

    /// By set: the genes of its leading edge as rows of the ranked list.
    package let leadingEdges: [[Int32]]
    package let rankedGenes: [String]
    package let scores: [Double]

    package let originalSizes: [Int32]
    package let enrichmentScore: [Double]
    package let normalizedEnrichmentScore: [Double]
    package let pvalue: [Double]
    package let fdr: [Double]
    package let fdrLow: [Double]
    package let fdrHigh: [Double]
    package let fwer: [Double]
    package let isSettled: [Bool]

    /// - Returns: Nil where no gene sets were tested there.
    init?(at place: String, collection: GeneSetCollection?, in document: RunDocument) throws {
        let table = place + "/gene_sets"
        guard document[table + "/NES"] != nil, let collection else { return nil }
        names = try document.rowNames(ofTable: table)
        let (codes, categories) = try document.categorical(table + "/source")
        sources = codes.map { $0 < 0 ? "" : categories[$0] }
        rankedGenes = try document.rowNames(ofTable: place + "/ranked_list")
        scores = try document.doubles(place + "/ranked_list/score")
        leadingEdges = try document.lists(place + "/leading_edges")
        rows = try collection.rows(ofSets: names, sources: sources)
        descriptions = rows.map { collection.descriptions[$0] }
        members = collection.members(ofRows: rows, among: rankedGenes)
        originalSizes = try document.int32s(table + "/size_original")
        let count = names.count
        // What does not apply, such as bounds of the desktop's numbers, has no column.
        func column(_ name: String) throws -> [Double] {
            let path = table + "/" + name
            return document[path] == nil ? [Double](repeating: .nan, count: count) : try document.doubles(path)
        }
        enrichmentScore = try column("ES")
        normalizedEnrichmentScore = try column("NES")
        pvalue = try column("pvalue")
        fdr = try column("fdr")
        fdrLow = try column("fdrLow")
        fdrHigh = try column("fdrHigh")
        fwer = try column("fwer")
        if case .int8s(let values) = document[table + "/settled"]?.content {
            isSettled = values.map { $0 == 1 }
        } else if case .bools(let values) = document[table + "/settled"]?.content {
            isSettled = values
        } else {
            isSettled = [Bool](repeating: false, count: names.count)
        }
    }
}

/// All gene sets that a run was given, before any were left out.
package struct GeneSetCollection: Sendable {
    package let names: [String]
    package let descriptions: [String]
    package let sources: [String]

    /// By set: its genes as positions in `genes`, in the file's order.
    package let members: [[Int32]]
    package let genes: [String]

    /// - Returns: Nil for a run without gene sets.
    init?(of document: RunDocument) throws {
        let place = "uns/gene_set_collection"
        guard document[place + "/genes"] != nil else { return nil }
        names = try document.rowNames(ofTable: place + "/sets")
        descriptions = try document.strings(place + "/sets/description")
        let (codes, categories) = try document.categorical(place + "/sets/source")
        sources = codes.map { $0 < 0 ? "" : categories[$0] }
        members = try document.lists(place + "/members")
        genes = try document.strings(place + "/genes")
    }

    /// Returns the rows of some sets.
    ///
    /// - Parameter sets: Some of the collection's sets, in its order.
    /// - Throws: `RunStoreError` for a set that the collection does not have.
    func rows(ofSets sets: [String], sources: [String]) throws -> [Int] {
        var row = 0
        return try zip(sets, sources).map { name, source in
            while row < names.count, names[row] != name || self.sources[row] != source { row += 1 }
            guard row < names.count else { throw RunStoreError.missing(path: "uns/gene_set_collection/sets: \(name)") }
            defer { row += 1 }
            return row
        }
    }

    /// Returns which of a list's genes some sets hold, as positions in the list, ascending.
    package func members(ofRows rows: [Int], among list: [String]) -> [[Int32]] {
        var places: [String: Int32] = [:]
        for (index, gene) in list.enumerated() { places[gene] = Int32(index) }
        let placeOfGene = genes.map { places[$0] ?? -1 }
        return rows.map { row in members[row].map { placeOfGene[Int($0)] }.filter { $0 >= 0 }.sorted() }
    }
}
