import ExpressionData

/// What stands above the rows of a table with genes in rows and samples in columns.
struct TableHeader {
    /// Distinct, and none is empty.
    let samples: [String]

    /// Columns before the gene: one of row numbers, or none.
    let leadingCount: Int

    /// Columns between the gene and the first sample.
    let annotationCount: Int

    let delimiter: Delimiter

    /// The line of the first row.
    let nextLine: Int

    /// What was left out or renamed.
    let notes: [InputWarning]

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
        /// Up to three rows, of which the first decides most.
        let rows: [[String]]
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
            var rows: [[String]] = []
            while rows.count < 3,
                case let row = try Self.strings(ofNextRow: &scanner, of: text, delimiter: delimiter, fileName),
                !row.isEmpty
            {
                rows.append(row)
            }
            self.rows = rows
            end = scanner.position
        }

        func header(sampleNames: [String]?, fileName: String) throws -> TableHeader {
            guard !header.isEmpty else {
                throw InputError(
                    file: fileName, "the file is empty",
                    remedy: "Expected a header with the samples' names and one line per gene.")
            }
            guard let first = rows.first else {
                throw InputError(
                    file: fileName, "the file has a header and no genes", remedy: "Expected one line per gene.")
            }
            var names = header
            while names.count > 1, names.last == "" { names.removeLast() }
            // R writes no name above the names of rows.
            if first.count - first.reversed().prefix(while: \.isEmpty).count == names.count + 1 {
                names.insert("", at: 0)
            }
            try refuseTitle(names, above: first, fileName)
            let leadingCount = hasRowNumbers(names, expecting: sampleNames) ? 1 : 0
            names.removeFirst(leadingCount)
            let annotationCount = try annotationCount(
                of: names, row: Array(first.dropFirst(leadingCount)), expecting: sampleNames, fileName: fileName)
            var samples = Array(names.dropFirst(1 + annotationCount))
            let isKnown = sampleNames.map { Set(samples).isSubset(of: $0) } ?? true
            if FeatureCountsLayout.matches(header: names) || (!isKnown && samples.allSatisfy(SampleNamesInPaths.isPath))
            {
                samples = FeatureCountsLayout.sampleNames(ofBAMs: samples, expecting: sampleNames)
            }
            try TableHeader.check(samples: samples, header: header, line: firstRowLine - 1, fileName: fileName)
            if let sampleNames, !isKnown, samples.allSatisfy(Self.isNumber), !sampleNames.allSatisfy(Self.isNumber),
                !Self.geneWords.contains(names[0].lowercased())
            {
                throw InputError(
                    file: fileName, line: firstRowLine - 1,
                    "the first line seems to be a gene's counts and not a header: it has \(listed(samples, limit: 3)) "
                        + "where the samples' names should be",
                    remedy: "Put a line with gene and the samples' names above it.")
            }
            return TableHeader(
                samples: samples, leadingCount: leadingCount, annotationCount: annotationCount, delimiter: delimiter,
                nextLine: firstRowLine,
                notes: notes(leading: leadingCount, annotations: names.dropFirst().prefix(annotationCount), fileName))
        }

        /// Refuses a first line of one field above a table of several columns.
        private func refuseTitle(_ names: [String], above first: [String], _ fileName: String) throws {
            let separators = first.count == 1 ? first[0].filter { ",;\t".contains($0) }.count : first.count - 1
            guard names.count == 1, names[0].contains(" "), separators > 1 else { return }
            throw InputError(
                file: fileName, line: 1, "the first line is a title and not a header: \(names[0])",
                remedy: "Remove it, or put a # before it: the first line has the gene column's and the samples' names.")
        }

        /// What is left out in tables that no program is known to write so.
        private func notes(leading: Int, annotations: ArraySlice<String>, _ fileName: String) -> [InputWarning] {
            let place = InputPlace(file: fileName)
            var notes: [InputWarning] = []
            if leading > 0 {
                notes.append(InputWarning(.note, place: place, "the first column numbers the rows and was left out"))
            }
            let others = annotations.filter {
                !FeatureCountsLayout.columns.contains($0) && !Self.symbolNames.contains($0.lowercased())
            }
            if !others.isEmpty, !isGCT {
                let text =
                    "\(counted(others.count, "column")) that \(others.count == 1 ? "is no sample" : "are no samples") "
                    + "left out: \(listed(Array(others)))"
                notes.append(InputWarning(.note, place: place, text))
            }
            return notes
        }

        /// Whether the first column is the index that R and pandas write before the genes.
        private func hasRowNumbers(_ names: [String], expecting sheet: [String]?) -> Bool {
            guard names.count > 2, ["", "unnamed: 0", "x", "...1", "index", "row"].contains(names[0].lowercased()),
                sheet?.contains(names[1]) != true, let first = rows.first, first.count > 1, !Self.isNumber(first[1]),
                let start = Int(first[0]), [0, 1].contains(start)
            else { return false }
            // Numbers of genes at NCBI begin like this, too, but have gaps.
            return rows.enumerated().allSatisfy { Int($1[0]) == start + $0 }
        }

        private static func isNumber(_ text: String) -> Bool {
            Array(text.utf8).withUnsafeBufferPointer { NumberText.double($0) != nil || NumberText.isMissing($0) }
        }

        private static let symbolNames = ["gene_name", "gene_symbol"]

        /// What the column of genes is called, where it has a name.
        private static let geneWords: Set<String> = [
            "", "gene", "genes", "gene_id", "geneid", "gene_name", "symbol", "id", "name", "ensembl_gene_id", "feature",
        ]

        /// Columns of numbers that are known to be no counts.
        private static let numericNames: Set<String> = [
            "start", "end", "length", "width", "gene_length", "strand", "entrez", "entrezid", "entrez_id",
            "entrezgene", "entrezgene_id", "ncbi_gene_id",
        ]

        /// How many columns lie between the gene and the first sample.
        ///
        /// Where the sample sheet is known, these are the columns that it does not have and that hold words, or numbers
        /// that are known to be something else.
        private func annotationCount(
            of names: [String], row: [String], expecting sheet: [String]?, fileName: String
        ) throws -> Int {
            if isGCT { return 1 }
            var count = 0
            if format == .featureCounts || (format == nil && FeatureCountsLayout.matches(header: names)) {
                guard FeatureCountsLayout.matches(header: names) else {
                    throw InputError(
                        file: fileName, line: firstRowLine - 1, "this is not the header of featureCounts",
                        remedy:
                            "Expected \(FeatureCountsLayout.columns.joined(separator: ", ")) and one column per BAM file."
                    )
                }
                count = FeatureCountsLayout.columns.count - 1
            } else if names.count > 2, Self.symbolNames.contains(names[1].lowercased()) {
                // As nf-core/rnaseq writes its merged tables.
                count = 1
            }
            let isFeatureCounts = count > 1
            while count + 2 < names.count, sheet != nil || isFeatureCounts {
                let name = names[count + 1]
                let text = row.indices.contains(count + 1) ? row[count + 1] : ""
                let isWord = !Self.isNumber(text) && DecoratedNumbers.fault(of: text) == nil
                guard sheet?.contains(name) != true, isWord || Self.numericNames.contains(name.lowercased()) else {
                    break
                }
                if SampleNamesInPaths.isPath(name), !isWord { break }
                count += 1
            }
            return count
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

    private static func check(samples: [String], header: [String], line: Int, fileName: String) throws {
        guard !samples.isEmpty else {
            let hasBlanks = header.count == 1 && header[0].contains(" ")
            throw InputError(
                file: fileName, line: line,
                hasBlanks ? "the columns are separated by blanks" : "the header names no sample",
                remedy: "Expected a gene column and one column per sample, separated by tabs, commas or semicolons"
                    + (hasBlanks ? "; R's write.table writes tabs with sep = \"\\t\"." : "."))
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
