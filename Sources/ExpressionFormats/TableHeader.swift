import ExpressionData

/// What stands above the rows of a table with genes in rows and samples in columns.
struct TableHeader {
    /// Distinct, and none is empty.
    let samples: [String]

    /// Columns between the gene and the first sample.
    let annotationCount: Int

    let delimiter: Delimiter

    /// The line of the first row.
    let nextLine: Int

    /// Reads the header and drops it from the window.
    static func read(
        _ window: inout ContentWindow, format: CountsFormat?, sampleNames: [String]?, fileName: String
    ) throws -> TableHeader {
        // A header is not known to be whole before something follows it.
        while true {
            let attempt = Result { try Attempt(window.text, format: format, fileName: fileName) }
            if case .success(let attempt) = attempt, window.isAtEnd || attempt.end < window.text.count {
                let header = try attempt.header(sampleNames: sampleNames, fileName: fileName)
                window.drop(attempt.firstRowStart)
                return header
            }
            if window.isAtEnd { _ = try attempt.get() }
            try window.extend()
        }
    }

    /// The header and the first row behind it, as far as the text goes.
    private struct Attempt {
        var header: [String]
        let firstRow: [String]
        let delimiter: Delimiter
        let format: CountsFormat?
        let isGCT: Bool
        let firstRowStart: Int
        let firstRowLine: Int
        let end: Int

        init(_ text: UnsafeBufferPointer<UInt8>, format: CountsFormat?, fileName: String) throws {
            var scanner = DelimitedScanner(skippingMarkOf: text)
            isGCT = format == .gct || (format == nil && text.starts(with: Array("#1.2".utf8)))
            self.format = format
            scanner.skipComments(text, delimiter: nil)
            // Behind the version comes a line with the numbers of genes and samples.
            if isGCT { _ = try Self.strings(ofNextRow: &scanner, of: text, delimiter: .tab, fileName) }
            delimiter = scanner.likelyDelimiter(text)
            header = try Self.strings(ofNextRow: &scanner, of: text, delimiter: delimiter, fileName)
            firstRowStart = scanner.position
            firstRowLine = scanner.line
            firstRow = try Self.strings(ofNextRow: &scanner, of: text, delimiter: delimiter, fileName)
            end = scanner.position
        }

        func header(sampleNames: [String]?, fileName: String) throws -> TableHeader {
            guard !header.isEmpty else {
                throw InputError(
                    file: fileName, "the file is empty",
                    remedy: "Expected a header with the samples' names and one line per gene.")
            }
            guard !firstRow.isEmpty else {
                throw InputError(
                    file: fileName, "the file has a header and no genes", remedy: "Expected one line per gene.")
            }
            let names = firstRow.count == header.count + 1 ? [""] + header : header
            let annotationCount = try annotationCount(of: names, fileName: fileName)
            var samples = Array(names.dropFirst(1 + annotationCount))
            if annotationCount > 1 {
                samples = FeatureCountsLayout.sampleNames(ofBAMs: samples, expecting: sampleNames)
            }
            try TableHeader.check(samples: samples, line: firstRowLine - 1, fileName: fileName)
            return TableHeader(
                samples: samples, annotationCount: annotationCount, delimiter: delimiter, nextLine: firstRowLine)
        }

        private func annotationCount(of names: [String], fileName: String) throws -> Int {
            if isGCT { return 1 }
            if format == .featureCounts || (format == nil && FeatureCountsLayout.matches(header: names)) {
                guard FeatureCountsLayout.matches(header: names) else {
                    throw InputError(
                        file: fileName, line: firstRowLine - 1, "this is not the header of featureCounts",
                        remedy:
                            "Expected \(FeatureCountsLayout.columns.joined(separator: ", ")) and one column per BAM file."
                    )
                }
                return FeatureCountsLayout.columns.count - 1
            }
            // As nf-core/rnaseq writes its merged tables.
            return names.count > 2 && ["gene_name", "gene_symbol"].contains(names[1].lowercased()) ? 1 : 0
        }

        private static func strings(
            ofNextRow scanner: inout DelimitedScanner, of text: UnsafeBufferPointer<UInt8>, delimiter: Delimiter,
            _ fileName: String
        ) throws -> [String] {
            var fields: [DelimitedText.Field] = []
            var unescaped: [UInt8] = []
            _ = try scanner.nextRow(text, delimiter: delimiter, fields: &fields, unescaped: &unescaped, file: fileName)
            return fields.map { trimmed(text.string($0, unescaped)) }
        }
    }

    private static func check(samples: [String], line: Int, fileName: String) throws {
        guard !samples.isEmpty else {
            throw InputError(
                file: fileName, line: line, "the header names no sample",
                remedy: "Expected a gene column and one column per sample, separated by tabs or commas.")
        }
        var columns: [String: Int] = [:]
        for (position, sample) in samples.enumerated() {
            if sample.isEmpty {
                throw InputError(
                    file: fileName, line: line, column: "\(position + 2)", "the sample has no name",
                    remedy: "Name every column after the first by its sample.")
            }
            if let first = columns.updateValue(position + 2, forKey: sample) {
                throw InputError(
                    file: fileName, line: line, sample: sample,
                    "columns \(first) and \(position + 2) have the same sample name",
                    remedy: "Rename or remove one of them; add technical replicates up before the analysis.")
            }
        }
    }
}
