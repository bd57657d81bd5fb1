import ExpressionData
import Glibc

/// A sparse count matrix with its genes and samples, as 10x Genomics' programs
/// and STARsolo write them: `matrix.mtx`, `features.tsv` (or `genes.tsv`) and `barcodes.tsv`.
package enum MatrixMarketFolder {
    /// The files of such a folder, relative to it.
    package struct Members: Sendable {
        package let matrix: String
        package let features: String
        package let barcodes: String

        /// - Throws: `InputError` unless there is one of each.
        package init(_ members: [String], folder: String) throws {
            func only(_ endings: [String]) throws -> String {
                let found = members.filter { member in
                    endings.contains { member.hasSuffix($0) || member.hasSuffix($0 + ".gz") }
                }
                guard let first = found.first, found.count == 1 else {
                    throw InputError(
                        file: folder,
                        found.isEmpty
                            ? "the folder has no \(endings.joined(separator: " or "))"
                            : "the folder has several matrices: \(listed(found))",
                        remedy:
                            "Name a folder with matrix.mtx, features.tsv and barcodes.tsv, each of them also as .gz.")
                }
                return first
            }
            matrix = try only(["matrix.mtx"])
            features = try only(["features.tsv", "genes.tsv"])
            barcodes = try only(["barcodes.tsv"])
        }
    }

    /// Reads the matrix: features in rows, barcodes in columns.
    ///
    /// Where the features have a third column, only those of the type `Gene
    /// Expression` are kept. Entries of one place are added up.
    ///
    /// - Throws: `InputError`, naming the line.
    package static func read(
        matrix: InputFile, features: InputFile, barcodes: InputFile, observer: CountTable.Observer? = nil
    ) throws -> CountMatrix {
        let samples = try names(in: barcodes, what: "barcode").map(\.name)
        let rows = try names(in: features, what: "feature")
        var genes: [String] = []
        let positions = rows.map { row -> Int in
            guard row.isGene else { return -1 }
            genes.append(row.name)
            return genes.count - 1
        }
        guard !genes.isEmpty else {
            throw InputError(
                file: features.name, "no feature is of the type Gene Expression",
                remedy: "Expected the features' identifiers in the first column, and their types in the third.")
        }
        var counts = try DenseCounts.zeros(genes: genes.count, samples: samples.count, fileName: matrix.name)
        var entries = MatrixMarketEntries(
            fileName: matrix.name, expectedRows: rows.count, expectedColumns: samples.count)
        try entries.read(matrix, observer: observer) { row, column, count, line in
            guard positions[row] >= 0 else { return }
            let cell = positions[row] * samples.count + column
            let (sum, overflow) = counts[cell].addingReportingOverflow(count)
            guard !overflow else {
                throw InputError(
                    file: matrix.name, line: line, gene: genes[positions[row]], sample: samples[column],
                    "the counts of one place add up to more than 2147483647", remedy: "Write every place once.")
            }
            counts[cell] = sum
        }
        return CountMatrix(geneIDs: genes, sampleNames: samples, counts: counts)
    }

    /// The first column of a table without a header, each name once.
    private static func names(in file: InputFile, what: String) throws -> [(name: String, isGene: Bool)] {
        var lines: [String: Int] = [:]
        var names: [(name: String, isGene: Bool)] = []
        try file.bytes.withUnsafeBufferPointer { bytes in
            var text = Lines(bytes)
            while let line = text.next() {
                if line.isEmpty { continue }
                let fields = Lines.fields(line)
                let name = fields[0].trimmedText.string
                if name.isEmpty {
                    throw InputError(
                        file: file.name, line: text.number, "the \(what) has no name",
                        remedy: "Expected it in the first column.")
                }
                if let first = lines.updateValue(text.number, forKey: name) {
                    throw InputError(
                        file: file.name, line: text.number, "the \(what) \(name) is already on line \(first)",
                        remedy: "Every \(what) needs a name of its own.")
                }
                names.append((name, fields.count < 3 || fields[2].trimmedText.string == "Gene Expression"))
            }
        }
        guard !names.isEmpty else {
            throw InputError(file: file.name, "the file is empty", remedy: "Expected one line per \(what).")
        }
        return names
    }
}
