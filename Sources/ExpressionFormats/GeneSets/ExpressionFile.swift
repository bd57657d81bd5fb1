import ExpressionData

/// Expression matrices in the GCT format, version 1.2.
package enum ExpressionFile {
    /// Reads a matrix: `#1.2`, a line with the numbers of genes and samples, a
    /// header `Name`, `Description` and the samples, and one line per gene.
    ///
    /// An empty value, `NA` and `NaN` are missing.
    ///
    /// - Throws: `InputError`, naming line, gene and sample.
    package static func read(_ file: InputFile) throws -> ExpressionMatrix {
        var geneNames: [String] = []
        var descriptions: [String] = []
        var sampleNames: [String] = []
        var values: [Double] = []
        var declared: (genes: Int, samples: Int) = (0, 0)
        var linesOfGenes: [String: Int] = [:]
        try file.bytes.withUnsafeBufferPointer { bytes in
            var lines = Lines(bytes)
            guard let version = lines.next(), version.trimmedText.string.hasPrefix("#1.2") else {
                throw InputError(
                    file: file.name, line: 1, "this is not a GCT file of version 1.2", remedy: "Expected #1.2.")
            }
            declared = try sizes(lines.next(), of: file)
            sampleNames = try header(lines.next(), samples: declared.samples, of: file)
            while let line = lines.next() {
                var fields = Lines.fields(line)
                // Spreadsheets pad lines, and add lines, with tabs.
                while fields.count > sampleNames.count + 2, fields.last!.trimmedText.isEmpty { fields.removeLast() }
                if fields.allSatisfy(\.trimmedText.isEmpty) { continue }
                let gene = fields[0].trimmedText.string
                guard fields.count == sampleNames.count + 2 else {
                    throw InputError(
                        file: file.name, line: lines.number, gene: gene,
                        "the line has \(counted(fields.count, "field")) where the header has \(sampleNames.count + 2)",
                        remedy: "Expected the gene, a description and one value per sample.")
                }
                guard !gene.isEmpty else {
                    throw InputError(
                        file: file.name, line: lines.number, "the gene has no name",
                        remedy: "The first field of every line names its gene.")
                }
                if let first = linesOfGenes.updateValue(lines.number, forKey: gene) {
                    throw InputError(
                        file: file.name, line: lines.number, gene: gene, "the gene is already on line \(first)",
                        remedy: "Every gene needs one row; collapse probes to genes first.")
                }
                geneNames.append(gene)
                descriptions.append(fields[1].trimmedText.string)
                for (sample, field) in fields.dropFirst(2).enumerated() {
                    let text = field.trimmedText
                    guard let value = NumberText.double(text) ?? (NumberText.isMissing(text) ? .nan : nil) else {
                        throw InputError(
                            file: file.name, line: lines.number, gene: gene, sample: sampleNames[sample],
                            "\"\(text.string)\" is not a number"
                                + (DecoratedNumbers.fault(of: text.string).map { ": " + $0 } ?? ""),
                            remedy: "Expected a number, or NA where it is missing.")
                    }
                    values.append(value)
                }
            }
        }
        guard geneNames.count == declared.genes, !geneNames.isEmpty else {
            throw InputError(
                file: file.name, line: 2,
                "the file announces \(counted(declared.genes, "gene")) and has \(geneNames.count)",
                remedy: "Copy the file again, or correct its second line.")
        }
        return ExpressionMatrix(
            geneNames: geneNames, descriptions: descriptions, sampleNames: sampleNames, values: values)
    }

    private static func sizes(
        _ line: UnsafeBufferPointer<UInt8>?, of file: InputFile
    ) throws -> (genes: Int, samples: Int) {
        let numbers = line.map { Lines.fields($0).map { Int($0.trimmedText.string) } } ?? []
        guard numbers.count >= 2, let genes = numbers[0], let samples = numbers[1], genes >= 0, samples > 0 else {
            throw InputError(
                file: file.name, line: 2, "the numbers of genes and samples cannot be read",
                remedy: "Expected two whole numbers, separated by a tab.")
        }
        return (genes, samples)
    }

    private static func header(
        _ line: UnsafeBufferPointer<UInt8>?, samples: Int, of file: InputFile
    ) throws -> [String] {
        var fields = line.map { Lines.fields($0).map(\.trimmedText.string) } ?? []
        while fields.last == "" { fields.removeLast() }
        let names = Array(fields.dropFirst(2))
        guard names.count == samples else {
            throw InputError(
                file: file.name, line: 3,
                "the file announces \(counted(samples, "sample")) and its header names \(names.count)",
                remedy: "Expected Name, Description and the samples' names.")
        }
        guard Set(names).count == names.count else {
            throw InputError(
                file: file.name, line: 3, "two samples have the same name", remedy: "Rename or remove one of them.")
        }
        return names
    }
}
