import ExpressionData
import Glibc

/// The lines of a count table below its header.
///
/// Most of the bytes of a run's input pass through here, so plain digits are
/// read in one pass without copies; any other field takes the slow way, which
/// also finds the words for what is wrong.
struct CountRows {
    private(set) var geneIDs: [String] = []
    private(set) var counts: [Int32] = []

    private let samples: [String]

    /// Columns between the gene and the first sample.
    private let annotationCount: Int

    private let separator: UInt8
    private let delimiter: Delimiter
    private let file: InputFile

    /// The line of every gene, for the message about a duplicate.
    private var linesOfGenes: [String: Int] = [:]

    init(samples: [String], annotationCount: Int, delimiter: Delimiter, file: InputFile) {
        self.samples = samples
        self.annotationCount = annotationCount
        self.separator = delimiter.byte
        self.delimiter = delimiter
        self.file = file
    }

    /// Reads all rows from a position that begins a line.
    mutating func parse(from start: Int, line firstLine: Int) throws {
        try file.bytes.withUnsafeBufferPointer { bytes in
            let lineCount = Self.lineCount(bytes, from: start)
            geneIDs.reserveCapacity(lineCount)
            linesOfGenes.reserveCapacity(lineCount)
            // Every count takes a byte and a delimiter, so damaged headers cannot ask for more than the file could hold.
            let room = min(lineCount * samples.count, bytes.count)
            counts = try [Int32](unsafeUninitializedCapacity: room) { counts, initializedCount in
                var position = start
                var line = firstLine
                while position < bytes.count {
                    if bytes[position] == newline || isLineEnd(bytes, position) {
                        position += bytes[position] == newline ? 1 : 2
                    } else {
                        let row = UnsafeMutableBufferPointer(rebasing: counts[initializedCount...])
                        position = try parseRow(bytes, from: position, line: line, into: row)
                        initializedCount += samples.count
                    }
                    line += 1
                }
            }
        }
    }

    private static func lineCount(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var count = 1
        var position = start
        while position < bytes.count,
            let found = memchr(bytes.baseAddress! + position, Int32(newline), bytes.count - position)
        {
            count += 1
            position = UnsafeRawPointer(found) - UnsafeRawPointer(bytes.baseAddress!) + 1
        }
        return count
    }

    /// Reads one row; returns the position behind its line end.
    private mutating func parseRow(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, line: Int, into row: UnsafeMutableBufferPointer<Int32>
    ) throws -> Int {
        var position = start
        let gene = try text(bytes, &position, line: line)
        try record(gene: gene, line: line)
        for _ in 0..<annotationCount {
            guard position < bytes.count, bytes[position] == separator else {
                throw raggedRow(bytes, from: start, line: line, gene: gene)
            }
            position += 1
            while position < bytes.count, bytes[position] != separator, bytes[position] != newline { position += 1 }
        }
        for sample in samples.indices {
            guard position < bytes.count, bytes[position] == separator else {
                throw raggedRow(bytes, from: start, line: line, gene: gene)
            }
            position += 1
            let fieldStart = position
            var value: UInt64 = 0
            while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
                value = value &* 10 &+ UInt64(digit)
                position += 1
            }
            // Ten digits cannot have overflowed 64 bits.
            let isInRange = position > fieldStart && position - fieldStart <= 10 && value <= UInt64(Int32.max)
            let isComplete =
                position == bytes.count || bytes[position] == separator || bytes[position] == newline
                || isLineEnd(bytes, position)
            if isInRange && isComplete {
                row[sample] = Int32(truncatingIfNeeded: value)
            } else {
                position = fieldStart
                let field = try text(bytes, &position, line: line)
                row[sample] = try count(field, line: line, gene: gene, sample: samples[sample])
            }
        }
        if position < bytes.count, isLineEnd(bytes, position) { position += 1 }
        guard position == bytes.count || bytes[position] == newline else {
            throw raggedRow(bytes, from: start, line: line, gene: gene)
        }
        return position + 1
    }

    private mutating func record(gene: String, line: Int) throws {
        if gene.isEmpty {
            throw InputError(
                file: file.name, line: line, "the gene has no identifier",
                remedy: "The first field of every line names its gene.")
        }
        if let first = linesOfGenes.updateValue(line, forKey: gene) {
            throw InputError(
                file: file.name, line: line, gene: gene, "the gene is already on line \(first)",
                remedy: "Every gene needs one row; use stable identifiers, or add the rows up before the analysis.")
        }
        geneIDs.append(gene)
    }

    /// The field at `position` as text, which then stands at the field's end.
    private func text(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, line: Int) throws -> String {
        let start = position
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            while position < bytes.count, bytes[position] != separator, bytes[position] != newline,
                !isLineEnd(bytes, position)
            {
                position += 1
            }
            return trimmed(bytes.string(.init(start: start, end: position)))
        }
        let end = bytes[(start + 1)...].firstIndex { $0 == UInt8(ascii: "\"") || $0 == newline } ?? bytes.count
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else {
            throw InputError(
                file: file.name, line: line, "a quote is opened and not closed",
                remedy: "Close it, or write the field without quotes.")
        }
        position = end + 1
        return trimmed(bytes.string(.init(start: start + 1, end: end)))
    }

    /// A count that is not plain digits within range.
    private func count(_ field: String, line: Int, gene: String, sample: String) throws -> Int32 {
        let number = Array(field.utf8).withUnsafeBufferPointer { text in
            NumberText.isMissing(text) ? nil : NumberText.double(text)
        }
        func error(_ problem: String) -> InputError {
            InputError(
                file: file.name, line: line, gene: gene, sample: sample, problem,
                remedy: "Raw counts are whole numbers from 0 to 2147483647.")
        }
        guard let number else {
            if field.isEmpty || ["na", "nan"].contains(field.lowercased()) {
                throw error("the count is missing")
            }
            var refusal = error("\"\(field)\" is not a count")
            if sample == samples.first {
                refusal.remedy += " If \(sample) is not a sample, remove the column."
            }
            throw refusal
        }
        if number < 0 { throw error("the count \(field) is negative") }
        if number > Double(Int32.max) { throw error("the count \(field) is above 2147483647") }
        guard number == number.rounded() else {
            var refusal = error("the count \(field) is not a whole number")
            refusal.remedy += " Normalised, TPM or FPKM values cannot be used; take the counts they were made from."
            throw refusal
        }
        return Int32(number)
    }

    private func raggedRow(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, line: Int, gene: String
    ) -> InputError {
        let fields = bytes[start...].prefix { $0 != newline }.count { $0 == separator } + 1
        return InputError(
            file: file.name, line: line, gene: gene,
            "the line has \(counted(fields, "field")) where the header calls for \(1 + annotationCount + samples.count)",
            remedy:
                "Every line needs the gene and one count per sample; look for a missing or surplus \(delimiter.name).")
    }

    /// Whether a carriage return that belongs to the line's end stands here.
    private func isLineEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
        bytes[position] == UInt8(ascii: "\r")
            && (position + 1 == bytes.count || bytes[position + 1] == newline)
    }
}

private let newline = UInt8(ascii: "\n")
