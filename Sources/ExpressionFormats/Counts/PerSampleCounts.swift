import ExpressionData

/// Counts that come as one file per sample: from HTSeq, and from STAR's `--quantMode GeneCounts`.
package enum PerSampleCounts {
    /// Called with the whole content of every file, in order.
    package typealias Observer = (InputFile, [UInt8]) -> Void

    /// Which of STAR's three counts of a gene to take.
    package enum Strandedness: String, OptionWord {
        case unstranded
        case forward
        case reverse
    }

    package struct Content: Sendable {
        package let counts: CountMatrix

        /// Which of STAR's columns was taken; nil for HTSeq.
        package let strandedness: Strandedness?

        package let warnings: [InputWarning]
    }

    /// Joins the files of all samples, in the order given.
    ///
    /// HTSeq's rows `__no_feature` and so on and STAR's `N_unmapped` and so on
    /// are left out.
    ///
    /// - Parameters:
    ///   - files: With the name of each one's sample.
    ///   - strandedness: For STAR; HTSeq was told when it counted. Nil: as the
    ///     reads' strands tell, see `STARStrands`.
    /// - Throws: `InputError` when the files have not the same genes in the same order.
    package static func read(
        _ files: [(sample: String, file: InputFile)], strandedness: Strandedness? = nil, observer: Observer? = nil
    ) throws -> Content {
        guard let first = files.first else {
            throw InputError("no count file is given", remedy: "Name one file per sample.")
        }
        let isSTAR = try first.file.prefix(11) == Array("N_unmapped\t".utf8)
        // Of STAR's files all three columns are kept until the strandedness is known.
        let columnCount = isSTAR && strandedness == nil ? 3 : 1
        let firstColumn = isSTAR ? strandedness.map { 1 + Strandedness.allCases.firstIndex(of: $0)! } ?? 1 : -1
        var genes = GeneNames(fileName: first.file.name)
        var columns: [[Int32]] = []
        for (sample, file) in files {
            let content = try file.content
            observer?(file, content)
            let bytes = try PlainText.text(of: content, name: file.name)
            columns += try read(
                bytes, of: file, sample: sample, isSTAR: isSTAR, columns: firstColumn..<firstColumn + columnCount,
                genes: &genes, isFirst: columns.isEmpty, firstName: first.file.name)
        }
        guard !genes.names.isEmpty else {
            throw InputError(file: first.file.name, "the file has no genes", remedy: "Expected one line per gene.")
        }
        var chosen = strandedness ?? .unstranded
        var warnings: [InputWarning] = []
        if columnCount == 3 {
            let strands = STARStrands(
                samples: files.map(\.sample),
                totals: columns.map { $0.reduce(0) { $0 + Int($1) } })
            chosen = strands.strandedness
            warnings = strands.warnings
            let offset = Strandedness.allCases.firstIndex(of: chosen)!
            columns = files.indices.map { columns[3 * $0 + offset] }
        }
        let counts = joined(columns, geneCount: genes.names.count)
        return Content(
            counts: CountMatrix(geneIDs: genes.names, sampleNames: files.map(\.sample), counts: counts),
            strandedness: isSTAR ? chosen : nil, warnings: warnings)
    }

    /// Sixteen columns at a time, so that a column's and the matrix's cache lines are used whole.
    private static func joined(_ columns: [[Int32]], geneCount: Int) -> [Int32] {
        let sampleCount = columns.count
        return [Int32](unsafeUninitializedCapacity: geneCount * sampleCount) { counts, initializedCount in
            for block in stride(from: 0, to: sampleCount, by: 16) {
                let end = min(block + 16, sampleCount)
                for gene in 0..<geneCount {
                    for sample in block..<end { counts[gene * sampleCount + sample] = columns[sample][gene] }
                }
            }
            initializedCount = geneCount * sampleCount
        }
    }

    /// The wanted columns of one file; -1 stands for the last.
    private static func read(
        _ bytes: [UInt8], of file: InputFile, sample: String, isSTAR: Bool, columns: Range<Int>,
        genes: inout GeneNames, isFirst: Bool, firstName: String
    ) throws -> [[Int32]] {
        let summary = isSTAR ? Array("N_".utf8) : Array("__".utf8)
        var counts = [[Int32]](repeating: [], count: columns.count)
        for column in counts.indices { counts[column].reserveCapacity(isFirst ? bytes.count / 16 : genes.names.count) }
        func otherGenes(_ gene: String?, line: Int?) -> InputError {
            InputError(
                file: file.name, line: line, gene: gene,
                "its genes are not those of \(firstName), or not in their order",
                remedy: "Count all samples with the same annotation.")
        }
        try bytes.withUnsafeBufferPointer { bytes in
            var lines = Lines(bytes)
            while let line = lines.next() {
                if line.isEmpty || line.starts(with: summary) { continue }
                let fields = Lines.fields(line)
                guard isSTAR ? fields.count == 4 : (2...3).contains(fields.count) else {
                    throw InputError(
                        file: file.name, line: lines.number, "the line has \(counted(fields.count, "field"))",
                        remedy: isSTAR
                            ? "Expected a gene and STAR's three counts."
                            : "Expected a gene and its count, separated by a tab.")
                }
                let row = counts[0].count
                if isFirst {
                    try genes.append(fields[0].trimmedText.string, line: lines.number)
                } else if row >= genes.names.count || !genes.names[row].utf8.elementsEqual(fields[0].trimmedText) {
                    throw otherGenes(fields[0].string, line: lines.number)
                }
                let place = CountField(
                    fileName: file.name, line: lines.number, gene: genes.names[row], sample: sample)
                for (position, column) in columns.enumerated() {
                    let field = column < 0 ? fields[fields.count - 1] : fields[column]
                    counts[position].append(try place.count(field.trimmedText))
                }
            }
        }
        guard counts[0].count == genes.names.count else { throw otherGenes(genes.names[counts[0].count], line: nil) }
        return counts
    }
}
