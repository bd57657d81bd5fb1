import ExpressionData
import Glibc

/// The lines of a count table below its header.
///
/// Most of the bytes of a run's input pass through here, so a row of plain
/// digits is read in one pass without copies; any other row takes the slow way,
/// which also finds the words for what is wrong.
struct CountRows {
    private var genes: GeneNames
    private(set) var counts: [Int32] = []

    private let samples: [String]

    /// Columns before the gene.
    private let leadingCount: Int

    /// Columns between the gene and the first sample.
    private let annotationCount: Int

    private let separator: UInt8
    private let delimiter: Delimiter
    private let fractions: CountTable.Fractions
    private let fileName: String

    /// The counts of the row at hand.
    private var row: [Int32]

    /// The file's line that is read next.
    private var line: Int

    var geneIDs: [String] { genes.names }

    init(
        _ header: TableHeader, fractions: CountTable.Fractions, fileName: String
    ) {
        samples = header.samples
        leadingCount = header.leadingCount
        annotationCount = header.annotationCount
        separator = header.delimiter.byte
        delimiter = header.delimiter
        self.fractions = fractions
        self.fileName = fileName
        genes = GeneNames(fileName: fileName)
        row = Array(repeating: 0, count: samples.count)
        line = header.nextLine
    }

    /// Reads all rows from where the window's text begins, which is the start of a line.
    mutating func parse(_ window: inout ContentWindow) throws {
        let start = window.offset
        while true {
            let used = try parseLines(window.text, isLast: window.isAtEnd)
            window.drop(used)
            if window.isAtEnd { return }
            reserveCapacity(forContentOf: window.estimatedContentSize - start, seen: window.offset - start)
            try window.extend()
        }
    }

    /// Makes room for the rows to come, as the rows so far tell.
    ///
    /// An array that grows by itself doubles, and for a moment stands in memory
    /// twice. Room that is not used is never touched, so it costs no memory.
    private mutating func reserveCapacity(forContentOf size: Int, seen: Int) {
        let geneCount = genes.names.count
        guard seen > 0, geneCount > 0 else { return }
        let expected = Double(geneCount) * (Double(size) / Double(seen))
        guard expected * Double(samples.count) > Double(counts.capacity) else { return }
        // An estimate gone wrong must not ask for memory without measure.
        let rows = min(Int(expected * 1.05) + 64, 64 * geneCount + 65_536)
        genes.reserveCapacity(rows)
        counts.reserveCapacity(rows * samples.count)
    }

    /// Reads the lines that are there whole; returns how many bytes they have.
    private mutating func parseLines(_ text: UnsafeBufferPointer<UInt8>, isLast: Bool) throws -> Int {
        guard let base = text.baseAddress else { return 0 }
        var position = 0
        while position < text.count {
            let rest = text.count - position
            var end = text.count
            if let found = memchr(base + position, Int32(newline), rest) {
                end = UnsafeRawPointer(found) - UnsafeRawPointer(base)
            } else if !isLast {
                break
            }
            var length = end - position
            if length > 0, base[end - 1] == UInt8(ascii: "\r") { length -= 1 }
            let content = UnsafeBufferPointer(start: base + position, count: length)
            if length > 0, !isPadding(content) {
                if try !parsePlainRow(content) { try parseAnyRow(content) }
                counts.append(contentsOf: row)
            }
            position = min(end + 1, text.count)
            line += 1
        }
        return position
    }

    /// Whether a line has separators and blanks only, with which spreadsheets pad tables.
    private func isPadding(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard line[0] == separator || line[0] == blank else { return false }
        return line.allSatisfy { $0 == separator || $0 == blank }
    }

