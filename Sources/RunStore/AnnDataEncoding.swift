/// The part of a run that AnnData knows: counts, samples, genes.
package struct AnnDataEncoding: Equatable, Sendable {
    package var geneIDs: [String]
    package var sampleNames: [String]

    /// `counts[gene * sampleNames.count + sample]`, as `CountMatrix` holds them.
    package var counts: [Int32]

    /// The sample sheet besides the sample's name.
    package var sampleColumns: [StoredColumn]

    /// What is known of the genes besides their ids: symbol, chromosome, biotype.
    package var geneColumns: [StoredColumn]

    /// - Precondition: There is one count per gene and sample.
    package init(
        geneIDs: [String], sampleNames: [String], counts: [Int32], sampleColumns: [StoredColumn] = [],
        geneColumns: [StoredColumn] = []
    ) {
        precondition(counts.count == geneIDs.count * sampleNames.count)
        self.geneIDs = geneIDs
        self.sampleNames = sampleNames
        self.counts = counts
        self.sampleColumns = sampleColumns
        self.geneColumns = geneColumns
    }
}

extension RunDocument {
    /// Adds `X` (samples × genes), `obs` (one row per sample) and `var` (one row per gene).
    ///
    /// - Parameter packed: The same counts, made ready for the file; nil leaves that to the writing.
    /// - Precondition: They were not added before, nor anything else in `obs` and `var`.
    package mutating func add(_ data: AnnDataEncoding, packed: PackedCounts? = nil) {
        let (genes, samples) = (data.geneIDs.count, data.sampleNames.count)
        let counts = data.counts
        add(
            "X", shape: [samples, genes],
            attributes: ["definition": "Raw counts, one row per sample and one column per gene", "units": "reads"],
            packed: packed
        ) { .int32s(transposed(counts, rows: genes, columns: samples)) }
        addTable("obs", index: "sample", ofRows: data.sampleNames, columns: data.sampleColumns)
        addTable("var", index: "gene_id", ofRows: data.geneIDs, columns: data.geneColumns)
    }

    /// Adds a table whose index has AnnData's own name for it when a column already has the better one.
    private mutating func addTable(
        _ path: String, index: String, ofRows rows: [String], columns: [StoredColumn]
    ) {
        removeEmptyTable(path)
        let isTaken = columns.contains { $0.name == index }
        addTable(path, index: isTaken ? "_index" : index, rows: rows, columns: columns)
    }

    /// Returns the counts, genes and samples that `add` stored, without the other columns.
    ///
    /// - Throws: `RunStoreError` when one of them is missing or of another type.
    package func annData() throws -> AnnDataEncoding {
        let (geneIDs, sampleNames) = (try rowNames(ofTable: "var"), try rowNames(ofTable: "obs"))
        let counts = try int32s("X")
        guard self["X"]?.shape == [sampleNames.count, geneIDs.count] else {
            throw RunStoreError.wrongShape(
                path: "X", expected: [sampleNames.count, geneIDs.count], found: self["X"]?.shape ?? [])
        }
        return AnnDataEncoding(
            geneIDs: geneIDs, sampleNames: sampleNames,
            counts: transposed(counts, rows: sampleNames.count, columns: geneIDs.count))
    }
}

/// Returns the matrix with rows and columns exchanged.
///
/// It goes through the matrix in square tiles that stay in the cache.
private func transposed(_ values: [Int32], rows: Int, columns: Int) -> [Int32] {
    let tile = 32
    return [Int32](unsafeUninitializedCapacity: values.count) { result, count in
        for firstRow in stride(from: 0, to: rows, by: tile) {
            for firstColumn in stride(from: 0, to: columns, by: tile) {
                for column in firstColumn..<min(firstColumn + tile, columns) {
                    for row in firstRow..<min(firstRow + tile, rows) {
                        result[column * rows + row] = values[row * columns + column]
                    }
                }
            }
        }
        count = values.count
    }
}
