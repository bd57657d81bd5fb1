import ExpressionData
import HDF5

/// Counts from AnnData's HDF5 files: samples (or cells) in rows, genes in columns.
package enum AnnDataFile {
    package struct Content: Sendable {
        package let counts: CountMatrix

        /// What the file knows of the samples (`obs`), as a sample sheet's text.
        package let samples: InputFile

        /// The ordered categories among the columns of `samples`.
        package let declarations: [ColumnDeclaration]

        /// Which matrix the counts are: `layers/counts` or `X`.
        package let matrix: String
    }

    /// Reads the counts: the layer `counts` where there is one, since programs
    /// that normalise leave the raw counts there, else `X`.
    ///
    /// - Parameter path: HDF5 opens files itself, so the content must lie on a disk.
    /// - Throws: `InputError`, also for a number that is no count, naming gene and sample.
    package static func read(path: String, name: String) throws -> Content {
        do {
            return try read(try ForeignFile(reading: path).root, name: name)
        } catch let error as HDF5Error {
            throw InputError(
                error, file: name,
                remedy: "Check that the file was written by anndata 0.8 or later, and copied whole.",
                compression: "write it again with adata.write_h5ad(path, compression=\"gzip\")")
        }
    }

    private static func read(_ root: ForeignGroup, name: String) throws -> Content {
        let members = try root.members()
        for needed in ["obs", "var"] where !members.contains(where: { $0.name == needed && $0.kind == .group }) {
            throw InputError(
                file: name, "the file has no group \(needed)",
                remedy: "Expected a file of AnnData; save an old one again with anndata 0.8 or later.")
        }
        let genes = try AnnDataFrame.index(of: root.group("var"), fileName: name)
        let sampleNames = try AnnDataFrame.index(of: root.group("obs"), fileName: name)
        try check(genes, what: "gene", fileName: name)
        try check(sampleNames, what: "sample", fileName: name)
        let hasLayer =
            try members.contains { $0.name == "layers" && $0.kind == .group }
            && root.group("layers").members().contains { $0.name == "counts" }
        let matrix = hasLayer ? "layers/counts" : "X"
        guard
            let kind = hasLayer
                ? try root.group("layers").members().first(where: { $0.name == "counts" })?.kind
                : members.first(where: { $0.name == "X" })?.kind
        else {
            throw InputError(
                file: name, "the file has neither a matrix X nor a layer counts",
                remedy: "Save the raw counts as X, or as the layer counts.")
        }
        var reader = AnnDataMatrix(geneIDs: genes, sampleNames: sampleNames, matrix: matrix, fileName: name)
        if kind == .group {
            try reader.readSparse(root.group(matrix))
        } else {
            try reader.readDense(root.dataset(matrix))
        }
        let frame = try AnnDataFrame(root.group("obs"), index: sampleNames, fileName: name)
        return Content(
            counts: CountMatrix(geneIDs: genes, sampleNames: sampleNames, counts: reader.counts),
            samples: try InputFile(name: name, bytes: frame.text), declarations: frame.declarations, matrix: matrix)
    }

    private static func check(_ names: [String], what: String, fileName: String) throws {
        var seen: Set<String> = []
        guard !names.isEmpty else {
            throw InputError(file: fileName, "the file has no \(what)", remedy: "Save the counts again.")
        }
        for name in names where !seen.insert(name).inserted {
            throw InputError(
                file: fileName, "two \(what)s are called \(name)",
                remedy: "Make names unique, or add the rows up before the analysis.")
        }
    }
}
