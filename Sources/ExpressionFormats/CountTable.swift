import ExpressionData

/// The layouts of count files that are read.
package enum CountsFormat: String, CaseIterable, Sendable {
    /// One row per gene, one column per sample; the first column names the genes.
    case table

    /// Subread's `featureCounts`: six columns about the gene, then one per BAM file.
    case featureCounts = "featurecounts"

    /// The GCT format, version 1.2: gene and description, then one column per sample.
    case gct
}

/// Count tables: genes in rows, samples in columns.
package enum CountTable {
    /// Reads raw counts from a tab- or comma-separated file, plain or gzip.
    ///
    /// A count is a whole number from 0 to 2^31 − 1; `12.0` and `1e3` are whole
    /// numbers too, as DESeq2 takes them.
    ///
    /// - Parameters:
    ///   - format: By default told by the content.
    ///   - sampleNames: The sample sheet's names, which decide how much of a BAM
    ///     file's path is the sample's name.
    /// - Throws: `InputError`, naming the line, the gene and the sample.
    package static func read(
        _ file: InputFile, format: CountsFormat? = nil, sampleNames: [String]? = nil
    ) throws -> CountMatrix {
        var scanner = DelimitedScanner(skippingMarkOf: file.bytes)
        let isGCT = format == .gct || (format == nil && file.bytes.starts(with: Array("#1.2".utf8)))
        scanner.skipComments(file.bytes, delimiter: nil)
        // Behind the version comes a line with the numbers of genes and samples.
        if isGCT { _ = try strings(ofNextRow: &scanner, of: file, delimiter: .tab) }
        let delimiter = scanner.likelyDelimiter(file.bytes)
        var header = try strings(ofNextRow: &scanner, of: file, delimiter: delimiter)
        guard !header.isEmpty else {
            throw InputError(
                file: file.name, "the file is empty",
                remedy: "Expected a header with the samples' names and one line per gene.")
        }
        var peek = scanner
        let firstRow = try strings(ofNextRow: &peek, of: file, delimiter: delimiter)
        guard !firstRow.isEmpty else {
            throw InputError(
                file: file.name, "the file has a header and no genes", remedy: "Expected one line per gene.")
        }
        if firstRow.count == header.count + 1 { header.insert("", at: 0) }

        let annotationCount: Int
        switch format ?? (isGCT ? .gct : FeatureCountsLayout.matches(header: header) ? .featureCounts : .table) {
        case .table:
            annotationCount = 0
        case .gct:
            annotationCount = 1
        case .featureCounts:
            guard FeatureCountsLayout.matches(header: header) else {
                throw InputError(
                    file: file.name, line: scanner.line - 1, "this is not the header of featureCounts",
                    remedy:
                        "Expected \(FeatureCountsLayout.columns.joined(separator: ", ")) and one column per BAM file.")
            }
            annotationCount = FeatureCountsLayout.columns.count - 1
        }
        var samples = Array(header.dropFirst(1 + annotationCount))
        if annotationCount > 1 { samples = FeatureCountsLayout.sampleNames(ofBAMs: samples, expecting: sampleNames) }
        try check(samples: samples, line: scanner.line - 1, of: file)

        var rows = CountRows(samples: samples, annotationCount: annotationCount, delimiter: delimiter, file: file)
        try rows.parse(from: scanner.position, line: scanner.line)
        return CountMatrix(geneIDs: rows.geneIDs, sampleNames: samples, counts: rows.counts)
    }

    package static func read(
        path: String, format: CountsFormat? = nil, sampleNames: [String]? = nil
    ) throws -> CountMatrix {
        try read(InputFile(path: path), format: format, sampleNames: sampleNames)
    }

    private static func strings(
        ofNextRow scanner: inout DelimitedScanner, of file: InputFile, delimiter: Delimiter
    ) throws -> [String] {
        var fields: [DelimitedText.Field] = []
        var unescaped: [UInt8] = []
        try file.bytes.withUnsafeBufferPointer { bytes in
            _ = try scanner.nextRow(
                bytes, delimiter: delimiter, fields: &fields, unescaped: &unescaped, file: file.name)
        }
        return fields.map { field in
            let fromFile = field.end <= file.bytes.count
            let text =
                fromFile
                ? file.bytes[field.start..<field.end]
                : unescaped[field.start - file.bytes.count..<field.end - file.bytes.count]
            return trimmed(String(decoding: text, as: UTF8.self))
        }
    }

    private static func check(samples: [String], line: Int, of file: InputFile) throws {
        guard !samples.isEmpty else {
            throw InputError(
                file: file.name, line: line, "the header names no sample",
                remedy: "Expected a gene column and one column per sample, separated by tabs or commas.")
        }
        var columns: [String: Int] = [:]
        for (position, sample) in samples.enumerated() {
            if sample.isEmpty {
                throw InputError(
                    file: file.name, line: line, column: "\(position + 2)", "the sample has no name",
                    remedy: "Name every column after the first by its sample.")
            }
            if let first = columns.updateValue(position + 2, forKey: sample) {
                throw InputError(
                    file: file.name, line: line, sample: sample,
                    "columns \(first) and \(position + 2) have the same sample name",
                    remedy: "Rename or remove one of them; add technical replicates up before the analysis.")
            }
        }
    }
}
