import ExpressionFormats
import RunStore
import StudyOutput

/// Every table of a run's store, one file each, with the rows and columns that it has there.
struct StoreTables {
    private let document: RunDocument

    init(of document: RunDocument) {
        self.document = document
    }

    var files: [ExportFile] {
        get throws {
            let tables = document.groupPaths.filter { isTable($0) && hasRows($0) }
            let matrices = document.paths.filter(isDesign)
            let names = FileNames.names(for: (tables + matrices).map(Self.label), suffix: ".tsv")
            return zip(names, tables).map { name, path in
                ExportFile(name, table: { try columns(ofTable: path) })
            }
                + zip(names.dropFirst(tables.count), matrices).map { name, path in
                    ExportFile(name, table: { try columns(ofMatrix: path) })
                }
        }
    }

    /// What a table is called: its path without what all have in common, `main.stir_volume.results`.
    private static func label(_ path: String) -> String {
        switch path {
        case "obs": return "samples"
        case "var": return "genes"
        default:
            let parts = path.split(separator: "/").map(String.init)
            let common = path.hasPrefix("uns/analyses/") ? 2 : 1
            return parts.dropFirst(common).joined(separator: ".")
        }
    }

    private func isTable(_ path: String) -> Bool {
        document.attributes(ofGroup: path)?["encoding-type"] == "dataframe"
    }

    /// A column may be called like a matrix, but does not name columns of its own.
    private func isDesign(_ path: String) -> Bool {
        guard case .strings = document[path]?.attributes["columns"] else { return false }
        return path.hasSuffix("/model_matrix") || path.hasSuffix("/reduced_model_matrix")
    }

    private func hasRows(_ path: String) -> Bool { (try? document.rowNames(ofTable: path).isEmpty) == false }

    /// The columns of a stored table, its row names first.
    private func columns(ofTable path: String) throws -> [TableColumn] {
        guard case .string(let index) = document.attributes(ofGroup: path)?["_index"] else {
            throw RunStoreError.missing(path: path)
        }
        var columns = [TableColumn(index, .strings(try document.rowNames(ofTable: path)))]
        for name in try document.columnNames(ofTable: path) {
            columns.append(TableColumn(ownName(of: path + "/" + name, name), try values(at: path + "/" + name)))
        }
        if path.hasSuffix("/gene_sets") { columns.append(try leadingEdgeGenes(ofTable: path)) }
        return columns
    }

    /// The name that a column had before it was made one for the store.
    private func ownName(of path: String, _ name: String) -> String {
        let attributes = document[path]?.attributes ?? document.attributes(ofGroup: path)
        if case .string(let own) = attributes?["column-name"] { return own }
        return name
    }

    /// Missing whole numbers and truth values are stored as −1, and are NA in a table.
    private func values(at path: String) throws -> TableColumn.Values {
        guard let content = document[path]?.content else {
            let (codes, categories) = try document.categorical(path)
            return .strings(codes.map { $0 < 0 ? "" : categories[$0] })
        }
        return switch content {
        case .doubles(let values): .doubles(values)
        case .floats(let values): .doubles(values.map { Double($0) })
        case .int8s(let values): .booleans(values.map { $0 < 0 ? nil : $0 == 1 })
        case .int16s(let values): .doubles(values.map { $0 < 0 ? .nan : Double($0) })
        case .int32s(let values): .doubles(values.map { $0 < 0 ? .nan : Double($0) })
        case .int64s(let values): .integers(values.map { Int($0) })
        case .uint64s(let values): .strings(values.map { String($0) })
        case .bools(let values): .booleans(values.map { $0 })
        case .strings(let values): .strings(values)
        }
    }

    /// The genes of every set's leading edge, as `gene_sets.tsv` lists them.
    private func leadingEdgeGenes(ofTable path: String) throws -> TableColumn {
        let place = String(path.dropLast("gene_sets".count))
        let genes = try document.rowNames(ofTable: place + "ranked_list")
        let edges = try document.lists(place + "leading_edges")
        return TableColumn(
            "leadingEdgeGenes", .strings(edges.map { $0.map { genes[Int($0)] }.joined(separator: ",") }))
    }

    /// A design's matrix: one row per sample, one column per coefficient.
    private func columns(ofMatrix path: String) throws -> [TableColumn] {
        guard let stored = document[path], case .strings(let names) = stored.attributes["columns"] else {
            throw RunStoreError.missing(path: path)
        }
        let values = try document.doubles(path)
        let samples = try document.rowNames(ofTable: "obs")
        return [TableColumn("sample", .strings(samples))]
            + names.enumerated().map { column, name in
                TableColumn(name, .doubles(samples.indices.map { values[$0 * names.count + column] }))
            }
    }
}
