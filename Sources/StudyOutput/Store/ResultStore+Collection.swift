import ExpressionData
import RunStore

extension ResultStore {
    /// Adds the gene sets that were given, all of them: the results can be read, checked and computed again with nothing
    /// but the file.
    static func addCollection(_ sets: [GeneSet], to document: inout RunDocument) {
        guard !sets.isEmpty else { return }
        let place = "uns/gene_set_collection"
        var positions: [String: Int32] = [:]
        var genes: [String] = []
        let members = sets.map { set in
            set.genes.map { gene -> Int32 in
                if let known = positions[gene] { return known }
                positions[gene] = Int32(genes.count)
                genes.append(gene)
                return Int32(genes.count - 1)
            }
        }
        var sourcePositions: [String: Int] = [:]
        var sources: [String] = []
        let codes = sets.map { set -> Int in
            if let known = sourcePositions[set.source] { return known }
            sourcePositions[set.source] = sources.count
            sources.append(set.source)
            return sources.count - 1
        }
        document.addTable(
            place + "/sets", index: "name", rows: sets.map(\.name),
            columns: [
                StoredColumn(
                    "description", .strings(sets.map(\.description)),
                    attributes: ["definition": "the second field of the set's line"]),
                StoredColumn(
                    "source", .categorical(codes: codes, categories: sources),
                    attributes: ["definition": "the file the set came from"]),
            ], attributes: ["definition": "the gene sets as given, before matching and the size filter"])
        document.addLists(
            place + "/members", members,
            attributes: ["definition": "per gene set, its genes as positions in genes, in the order of its file"])
        document.add(
            place + "/genes", .strings(genes),
            attributes: ["definition": "the genes that occur in the sets, in the order in which they first occur"])
    }
}
