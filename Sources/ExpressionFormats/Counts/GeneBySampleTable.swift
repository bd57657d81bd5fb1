import ExpressionData
import Glibc

/// Tables of real numbers that go with a count matrix: normalization factors, weights, size factors.
package enum GeneBySampleTable {
    package enum Requirement: Sendable {
        /// As size factors and normalization factors must be.
        case positive

        /// As observation weights must be.
        case nonNegative

        func admits(_ value: Double) -> Bool {
            switch self {
            case .positive: value > 0 && value.isFinite
            case .nonNegative: value >= 0 && value.isFinite
            }
        }

        var name: String {
            switch self {
            case .positive: "a positive number"
            case .nonNegative: "a number of at least 0"
            }
        }
    }

    /// Reads one number per gene and sample, in the order of the counts:
    /// `values[gene * sampleCount + sample]`.
    ///
    /// Rows and columns are found by name; what the counts do not have is left out. Where genes of the counts have no
    /// versions, those of the table may.
    ///
    /// - Throws: `InputError` when a gene or sample of the counts is missing, or
    ///   a number is not as required.
    package static func read(
        _ file: InputFile, for counts: CountMatrix, requiring requirement: Requirement
    ) throws -> [Double] {
        var window = ContentWindow(try file.reader())
        try window.extend()
        try ForeignContent.refuse(Array(window.text.prefix(16)), name: file.name)
        let header = try TableHeader.read(&window, format: .table, sampleNames: nil, fileName: file.name)
        let columns = try counts.sampleNames.map { sample in
            guard let column = header.samples.firstIndex(of: sample) else {
                throw InputError(
                    file: file.name, sample: sample, "the sample has no column",
                    remedy: "Every sample of the counts needs one.")
            }
            return header.leadingCount + 1 + header.annotationCount + column
        }
        let fieldCount = header.leadingCount + 1 + header.annotationCount + header.samples.count
        var rows = GeneRows(of: counts.geneIDs, fileName: file.name)
        var values = [Double](repeating: 0, count: counts.geneCount * counts.sampleCount)
        var (fields, unescaped) = ([DelimitedText.Field](), [UInt8]())
        var line = header.nextLine
        try window.forEachPieceOfLines { text in
            var scanner = DelimitedScanner(at: line)
            while true {
                fields.removeAll(keepingCapacity: true)
                unescaped.removeAll(keepingCapacity: true)
                guard
                    let row = try scanner.nextRow(
                        text, delimiter: header.delimiter, fields: &fields, unescaped: &unescaped, file: file.name)
                else { break }
                while fields.count > fieldCount, fields.last!.end <= text.count, text.trimmed(fields.last!).isEmpty {
                    fields.removeLast()
                }
                if fields.allSatisfy({ $0.end <= text.count && text.trimmed($0).isEmpty }) { continue }
                guard fields.count == fieldCount else {
                    throw InputError(
                        file: file.name, line: row.line,
                        "the line has \(counted(fields.count, "field")) where the header calls for \(fieldCount)",
                        remedy: "Every line needs one field per column.")
                }
                guard
                    let gene = try rows.position(
                        of: text.string(fields[header.leadingCount], unescaped), line: row.line)
                else {
                    continue
                }
                for (sample, column) in columns.enumerated() {
                    let field = fields[column]
                    guard field.end <= text.count, let number = NumberText.double(text.trimmed(field)),
                        requirement.admits(number)
                    else {
                        throw InputError(
                            file: file.name, line: row.line, gene: counts.geneIDs[gene],
                            sample: counts.sampleNames[sample],
                            "\"\(trimmed(text.string(field, unescaped)))\" is not \(requirement.name)",
                            remedy: "Expected \(requirement.name) for every gene and sample.")
                    }
                    values[gene * counts.sampleCount + sample] = number
                }
            }
            line = scanner.line
        }
        try rows.checkAllMet()
        return values
    }

    /// Checks that every gene has a weight above zero.
    ///
    /// - Throws: `InputError` that names the first gene without one.
    package static func checkWeights(_ weights: [Double], for counts: CountMatrix, file: String) throws {
        let samples = counts.sampleCount
        for gene in 0..<counts.geneCount {
            guard weights[gene * samples..<(gene + 1) * samples].allSatisfy({ $0 == 0 }) else { continue }
            throw InputError(
                file: file, gene: counts.geneIDs[gene], "all its weights are 0",
                remedy: "Give at least one positive weight, or leave the gene out of the counts.")
        }
    }

    /// Reads one size factor per sample, in the order of the counts: the
    /// samples' names in the first column, the factors in the column called
    /// `sizeFactor`, else in the second.
    package static func readSizeFactors(_ file: InputFile, samples: [String]) throws -> [Double] {
        let table = try DelimitedTable(file)
        guard table.columnCount > 1 else {
            throw InputError(
                file: file.name, line: 1, "the table has one column",
                remedy: "Expected the samples' names and their size factors.")
        }
        let column = table.columnNames.firstIndex(of: "sizeFactor") ?? 1
        let numbers = try table.doubles(column: column)
        let rows = try rows(of: samples, in: table, what: "sample") { name in
            InputError(
                file: file.name, sample: name, "the sample has no row", remedy: "Every sample of the counts needs one.")
        }
        let factors = try zip(samples, rows).map { sample, row in
            guard Requirement.positive.admits(numbers[row]) else {
                throw InputError(
                    file: file.name, line: table.line(ofRow: row), sample: sample,
                    "the size factor \(table.string(row: row, column: column)) is not a positive number",
                    remedy: "Size factors are positive and near 1.")
            }
            return numbers[row]
        }
        try checkScale(of: factors, file: file.name)
        return factors
    }

    /// Size factors that are all large or small divide counts to nothing, or blow them up; DESeq2's have a geometric mean
    /// near 1, and edgeR's are within it by definition.
    private static func checkScale(of factors: [Double], file: String) throws {
        let mean = exp(factors.reduce(0) { $0 + log($1) } / Double(factors.count))
        guard let low = factors.min(), let high = factors.max(), !(0.01...100).contains(mean) else { return }
        throw InputError(
            file: file,
            "the size factors are \(decimal(low)) to \(decimal(high)), and should be near 1"
                + (mean > 1 ? "; these look like the sizes of libraries" : ""),
            remedy:
                "Divide them by their geometric mean, \(mean), which leaves the comparison as it is; or leave them out, "
                + "and they are estimated.")
    }

    /// The row of every name, found in the table's first column.
    private static func rows(
        of names: [String], in table: DelimitedTable, what: String, missing: (String) -> InputError
    ) throws -> [Int] {
        var positions: [String: Int] = [:]
        for (row, name) in table.strings(column: 0).enumerated() {
            if let first = positions.updateValue(row, forKey: name) {
                throw InputError(
                    file: table.fileName, line: table.line(ofRow: row),
                    "the \(what) \(name) is already on line \(table.line(ofRow: first))",
                    remedy: "Every \(what) needs one row.")
            }
        }
        return try names.map { name in
            guard let row = positions[name] else { throw missing(name) }
            return row
        }
    }
}

/// Which genes of the counts a table has, each in one row.
private struct GeneRows {
    private let geneIDs: [String]
    private let positions: [String: Int]
    private let fileName: String

    /// The line of every gene of the counts; 0 where it was not met.
    private var lines: [Int]

    init(of geneIDs: [String], fileName: String) {
        self.geneIDs = geneIDs
        self.fileName = fileName
        positions = Dictionary(uniqueKeysWithValues: geneIDs.enumerated().map { ($1, $0) })
        lines = Array(repeating: 0, count: geneIDs.count)
    }

    /// The gene's position in the counts, or nil where they do not have it.
    mutating func position(of gene: String, line: Int) throws -> Int? {
        guard let position = positions[gene] ?? positions[GeneVersion.stripped(gene)] else { return nil }
        guard lines[position] == 0 else {
            throw InputError(
                file: fileName, line: line, "the gene \(gene) is already on line \(lines[position])",
                remedy: "Every gene needs one row.")
        }
        lines[position] = line
        return position
    }

    func checkAllMet() throws {
        guard let missing = lines.firstIndex(of: 0) else { return }
        throw InputError(
            file: fileName, gene: geneIDs[missing], "the gene has no row",
            remedy: "Every gene of the counts needs one.")
    }
}
