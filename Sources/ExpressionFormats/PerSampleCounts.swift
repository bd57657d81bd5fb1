import ExpressionData

/// Counts that come as one file per sample: from HTSeq, and from STAR's `--quantMode GeneCounts`.
package enum PerSampleCounts {
    /// Which of STAR's three counts of a gene to take.
    package enum Strandedness: String, CaseIterable, Sendable {
        case unstranded
        case forward
        case reverse

        var column: Int {
            switch self {
            case .unstranded: 1
            case .forward: 2
            case .reverse: 3
            }
        }
    }

    /// Joins the files of all samples, in the order given.
    ///
    /// HTSeq's rows `__no_feature` and so on and STAR's `N_unmapped` and so on
    /// are left out. A sample is named by its file, without the words the
    /// programs append.
    ///
    /// - Parameter strandedness: For STAR; HTSeq was told when it counted.
    /// - Throws: `InputError` when the files have not the same genes in the same order.
    package static func read(_ files: [InputFile], strandedness: Strandedness = .unstranded) throws -> CountMatrix {
        guard let first = files.first else {
            throw InputError("no count file is given", remedy: "Name one file per sample.")
        }
        let names = files.map { sampleName(ofFile: $0.baseName) }
        for (position, name) in names.enumerated() where names[..<position].contains(name) {
            throw InputError(
                file: files[position].name, sample: name, "two files are of the same sample",
                remedy: "Name the files by their samples.")
        }
        let columns = try zip(files, names).map { try column(of: $0, sample: $1, strandedness: strandedness) }
        let genes = columns[0].geneIDs
        for (file, column) in zip(files, columns) where column.geneIDs != genes {
            let position = zip(genes, column.geneIDs).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            throw InputError(
                file: file.name, gene: position.map { column.geneIDs[$0] },
                "its genes are not those of \(first.name), or not in their order",
                remedy: "Count all samples with the same annotation.")
        }
        let counts = genes.indices.flatMap { gene in columns.map { $0.counts[gene] } }
        return CountMatrix(geneIDs: genes, sampleNames: names, counts: counts)
    }

    /// One file as a matrix with one sample.
    private static func column(of file: InputFile, sample: String, strandedness: Strandedness) throws -> CountMatrix {
        let isSTAR = file.bytes.starts(with: Array("N_unmapped\t".utf8))
        let summary = isSTAR ? Array("N_".utf8) : Array("__".utf8)
        var table = Array("gene\t\(sample)\n".utf8)
        table.reserveCapacity(file.bytes.count)
        try file.bytes.withUnsafeBufferPointer { bytes in
            var lines = Lines(bytes)
            while let line = lines.next() {
                // The line stays, if empty, so that messages count as the file does.
                if !line.isEmpty, !line.starts(with: summary) {
                    let fields = Lines.fields(line)
                    guard fields.count == (isSTAR ? 4 : 2) else {
                        throw InputError(
                            file: file.name, line: lines.number, "the line has \(counted(fields.count, "field"))",
                            remedy: isSTAR
                                ? "Expected a gene and STAR's three counts."
                                : "Expected a gene and its count, separated by a tab.")
                    }
                    table += fields[0]
                    table.append(UInt8(ascii: "\t"))
                    table += fields[isSTAR ? strandedness.column : 1]
                }
                table.append(UInt8(ascii: "\n"))
            }
        }
        var error: InputError
        do {
            return try CountTable.read(InputFile(name: file.name, bytes: table), format: .table)
        } catch let caught as InputError {
            error = caught
        }
        // The header above the table is ours.
        error.place.line = error.place.line.map { $0 - 1 }
        throw error
    }

    private static func sampleName(ofFile name: String) -> String {
        let endings = [
            "ReadsPerGene.out.tab", ".htseq.txt", ".htseq", ".counts.txt", ".counts.tsv", ".counts", ".count", ".txt",
            ".tsv", ".tab",
        ]
        var rest = name
        if let ending = endings.first(where: { rest.hasSuffix($0) && rest.count > $0.count }) {
            rest.removeLast(ending.count)
        }
        while let last = rest.last, "._-".contains(last), rest.count > 1 { rest.removeLast() }
        return rest
    }
}
