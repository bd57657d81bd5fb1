import BuiltProducts
import ExpressionData
import ExpressionFormats
import Foundation

/// One design's folder of DESeq2 and fdrtool outputs.
struct DesignReference {
    let folder: URL

    init(_ name: String) {
        folder = Self.root.appendingPathComponent(name)
    }

    /// One of the project's own designs, which every clone has.
    init(own name: String) {
        folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("datasets/goldens/de").appendingPathComponent(name)
    }

    func has(_ file: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path)
    }

    /// Where the folder lies beside the package; it is not part of it.
    static let root = URL(fileURLWithPath: ReferenceFolder.path).appendingPathComponent("de")

    static var isPresent: Bool { ReferenceFolder.isPresent }

    func table(_ file: String) throws -> DelimitedTable {
        try DelimitedTable(path: folder.appendingPathComponent(file).path)
    }

    func json(_ file: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appendingPathComponent(file))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// The counts the design was run on, which several designs may share.
    func counts() throws -> CountMatrix {
        let file =
            try json("design.json")["counts_file"] as? String ?? (has("counts.tsv") ? "counts.tsv" : "counts.tsv.gz")
        let table = try table(file)
        let columns = try (1..<table.columnCount).map { try table.doubles(column: $0) }
        var counts: [Int32] = []
        counts.reserveCapacity(table.rowCount * columns.count)
        for gene in 0..<table.rowCount {
            for column in columns { counts.append(Int32(column[gene])) }
        }
        return CountMatrix(
            geneIDs: table.strings(column: 0), sampleNames: Array(table.columnNames.dropFirst()), counts: counts)
    }

    /// Means of normalized counts under the reference's own size factors.
    func baseMeans(of counts: CountMatrix) throws -> [Double] {
        let factors = try table("expected_size_factors.tsv").doubles("sizeFactor")
        return (0..<counts.geneCount).map { gene in
            zip(counts.counts(ofGene: gene), factors).reduce(0) { $0 + Double($1.0) / $1.1 } / Double(factors.count)
        }
    }
}

extension [String: Any] {
    func number(_ path: String...) -> Double {
        var value: Any? = self
        for key in path { value = (value as? [String: Any])?[key] }
        return (value as? NSNumber)?.doubleValue ?? .nan
    }
}

/// The largest difference over `max(|expected|, floor)`; infinite where only one is NaN.
func worstRelativeDifference(_ values: [Double], _ expected: [Double], floor: Double = 0) -> Double {
    precondition(values.count == expected.count)
    return zip(values, expected).reduce(0) { worst, pair in
        if pair.0.isNaN || pair.1.isNaN { return pair.0.isNaN && pair.1.isNaN ? worst : .infinity }
        if pair.0 == pair.1 { return worst }
        return max(worst, abs(pair.0 - pair.1) / max(abs(pair.1), floor))
    }
}
