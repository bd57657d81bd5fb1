import Deflate

/// One column of a table to be written.
package struct TableColumn: Sendable {
    package enum Values: Sendable {
        case strings([String])

        /// NaN is written `NA`.
        case doubles([Double])

        /// The doubles of `count` rows, made some rows at a time as they are written: they need not stand in memory.
        case computed(count: Int, @Sendable (_ rows: Range<Int>) -> [Double])

        /// Nil is written `NA`.
        case integers([Int?])

        /// Written `TRUE`, `FALSE` and, for nil, `NA`.
        case booleans([Bool?])

        /// Every cell as it is written.
        package var texts: [String] {
            switch self {
            case .strings(let values): values
            case .doubles(let values): values.map { $0.isNaN ? "NA" : "\($0)" }
            case .computed(let count, let values): values(0..<count).map { $0.isNaN ? "NA" : "\($0)" }
            case .integers(let values): values.map { $0.map(String.init) ?? "NA" }
            case .booleans(let values): values.map { $0.map { $0 ? "TRUE" : "FALSE" } ?? "NA" }
            }
        }

        package var count: Int {
            switch self {
            case .strings(let values): values.count
            case .doubles(let values): values.count
            case .computed(let count, _): count
            case .integers(let values): values.count
            case .booleans(let values): values.count
            }
        }
    }

    package let name: String
    package let values: Values

    package init(_ name: String, _ values: Values) {
        self.name = name
        self.values = values
    }
}

extension TableColumn.Values {
    /// Texts of a table that was written: whole numbers, or other numbers with `NA` for a missing one, where all are such.
    package init(read texts: [String]) {
        let integers = texts.compactMap { Int($0) }
        let doubles = texts.compactMap { $0 == "NA" ? Double.nan : Double($0) }
        self =
            integers.count == texts.count
            ? .integers(integers) : doubles.count == texts.count ? .doubles(doubles) : .strings(texts)
    }
}

/// Tab-separated tables with a header line.
package enum TableWriter {
    /// Writes a table; complete under its name, or not at all.
    ///
    /// - Parameter compressionLevel: From 1 to 9 for a gzip file, nil for plain text.
    /// - Throws: `OutputError`.
    /// - Precondition: All columns have one length.
    package static func write(_ columns: [TableColumn], to path: String, compressionLevel: Int? = nil) throws {
        var writer = try RowWriter(path: path, compressionLevel: compressionLevel)
        try writer.append(header: columns.map(\.name))
        var block = TableBlock(columns)
        while block.next() {
            block.append(to: &writer.text)
            try writer.flushIfLong()
        }
        try writer.finish()
    }

    /// The table as text in memory.
    package static func bytes(_ columns: [TableColumn]) -> [UInt8] {
        var text = TextBuffer()
        for (position, column) in columns.enumerated() {
            if position > 0 { text.append(byte: UInt8(ascii: "\t")) }
            text.append(field: column.name)
        }
        text.append(byte: UInt8(ascii: "\n"))
        var block = TableBlock(columns)
        while block.next() { block.append(to: &text) }
        return text.bytes
    }
}

/// A table written row by row, for matrices that have no columns in memory.
package struct RowWriter: ~Copyable {
    /// The row under construction; `endRow` ends it.
    package var text = TextBuffer()

    private var file: AtomicFile
    private var compressor: Compressor?
    private var compressed: [UInt8] = []

    package init(path: String, compressionLevel: Int? = nil) throws {
        file = try AtomicFile(path: path)
        compressor = compressionLevel.map { Compressor(level: $0, format: .gzip) }
    }

    package mutating func append(header names: [String]) throws {
        for (position, name) in names.enumerated() {
            if position > 0 { text.append(byte: UInt8(ascii: "\t")) }
            text.append(field: name)
        }
        try endRow()
    }

    package mutating func endRow() throws {
        text.append(byte: UInt8(ascii: "\n"))
        try flushIfLong()
    }

    /// Lets go of complete rows once there are many.
    mutating func flushIfLong() throws {
        if text.bytes.count >= 1 << 20 { try flush() }
    }

    /// Makes the file durable under its name.
    package mutating func finish() throws {
        try flush()
        if compressor != nil {
            compressor!.finish(into: &compressed)
            try file.append(compressed)
        }
        try file.finish()
    }

    private mutating func flush() throws {
        if compressor != nil {
            text.bytes.withUnsafeBytes { compressor!.append($0, to: &compressed) }
            try file.append(compressed)
            compressed.removeAll(keepingCapacity: true)
        } else {
            try file.append(text.bytes)
        }
        text.removeAll()
    }
}
