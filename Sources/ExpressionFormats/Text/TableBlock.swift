/// Some rows of a table as text.
///
/// The cells are written column by column, which keeps one kind of value and one way of writing it at hand, and then laid
/// out as rows.
struct TableBlock {
    /// Few enough for the text of a wide table's block to stay in a core's cache.
    private static let rowLimit = 256

    private let columns: [TableColumn]
    private let rowCount: Int
    private var rows = 0..<0
    private var cells = TextBuffer()

    /// Where each cell ends in `cells`, column after column.
    private var ends: [Int] = []

    /// - Precondition: All columns have one length.
    init(_ columns: [TableColumn]) {
        self.columns = columns
        rowCount = columns.first?.values.count ?? 0
        let count = rowCount
        precondition(columns.allSatisfy { $0.values.count == count }, "columns of different lengths")
    }

    /// Writes the cells of the rows that follow; false if there are none.
    mutating func next() -> Bool {
        guard rows.upperBound < rowCount else { return false }
        rows = rows.upperBound..<min(rows.upperBound + Self.rowLimit, rowCount)
        cells.removeAll()
        ends.removeAll(keepingCapacity: true)
        for column in columns {
            switch column.values {
            case .strings(let values): write(values[rows]) { $0.append(field: $1) }
            case .doubles(let values): write(values[rows]) { $0.append($1) }
            case .computed(_, let values): write(values(rows)) { $0.append($1) }
            case .integers(let values):
                write(values[rows]) { text, value in
                    if let value { text.append(value) } else { text.append("NA") }
                }
            case .booleans(let values): write(values[rows]) { $0.append($1.map { $0 ? "TRUE" : "FALSE" } ?? "NA") }
            }
        }
        return true
    }

    @inline(__always)
    private mutating func write<Values: Sequence>(
        _ values: Values, _ append: (inout TextBuffer, Values.Element) -> Void
    ) {
        for value in values {
            append(&cells, value)
            ends.append(cells.bytes.count)
        }
    }

    /// Appends the rows, each with its end of line.
    func append(to text: inout TextBuffer) {
        // Behind every cell stands a tab or the end of the line.
        let size = cells.bytes.count + ends.count
        let laidOut = [UInt8](unsafeUninitializedCapacity: size) { room, used in
            var target = UnsafeMutableRawPointer(room.baseAddress!)
            cells.bytes.withUnsafeBytes { cells in
                ends.withUnsafeBufferPointer { ends in
                    for row in 0..<rows.count {
                        for cell in stride(from: row, to: ends.count, by: rows.count) {
                            let start = cell == 0 ? 0 : ends[cell - 1]
                            let length = ends[cell] - start
                            if length > 0 { target.copyMemory(from: cells.baseAddress! + start, byteCount: length) }
                            target.storeBytes(of: UInt8(ascii: "\t"), toByteOffset: length, as: UInt8.self)
                            target += length + 1
                        }
                        (target - 1).storeBytes(of: UInt8(ascii: "\n"), as: UInt8.self)
                    }
                }
            }
            used = size
        }
        text.append(laidOut)
    }
}
