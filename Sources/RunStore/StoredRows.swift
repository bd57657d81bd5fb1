import ContentDigest
import HDF5

/// The rows of a matrix of single precision, which its owner gives up as they are written.
///
/// Such a matrix is the largest thing in memory, and the file that is made there is as large: row for row one grows
/// as the other shrinks.
package struct StoredRows: Sendable {
    /// The element in a row and column.
    let element: @Sendable (Int, Int) -> Float

    /// The elements of some rows, row after row.
    let rows: @Sendable (Range<Int>) -> [Float]

    /// Called before rows are given up; every row can still be read.
    let beforeGivingUp: @Sendable () -> Void

    /// Called when no row before the given one is read any more.
    let giveUp: @Sendable (Int) -> Void

    package init(
        element: @escaping @Sendable (Int, Int) -> Float, rows: @escaping @Sendable (Range<Int>) -> [Float],
        beforeGivingUp: @escaping @Sendable () -> Void, giveUp: @escaping @Sendable (Int) -> Void
    ) {
        self.element = element
        self.rows = rows
        self.beforeGivingUp = beforeGivingUp
        self.giveUp = giveUp
    }

    /// How many rows are written at a time: some megabytes.
    fileprivate static func step(ofColumns count: Int) -> Int { max(1, (4 << 20) / 4 / max(1, count)) }
}

extension Group {
    /// Makes the dataset just as `content` as a whole would be stored, and gives the rows up.
    ///
    /// - Returns: The digest of the content.
    func createDataset(_ path: String, _ rows: StoredRows, _ dataset: StoredDataset) throws -> SHA256Digest {
        let (rowCount, columnCount) = (dataset.shape[0], dataset.shape[1])
        let layout = StorageLayout(
            ofFloats: rowCount * columnCount, shape: dataset.shape,
            element: { rows.element($0 / columnCount, $0 % columnCount) })
        rows.beforeGivingUp()
        let step = StoredRows.step(ofColumns: columnCount)
        func taken(_ range: Range<Int>) -> [Float] {
            let values = rows.rows(range).map { $0.isNaN ? .nan : $0 }
            rows.giveUp(range.upperBound)
            return values
        }
        guard layout.storage == .contiguous else {
            // In the file they are much smaller.
            var values: [Float] = []
            values.reserveCapacity(rowCount * columnCount)
            for first in stride(from: 0, to: rowCount, by: step) {
                values += taken(first..<min(first + step, rowCount))
            }
            let content = StoredContent.floats(values)
            try createDataset(path, content, shape: dataset.shape).setAttributes(dataset.attributes)
            return content.digest
        }
        var hasher = SHA256Hasher()
        let stored = try createDataset(path, shape: dataset.shape, rowsAtATime: step) { range -> [Float] in
            let values = taken(range)
            values.withUnsafeBytes { hasher.update($0) }
            return values
        }
        try stored.setAttributes(dataset.attributes)
        return hasher.finish()
    }
}
