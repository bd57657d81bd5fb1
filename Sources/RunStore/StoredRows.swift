import ContentDigest
import HDF5

/// The rows of a matrix of single precision, which its owner gives up as they are written.
///
/// Such a matrix is the largest thing in memory, and the file that is made there is as large: row for row one grows
/// as the other shrinks.
package struct StoredRows: Sendable {
    /// How the matrix lies in the file.
    enum Layout: Sendable {
        /// As any content is laid out; the closure gives the element in a row and column.
        case byContent(element: @Sendable (Int, Int) -> Float)

        /// In blocks of so many rows and columns at most, as they are.
        case blocks(rows: Int, columns: Int)
    }

    let layout: Layout

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
        self.init(.byContent(element: element), rows: rows, beforeGivingUp: beforeGivingUp, giveUp: giveUp)
    }

    /// A matrix of numbers that deflate would hardly shrink, of which some columns are read alone as well as some rows.
    ///
    /// - Parameters:
    ///   - rowsOfBlock: The height of a block of the file. As many rows are written, and given up, at a time.
    ///   - columnsOfBlock: Its width.
    package init(
        rowsOfBlock: Int, columnsOfBlock: Int, rows: @escaping @Sendable (Range<Int>) -> [Float],
        beforeGivingUp: @escaping @Sendable () -> Void, giveUp: @escaping @Sendable (Int) -> Void
    ) {
        self.init(
            .blocks(rows: rowsOfBlock, columns: columnsOfBlock), rows: rows, beforeGivingUp: beforeGivingUp,
            giveUp: giveUp)
    }

    private init(
        _ layout: Layout, rows: @escaping @Sendable (Range<Int>) -> [Float],
        beforeGivingUp: @escaping @Sendable () -> Void, giveUp: @escaping @Sendable (Int) -> Void
    ) {
        self.layout = layout
        self.rows = rows
        self.beforeGivingUp = beforeGivingUp
        self.giveUp = giveUp
    }

    /// How many rows are written at a time: some megabytes.
    fileprivate static func step(ofColumns count: Int) -> Int { max(1, (4 << 20) / 4 / max(1, count)) }
}

extension Group {
    /// Makes the dataset, just as `content` as a whole would be stored or in blocks, and gives the rows up.
    ///
    /// - Returns: The digest of the content.
    func createDataset(_ path: String, _ rows: StoredRows, _ dataset: StoredDataset) throws -> SHA256Digest {
        let (rowCount, columnCount) = (dataset.shape[0], dataset.shape[1])
        let storage: Storage
        var step = StoredRows.step(ofColumns: columnCount)
        switch rows.layout {
        case .byContent(let element):
            storage =
                StorageLayout(
                    ofFloats: rowCount * columnCount, shape: dataset.shape,
                    element: { element($0 / columnCount, $0 % columnCount) }
                ).storage
        case .blocks(let rows, let columns):
            step = StorageLayout.piece(of: rowCount, atMost: rows)
            storage = .chunks(shape: [step, StorageLayout.piece(of: columnCount, atMost: columns)])
        }
        rows.beforeGivingUp()
        func taken(_ range: Range<Int>) -> [Float] {
            let values = rows.rows(range).map { $0.isNaN ? .nan : $0 }
            rows.giveUp(range.upperBound)
            return values
        }
        switch storage {
        case .contiguous, .chunks:
            var hasher = SHA256Hasher()
            let stored = try createDataset(path, shape: dataset.shape, storage: storage, rowsAtATime: step) {
                range -> [Float] in
                let values = taken(range)
                values.withUnsafeBytes { hasher.update($0) }
                return values
            }
            try stored.setAttributes(dataset.attributes)
            return hasher.finish()
        case .compact, .deflatedChunks:
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
    }
}
