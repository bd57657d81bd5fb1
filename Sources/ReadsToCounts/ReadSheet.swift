import ExpressionData
import ExpressionFormats

/// One run of the sequencer for a sample.
package struct Lane: Equatable, Codable, Sendable {
    package var first: String

    /// Nil for single reads.
    package var second: String?

    package init(first: String, second: String?) {
        self.first = first
        self.second = second
    }

    package var files: [String] { [first] + (second.map { [$0] } ?? []) }
}

/// One sample of a sheet.
package struct SheetSample: Equatable, Codable, Sendable {
    package var name: String
    package var lanes: [Lane]

    /// Nil: to be found in the reads.
    package var strandedness: Strandedness?

    /// The line of its first row.
    package var line: Int

    package init(name: String, lanes: [Lane], strandedness: Strandedness?, line: Int) {
        self.name = name
        self.lanes = lanes
        self.strandedness = strandedness
        self.line = line
    }

    package var isPaired: Bool { lanes[0].second != nil }
    package var files: [String] { lanes.flatMap(\.files) }
}

/// The sheet of samples and their files, with the columns that nf-core/rnaseq has.
package struct ReadSheet: Equatable, Codable, Sendable {
    package let fileName: String

    /// In the order of their first rows.
    package let samples: [SheetSample]

    private static let columns = ["sample", "fastq_1", "fastq_2", "strandedness"]

    /// - Parameter folder: Where relative paths begin.
    /// - Throws: `InputError`, with the line.
    package init(_ file: InputFile, folder: String) throws {
        let table = try DelimitedTable(file)
        fileName = file.name
        let names = table.columnNames
        for required in Self.columns.prefix(2) where !names.contains(required) {
            let near = nearestName(to: required, among: names)
            throw InputError(
                file: file.name, line: 1, "there is no column \(required)",
                remedy: "Expected sample,fastq_1,fastq_2,strandedness; found \(listed(names))"
                    + (near.map { ". Is \($0) meant?" } ?? "."))
        }
        func column(_ name: String) -> [String] {
            table.position(ofColumn: name).map { table.strings(column: $0).map(trimmedSpaces) }
                ?? Array(repeating: "", count: table.rowCount)
        }
        let fields = Self.columns.map(column)
        var samples: [SheetSample] = []
        var places: [String: Int] = [:]
        var filesSeen: [String: Int] = [:]
        for row in 0..<table.rowCount {
            let line = table.line(ofRow: row)
            let sample = try Self.sample(
                fields.map { $0[row] }, file: file.name, line: line, folder: folder)
            for path in sample.files {
                if let earlier = filesSeen.updateValue(line, forKey: path) {
                    throw InputError(
                        file: file.name, line: line, sample: sample.name, "\(path) is also in line \(earlier)",
                        remedy: "Each file belongs to one row: its reads would be counted twice.")
                }
            }
            if let place = places[sample.name] {
                try Self.check(sample, joins: samples[place], file: file.name)
                samples[place].lanes += sample.lanes
            } else {
                places[sample.name] = samples.count
                samples.append(sample)
            }
        }
        guard !samples.isEmpty else {
            throw InputError(file: file.name, "the sheet has no samples", remedy: "Write one row for each lane.")
        }
        self.samples = samples
    }

    private init(fileName: String, samples: [SheetSample]) {
        self.fileName = fileName
        self.samples = samples
    }

    /// The same samples with one declared strandedness for all; nil: as each has it.
    package func declaring(_ strandedness: Strandedness?) -> ReadSheet {
        ReadSheet(
            fileName: fileName,
            samples: samples.map { sample in
                var sample = sample
                sample.strandedness = strandedness ?? sample.strandedness
                return sample
            })
    }

    private static func sample(
        _ fields: [String], file: String, line: Int, folder: String
    ) throws -> SheetSample {
        let (name, first, second, strand) = (fields[0], fields[1], fields[2], fields[3])
        guard isName(name) else {
            throw InputError(
                file: file, line: line, column: "sample",
                name.isEmpty ? "the sample has no name" : "`\(name)` cannot be the name of files",
                remedy: "Use letters, digits, `_`, `-` and `.`, beginning with a letter or digit.")
        }
        guard !first.isEmpty else {
            throw InputError(
                file: file, line: line, sample: name, column: "fastq_1", "there is no file",
                remedy: "Name the FASTQ file of the first reads.")
        }
        let words = ["", "auto"] + Strandedness.allCases.map(\.rawValue)
        guard words.contains(strand) else {
            throw InputError(
                file: file, line: line, sample: name, column: "strandedness", "`\(strand)` is no strandedness",
                remedy: "Write auto, unstranded, forward or reverse.")
        }
        func path(_ text: String) throws -> String {
            guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                throw InputError(
                    file: file, line: line, sample: name, "a file's name has a control character",
                    remedy: "Rename the file.")
            }
            return text.hasPrefix("/") ? text : folder + "/" + text
        }
        return SheetSample(
            name: name, lanes: [Lane(first: try path(first), second: second.isEmpty ? nil : try path(second))],
            strandedness: Strandedness(rawValue: strand), line: line)
    }

    private static func check(_ lane: SheetSample, joins sample: SheetSample, file: String) throws {
        guard lane.isPaired == sample.isPaired else {
            throw InputError(
                file: file, line: lane.line, sample: lane.name,
                "this row has \(lane.isPaired ? "pairs" : "single reads"), and line \(sample.line) of the same sample has "
                    + (sample.isPaired ? "pairs" : "single reads"),
                remedy: "All lanes of a sample must be of one kind; look for a missing fastq_2.")
        }
        guard lane.strandedness == sample.strandedness else {
            throw InputError(
                file: file, line: lane.line, sample: lane.name,
                "the strandedness is not that of line \(sample.line) of the same sample",
                remedy: "A sample is one library: write the same in all its rows.")
        }
    }

    /// Names of samples become names of files and words of programs.
    package static func isName(_ name: String) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        guard let first = name.utf8.first, isPlain(first), name.utf8.count <= 128 else { return false }
        return name.utf8.allSatisfy { isPlain($0) || [0x5F, 0x2D, 0x2E].contains($0) }
    }
}

private func trimmedSpaces(_ text: String) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
}
