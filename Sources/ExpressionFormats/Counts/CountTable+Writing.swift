import ExpressionData

extension CountTable {
    /// Writes counts as a tab-separated table with a `gene_id` column.
    ///
    /// - Parameter compressionLevel: From 1 to 9 for a gzip file, nil for plain text.
    package static func write(_ matrix: CountMatrix, to path: String, compressionLevel: Int? = nil) throws {
        var writer = try RowWriter(path: path, compressionLevel: compressionLevel)
        try writer.append(header: ["gene_id"] + matrix.sampleNames)
        for gene in 0..<matrix.geneCount {
            writer.text.append(field: matrix.geneIDs[gene])
            for count in matrix.counts(ofGene: gene) {
                writer.text.append(byte: UInt8(ascii: "\t"))
                writer.text.append(Int(count))
            }
            try writer.endRow()
        }
        try writer.finish()
    }
}

extension RankedListFile {
    /// Writes a list as the GSEA desktop program reads it, with a header.
    ///
    /// - Parameter remark: What the scores are, in a line of its own that begins with `#`; that program, EnrichmentMap and
    ///   `read` skip such lines. Nil for none.
    package static func write(_ list: RankedGeneList, remark: String? = nil, to path: String) throws {
        var writer = try RowWriter(path: path)
        if let remark {
            writer.text.append("# " + remark)
            try writer.endRow()
        }
        try writer.append(header: ["Name", "Rank"])
        for (gene, score) in zip(list.genes, list.scores) {
            writer.text.append(field: gene)
            writer.text.append(byte: UInt8(ascii: "\t"))
            // The program reads Java's spelling only.
            if score.isInfinite {
                writer.text.append(score > 0 ? "Infinity" : "-Infinity")
            } else {
                writer.text.append(score)
            }
            try writer.endRow()
        }
        try writer.finish()
    }
}