    /// Reads a row of plain digits; returns false, having done nothing, for any other.
    ///
    /// - Precondition: Eight bytes behind the line may be read, and its first byte behind is a line end.
    private mutating func parsePlainRow(_ text: UnsafeBufferPointer<UInt8>) throws -> Bool {
        let base = text.baseAddress!
        let end = text.count
        var position = 0
        for _ in 0..<leadingCount {
            while position < end, base[position] != separator { position += 1 }
            guard position < end else { return false }
            position += 1
        }
        let nameStart = position
        guard position < end, base[position] != quote else { return false }
        while position < end, base[position] != separator { position += 1 }
        let nameEnd = position
        for _ in 0..<annotationCount {
            guard position < end else { return false }
            position += 1
            if position < end, base[position] == quote { return false }
            while position < end, base[position] != separator { position += 1 }
        }
        let separator = separator
        let isPlain = row.withUnsafeMutableBufferPointer { row in
            for sample in 0..<row.count {
                guard position < end, base[position] == separator else { return false }
                let (value, length) = PlainDigits.read(base + position + 1)
                // Behind the digits stands a separator or the line's end; eight digits may have more behind.
                guard length > 0, length < 8 else { return false }
                row[sample] = Int32(truncatingIfNeeded: value)
                position += 1 + length
            }
            return Self.isPadded(text, from: position, separator)
        }
        guard isPlain else { return false }
        let name = String(decoding: UnsafeBufferPointer(rebasing: text[nameStart..<nameEnd]), as: UTF8.self)
        try genes.append(trimmed(name), line: line)
        return true
    }

    /// Whether nothing but fields without content follow.
    @inline(__always)
    private static func isPadded(
        _ line: UnsafeBufferPointer<UInt8>, from position: Int, _ separator: UInt8
    ) -> Bool {
        position == line.count
            || (line[position] == separator && line[position...].allSatisfy { $0 == separator || $0 == blank })
    }

    /// Reads any row, or finds what is wrong with it.
    private mutating func parseAnyRow(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        var position = 0
        for _ in 0..<leadingCount {
            let numbered = try field(bytes, &position)
            guard position < bytes.count else { throw raggedRow(bytes, gene: numbered.string) }
            position += 1
        }
        let gene = trimmed(try field(bytes, &position).string)
        try genes.append(gene, line: line)
        for _ in 0..<annotationCount {
            guard position < bytes.count, bytes[position] == separator else { throw raggedRow(bytes, gene: gene) }
            position += 1
            _ = try field(bytes, &position)
        }
        for sample in samples.indices {
            guard position < bytes.count, bytes[position] == separator else { throw raggedRow(bytes, gene: gene) }
            position += 1
            let text = try field(bytes, &position).trimmedText
            let place = CountField(
                fileName: fileName, line: line, gene: gene, sample: samples[sample])
            row[sample] = try place.count(text, fractions: fractions)
        }
        guard Self.isPadded(bytes, from: position, separator) else { throw raggedRow(bytes, gene: gene) }
    }

    /// The field at `position`, without quotes; `position` then stands at the field's end.
    private func field(
        _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) throws -> UnsafeBufferPointer<UInt8> {
        let start = position
        guard position < bytes.count, bytes[position] == quote else {
            while position < bytes.count, bytes[position] != separator { position += 1 }
            return UnsafeBufferPointer(rebasing: bytes[start..<position])
        }
        guard let end = bytes[(start + 1)...].firstIndex(of: quote) else {
            throw InputError(
                file: fileName, line: line, "a quote is opened and not closed",
                remedy: "Close it, or write the field without quotes.")
        }
        position = end + 1
        return UnsafeBufferPointer(rebasing: bytes[start + 1..<end])
    }

    private func raggedRow(_ bytes: UnsafeBufferPointer<UInt8>, gene: String) -> InputError {
        let fields = bytes.count { $0 == separator } + 1
        return InputError(
            file: fileName, line: line, gene: gene,
            "the line has \(counted(fields, "field")) where the header calls for \(leadingCount + 1 + annotationCount + samples.count)",
            remedy:
                "Every line needs the gene and one count per sample; look for a missing or surplus \(delimiter.name).")
    }
}

private let newline = UInt8(ascii: "\n")
private let quote = UInt8(ascii: "\"")
private let blank = UInt8(ascii: " ")
