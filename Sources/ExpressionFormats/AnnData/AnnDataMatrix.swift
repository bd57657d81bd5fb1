import ExpressionData
import HDF5

/// The matrix of an AnnData file on its way to counts with genes in rows.
struct AnnDataMatrix {
    private let geneIDs: [String]
    private let sampleNames: [String]
    private let matrix: String
    private let fileName: String

    private(set) var counts: [Int32] = []

    /// How many numbers are read at a time.
    private static let blockSize = 1 << 20

    init(geneIDs: [String], sampleNames: [String], matrix: String, fileName: String) {
        self.geneIDs = geneIDs
        self.sampleNames = sampleNames
        self.matrix = matrix
        self.fileName = fileName
    }

    mutating func readDense(_ dataset: ForeignDataset) throws {
        try check(shape: try dataset.shape())
        try makeRoom()
        let (geneCount, sampleCount) = (geneIDs.count, sampleNames.count)
        let step = max(1, Self.blockSize / geneCount)
        for first in stride(from: 0, to: sampleCount, by: step) {
            let rows = first..<min(first + step, sampleCount)
            let values = try dataset.read(rows: rows, as: Double.self)
            for gene in 0..<geneCount {
                for sample in rows {
                    counts[gene * sampleCount + sample] = try count(
                        values[(sample - first) * geneCount + gene], gene: gene, sample: sample)
                }
            }
        }
    }

    mutating func readSparse(_ group: ForeignGroup) throws {
        let attributes = try group.attributeNames()
        func strings(_ name: String) throws -> String? {
            guard attributes.contains(name), case .strings(let values)? = try group.attribute(name)?.content else {
                return nil
            }
            return values.first
        }
        func integers(_ name: String) throws -> [Int]? {
            guard attributes.contains(name), case .integers(let values)? = try group.attribute(name)?.content else {
                return nil
            }
            return values.map { Int($0) }
        }
        let encoding = try strings("encoding-type") ?? strings("h5sparse_format") ?? ""
        guard encoding.hasPrefix("csr") || encoding.hasPrefix("csc") else {
            throw InputError(
                file: fileName, "its matrix \(matrix) is of the kind `\(encoding)`",
                remedy: "Save it as an array, or as a csr or csc matrix.")
        }
        try check(shape: try integers("shape") ?? integers("h5sparse_shape") ?? [])
        try makeRoom()
        let rowsAreSamples = encoding.hasPrefix("csr")
        let (rowCount, columnCount) =
            rowsAreSamples ? (sampleNames.count, geneIDs.count) : (geneIDs.count, sampleNames.count)
        let starts = try group.dataset("indptr").read(as: Int64.self)
        let data = group.dataset("data")
        let indices = group.dataset("indices")
        let entryCount = try data.shape().reduce(1, *)
        guard starts.count == rowCount + 1, starts[0] == 0, starts[rowCount] == entryCount,
            zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }), try indices.shape().reduce(1, *) == entryCount
        else { throw damaged() }
        var row = 0
        for first in stride(from: 0, to: entryCount, by: Self.blockSize) {
            let entries = first..<min(first + Self.blockSize, entryCount)
            let values = try data.read(rows: entries, as: Double.self)
            let columns = try indices.read(rows: entries, as: Int64.self)
            for entry in entries {
                while Int(starts[row + 1]) <= entry { row += 1 }
                guard let column = Int(exactly: columns[entry - first]), (0..<columnCount).contains(column) else {
                    throw damaged()
                }
                let (gene, sample) = rowsAreSamples ? (column, row) : (row, column)
                counts[gene * sampleNames.count + sample] = try count(values[entry - first], gene: gene, sample: sample)
            }
        }
    }

    private mutating func makeRoom() throws {
        counts = try DenseCounts.zeros(genes: geneIDs.count, samples: sampleNames.count, fileName: fileName)
    }

    private func check(shape: [Int]) throws {
        guard shape == [sampleNames.count, geneIDs.count] else {
            throw InputError(
                file: fileName,
                "its matrix \(matrix) has the shape \(shape) where obs has \(sampleNames.count) rows and var "
                    + "\(geneIDs.count)",
                remedy: "Save the file again, or copy it again.")
        }
    }

    private func count(_ value: Double, gene: Int, sample: Int) throws -> Int32 {
        if value >= 0, value <= Double(Int32.max), value == value.rounded() { return Int32(value) }
        var remedy = "Raw counts are whole numbers from 0 to 2147483647."
        if value != value.rounded() {
            remedy +=
                " \(matrix) looks normalised or estimated: save the raw counts as the layer counts."
        }
        throw InputError(
            file: fileName, gene: geneIDs[gene], sample: sampleNames[sample],
            "the value \(value) of \(matrix) is not a count", remedy: remedy)
    }

    private func damaged() -> InputError {
        InputError(
            file: fileName, "its sparse matrix \(matrix) contradicts itself", remedy: "Save or copy the file again.")
    }
}

/// Room for counts that come entry by entry.
enum DenseCounts {
    /// - Throws: `InputError` for more than a billion counts, which single cells have and samples do not.
    static func zeros(genes: Int, samples: Int, fileName: String) throws -> [Int32] {
        let (count, overflow) = genes.multipliedReportingOverflow(by: samples)
        guard !overflow, count <= 1_000_000_000 else {
            throw InputError(
                file: fileName, "\(genes) genes × \(samples) samples are more than a billion counts",
                remedy: "Add the cells of each sample up first: the model is for samples, not for single cells.")
        }
        return [Int32](repeating: 0, count: count)
    }
}
