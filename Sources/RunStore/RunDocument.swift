import ContentDigest

/// Everything a run leaves behind, as a tree of named arrays in memory.
///
/// Paths are those of the HDF5 file. The file is an AnnData file, so its root has
/// `X`, `obs`, `var` and so on (see `AnnDataEncoding`), and a run's own results
/// stand in `uns`, such as `uns/analyses/main/stir_volume/results/log2FoldChange`.
/// Whatever the order in which datasets are added, the document, its identity and
/// the bytes of its file are the same.
package struct RunDocument: Equatable, Sendable {
    /// The version of the layout described in `docs/store.md`. A reader refuses a higher one.
    package static let formatVersion: Int64 = 1

    /// What the file is called in the folder of its run.
    package static let fileName = "modicum.h5"

    /// Where the resolved scientific configuration stands.
    package static let configurationPath = "uns/configuration"

    private var datasets: [String: StoredDataset] = [:]
    private var groups: [String: StoredAttributes] = [:]

    /// Makes a document with nothing but its configuration.
    ///
    /// - Parameters:
    ///   - configuration: The resolved scientific configuration, in full: everything that the
    ///     results depend on besides the inputs, and nothing that they do not depend on, such as
    ///     paths, hosts or the number of workers. It is part of the identity.
    ///   - attributes: Attributes of the file's root, such as versions and the numeric contract.
    ///     They are not part of the identity, and must be the same for every way of running, too,
    ///     if files are to be compared byte by byte.
    package init(configuration: String, attributes: StoredAttributes = [:]) {
        groups[""] = attributes.adding(Encoding.root)
        for name in ["layers", "obsm", "obsp", "uns", "varm", "varp"] { groups[name] = Encoding.group }
        // A run without counts, from a ranked list, has no samples and genes, but readers look for them.
        for name in ["obs", "var"] { addTable(name, index: "_index", rows: [], columns: []) }
        add(
            Self.configurationPath, .strings([configuration]), shape: [],
            attributes: ["definition": "The resolved scientific configuration of the run"])
    }

    /// Makes a document without anything, not even what every file has, to put in what a file holds.
    init() {}

    /// Adds a dataset, and the groups on its path.
    ///
    /// - Parameters:
    ///   - path: Where it stands in the file, such as `uns/analyses/main/age/results/padj`. Use
    ///     `StoredPath.component` for names that users choose.
    ///   - shape: The length of each dimension, slowest first; `[]` for a single value. Without a
    ///     shape the dataset is one-dimensional.
    ///   - attributes: Units, definitions. AnnData's encoding attributes are added.
    /// - Precondition: Nothing stands at the path, and its first component is one AnnData knows.
    package mutating func add(
        _ path: String, _ content: StoredContent, shape: [Int]? = nil, attributes: StoredAttributes = [:]
    ) {
        add(path, StoredDataset(content, shape: shape, attributes: attributes))
    }

    /// Adds a dataset of numbers that are made when the file is written, to take no memory before.
    ///
    /// - Precondition: As above; and `make` gives the same every time, and as many numbers as the shape says.
    package mutating func add(
        _ path: String, shape: [Int], attributes: StoredAttributes = [:], packed: PackedCounts? = nil,
        making make: @escaping @Sendable () -> StoredContent
    ) {
        add(path, StoredDataset(shape: shape, attributes: attributes, packed: packed, making: make))
    }

    /// Adds a matrix too large to be in memory twice: writing the document uses it up.
    ///
    /// - Parameter shape: Rows, columns.
    /// - Precondition: As above.
    package mutating func add(
        _ path: String, shape: [Int], attributes: StoredAttributes = [:], rows: StoredRows
    ) {
        add(path, StoredDataset(shape: shape, attributes: attributes, rows: rows))
    }

    private mutating func add(_ path: String, _ dataset: StoredDataset) {
        precondition(datasets[path] == nil && groups[path] == nil, "\(path) is already in the document")
        openGroups(above: path)
        var dataset = dataset
        dataset.attributes = dataset.attributes.adding(Encoding.of(dataset))
        datasets[path] = dataset
    }

    /// Adds a group, or attributes to one that exists; a value that it already has is replaced.
    package mutating func addGroup(_ path: String, attributes: StoredAttributes = [:]) {
        precondition(datasets[path] == nil, "\(path) is a dataset")
        openGroups(above: path)
        groups[path] = attributes.adding(groups[path] ?? Encoding.group)
    }

    /// The document without some of its groups and datasets, and all that stands below them.
    package func without(_ isUnwanted: (_ path: String) -> Bool) -> RunDocument {
        var rest = self
        rest.removeAll(where: isUnwanted)
        return rest
    }

    private mutating func removeAll(where isUnwanted: (_ path: String) -> Bool) {
        let unwanted = (groupPaths + paths).filter { !$0.isEmpty && isUnwanted($0) }
        func isGone(_ path: String) -> Bool { unwanted.contains { path == $0 || path.hasPrefix($0 + "/") } }
        datasets = datasets.filter { !isGone($0.key) }
        groups = groups.filter { !isGone($0.key) }
    }

    /// Takes out the table without rows that stands for `obs` or `var` until there are samples and genes.
    mutating func removeEmptyTable(_ path: String) {
        precondition(datasets["\(path)/_index"]?.shape == [0], "\(path) is already in the document")
        datasets["\(path)/_index"] = nil
        groups[path] = nil
    }

    /// The paths of all datasets, in byte order.
    package var paths: [String] {
        datasets.keys.sorted(by: StoredPath.precedes)
    }

    /// The paths of all groups, in byte order; the root is the empty path.
    package var groupPaths: [String] {
        groups.keys.sorted(by: StoredPath.precedes)
    }

    package subscript(path: String) -> StoredDataset? {
        datasets[path]
    }

    /// The attributes of a group, or nil where there is none. The root is the empty path.
    package func attributes(ofGroup path: String) -> StoredAttributes? {
        groups[path]
    }

    /// Puts in a dataset as it stands in a file, with all its attributes.
    mutating func restore(_ dataset: StoredDataset, at path: String) {
        datasets[path] = dataset
    }

    /// Puts in a group as it stands in a file, with all its attributes.
    mutating func restoreGroup(_ path: String, attributes: StoredAttributes) {
        groups[path] = attributes
    }

    private mutating func openGroups(above path: String) {
        precondition(StoredPath.isValid(path), "\(path) is no path of a file")
        var path = path
        while let parent = StoredPath.parent(of: path) {
            precondition(datasets[parent] == nil, "\(parent) is a dataset, so \(path) cannot stand in it")
            if groups[parent] == nil { groups[parent] = Encoding.group }
            path = parent
        }
        precondition(StoredPath.rootElements.contains(path), "AnnData knows no \(path) at the root of a file")
    }
}
