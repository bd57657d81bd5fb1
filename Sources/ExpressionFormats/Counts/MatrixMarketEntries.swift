import ExpressionData
import Glibc

/// The entries of a Matrix Market file in coordinates.
struct MatrixMarketEntries {
    let fileName: String
    let expectedRows: Int
    let expectedColumns: Int

    private var line = 0
    private var declaredEntries: Int?
    private var sawBanner = false
    private var entryCount = 0

    init(fileName: String, expectedRows: Int, expectedColumns: Int) {
        self.fileName = fileName
        self.expectedRows = expectedRows
        self.expectedColumns = expectedColumns
    }

    /// Hands every entry over: its row and column from 0, its count and its line.
    mutating func read(
        _ file: InputFile, observer: CountTable.Observer?,
        entry handle: (_ row: Int, _ column: Int, _ count: Int32, _ line: Int) throws -> Void
    ) throws {
        var window = ContentWindow(try file.reader(), observer: observer)
        repeat {
            try window.extend()
            let text = window.text
            var position = 0
            while position < text.count, let base = text.baseAddress {
                let found = memchr(base + position, Int32(UInt8(ascii: "\n")), text.count - position)
                if found == nil, !window.isAtEnd { break }
                let end = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) } ?? text.count
                line += 1
                try read(UnsafeBufferPointer(rebasing: text[position..<end]), handle)
                position = min(end + 1, text.count)
            }
            window.drop(position)
        } while !window.isAtEnd
        guard let declaredEntries, entryCount == declaredEntries else {
            throw InputError(
                file: fileName,
                declaredEntries.map { "the file announces \($0) entries and has \(entryCount)" }
                    ?? "the line with the matrix's size is missing", remedy: "Copy the file again.")
        }
    }

    private mutating func read(
        _ text: UnsafeBufferPointer<UInt8>, _ handle: (Int, Int, Int32, Int) throws -> Void
    ) throws {
        if !sawBanner { return try readBanner(text) }
        if text.first == UInt8(ascii: "%") { return }
        var fields = Fields(text)
        guard let first = fields.next() else { return }
        guard let second = fields.next(), let third = fields.next(), fields.next() == nil else {
            throw error("the line does not have three numbers", "Expected a row, a column and a count.")
        }
        guard let row = number(first), let column = number(second) else {
            throw error("\"\(text.string)\" cannot be read", "Expected a row, a column and a count.")
        }
        guard declaredEntries != nil else {
            guard let entries = number(third), row == expectedRows, column == expectedColumns else {
                throw error(
                    "the matrix is \(row) × \(column) where there are \(expectedRows) features and \(expectedColumns) "
                        + "barcodes",
                    "Take the three files of one run.")
            }
            declaredEntries = entries
            return
        }
        guard (1...expectedRows).contains(row), (1...expectedColumns).contains(column) else {
            throw error("row \(row), column \(column) is outside of the matrix", "Copy the file again.")
        }
        entryCount += 1
        let place = CountField(fileName: fileName, line: line, gene: "\(row)", sample: "\(column)")
        try handle(row - 1, column - 1, try place.count(third), line)
    }

    private mutating func readBanner(_ text: UnsafeBufferPointer<UInt8>) throws {
        let words = text.string.lowercased().split { $0 == " " || $0 == "\t" || $0 == "\r" }
        guard words.count == 5, words[0] == "%%matrixmarket", words[1] == "matrix", words[2] == "coordinate",
            ["integer", "real"].contains(words[3]), words[4] == "general"
        else {
            throw error(
                "this is not a sparse matrix of numbers in the Matrix Market format",
                "Expected the line %%MatrixMarket matrix coordinate integer general.")
        }
        sawBanner = true
    }

    private func number(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard text.count <= 18 else { return nil }
        var value = 0
        for byte in text {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    private func error(_ problem: String, _ remedy: String) -> InputError {
        InputError(file: fileName, line: line, problem, remedy: remedy)
    }

    /// The words of a line between blanks.
    private struct Fields {
        private let text: UnsafeBufferPointer<UInt8>
        private var position = 0

        init(_ text: UnsafeBufferPointer<UInt8>) {
            self.text = text
        }

        mutating func next() -> UnsafeBufferPointer<UInt8>? {
            func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
            while position < text.count, isBlank(text[position]) { position += 1 }
            let start = position
            while position < text.count, !isBlank(text[position]) { position += 1 }
            return position > start ? UnsafeBufferPointer(rebasing: text[start..<position]) : nil
        }
    }
}
