import RunStore
import StoredRuns

/// A run as an AnnData file: counts, samples and genes as the store has them, results of all genes in `varm`.
///
/// The store is an AnnData file itself; in it results stand in `uns`, one row per analysed gene. Here each analysis is a
/// data frame in `varm` with one row per gene of the counts, which scanpy and muon select and plot with the genes.
enum AnnDataExport {
    static func document(of run: StoredRun) throws -> RunDocument {
        let store = run.document
        let tables = store.groupPaths.filter { isTable($0, in: store) }
        let results = tables.filter { $0.hasPrefix("uns/analyses/") && $0.hasSuffix("/results") }
        let sets = tables.filter { $0.hasPrefix("uns/") && $0.hasSuffix("/gene_sets") }
        let isOfList = run.samples.names.isEmpty && run.genes.ids.isEmpty
        var document = store.without { path in
            // Nulls are in Modicum's own encoding.
            results.contains(path) || path.hasPrefix("uns/") && path.hasSuffix("/null") && store[path] != nil
                || isOfList && path == "var"
        }
        document.add(
            "uns/identity", .strings([run.identity]), shape: [],
            attributes: ["definition": "the run's canonical SHA-256"])
        if isOfList { try addRankedGenes(of: store, to: &document) }
        let names = uniqueNames(results.map { label($0) })
        for (name, path) in zip(names, results) {
            document.addTable(
                "varm/" + StoredPath.component(name), index: "gene_id", rows: run.genes.ids,
                columns: try columns(of: path, in: store, genes: run.genes),
                attributes: ["definition": "results of all genes; missing where a gene was left out"])
        }
        for path in sets { try addLeadingEdgeGenes(to: path, of: store, in: &document) }
        return document
    }

    /// `main.stir_volume` of `uns/analyses/main/stir_volume/results`.
    private static func label(_ path: String) -> String {
        path.split(separator: "/").dropFirst(2).dropLast().joined(separator: ".")
    }

    private static func isTable(_ path: String, in document: RunDocument) -> Bool {
        document.attributes(ofGroup: path)?["encoding-type"] == "dataframe"
    }

    /// A run from a ranked list has no samples; its genes are those of the list.
    private static func addRankedGenes(of store: RunDocument, to document: inout RunDocument) throws {
        let list = "uns/ranked_list"
        guard store[list + "/score"] != nil else { return }
        document.addTable(
            "var", index: "gene_id", rows: try store.rowNames(ofTable: list),
            columns: [StoredColumn("score", .doubles(try store.doubles(list + "/score")))])
    }

    /// The columns of a table of analysed genes, laid out over all genes.
    private static func columns(of path: String, in store: RunDocument, genes: GeneRows) throws -> [StoredColumn] {
        func spread<Value>(_ values: [Value], _ missing: Value) -> [Value] {
            var all = [Value](repeating: missing, count: genes.ids.count)
            for (gene, value) in zip(genes.analysed, values) { all[gene] = value }
            return all
        }
        return try store.columnNames(ofTable: path).map { name in
            let place = path + "/" + name
            guard let stored = store[place] else {
                let (codes, categories) = try store.categorical(place)
                return StoredColumn(name, .categorical(codes: spread(codes, -1), categories: categories))
            }
            let content: ColumnContent =
                switch stored.content {
                case .doubles(let values): .values(.doubles(spread(values, .nan)))
                case .int8s(let values): .logicals(spread(values.map { $0 < 0 ? nil : $0 == 1 }, nil))
                case .bools(let values): .logicals(spread(values.map { $0 }, nil))
                case .int32s(let values): .values(.doubles(spread(values.map { $0 < 0 ? .nan : Double($0) }, .nan)))
                case .strings(let values): .values(.strings(spread(values, "")))
                case .floats, .int16s, .int64s, .uint64s:
                    throw RunStoreError.wrongType(
                        path: place, expected: "float64, int32, int8 or string", found: stored.content.typeName)
                }
            return StoredColumn(name, content, attributes: definition(of: stored))
        }
    }

    private static func definition(of stored: StoredDataset) -> StoredAttributes {
        var attributes = StoredAttributes()
        for name in ["definition", "units"] { attributes[name] = stored.attributes[name] }
        return attributes
    }

    /// The genes of leading edges by name: rows of the ranked list mean nothing to who has the table alone.
    private static func addLeadingEdgeGenes(
        to path: String, of store: RunDocument, in document: inout RunDocument
    ) throws {
        let place = String(path.dropLast("gene_sets".count))
        let genes = try store.rowNames(ofTable: place + "ranked_list")
        let edges = try store.lists(place + "leading_edges")
        let columns = try store.columnNames(ofTable: path)
        document.addGroup(path, attributes: ["column-order": .strings(columns + ["leadingEdgeGenes"])])
        document.add(
            path + "/leadingEdgeGenes",
            .strings(edges.map { $0.map { genes[Int($0)] }.joined(separator: ",") }),
            attributes: ["definition": "genes of the leading edge, from the end of the list that the score points to"])
    }
}
