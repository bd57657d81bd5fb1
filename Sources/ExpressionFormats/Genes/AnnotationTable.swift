import ExpressionData

/// Symbols, chromosomes and biotypes of genes, by identifier.
package struct AnnotationTable: Equatable, Sendable {
    package let fileName: String
    package private(set) var warnings: [InputWarning] = []

    private var annotations: [String: GeneAnnotation] = [:]

    /// The number of bases that each gene's exons cover; empty where the file does not tell.
    private var exonLengths: [String: Int] = [:]

    /// Reads a GTF file, or a tab- or comma-separated table with a header; the content tells which.
    ///
    /// The columns are known by the names Ensembl, GENCODE and BioMart give
    /// them; the identifier is in the first column if none is named as such. Of
    /// several rows for one identifier the first counts.
    ///
    /// - Throws: `InputError` when there is no column with a symbol, chromosome or biotype, and for GFF3.
    package init(_ file: InputFile) throws {
        switch GeneModels.Kind(start: try file.prefix(1 << 14)) {
        case .gtf: try self.init(GeneModels(file), fileName: file.name)
        case .gff3:
            throw InputError(
                file: file.name, "this is a GFF3 file", remedy: "Give the GTF file, which the same sources offer.")
        case nil: try self.init(table: file)
        }
    }

    /// Identifiers are found with their versions and, as counts may have none, without.
    private init(_ models: GeneModels, fileName: String) {
        self.fileName = fileName
        for gene in models.identifiers {
            annotations[gene] = models[gene]
            exonLengths[gene] = models.exonLength(of: gene)
        }
        addStems(of: models.identifiers)
    }

    /// The table in which identifiers are found without their versions, too.
    package var withoutVersions: AnnotationTable {
        var table = self
        table.addStems(of: annotations.keys.sorted())
        return table
    }

    /// - Parameter genes: Of those that are the same without their versions the first counts.
    private mutating func addStems(of genes: [String]) {
        for gene in genes {
            let stem = GeneVersion.stripped(gene)
            guard annotations[stem] == nil else { continue }
            annotations[stem] = annotations[gene]
            exonLengths[stem] = exonLengths[gene]
        }
    }

    private init(table file: InputFile) throws {
        let table = try DelimitedTable(file)
        fileName = file.name
        func position(_ aliases: [String]) -> Int? {
            let names = table.columnNames.map { trimmed($0).lowercased() }
            return aliases.lazy.compactMap { names.firstIndex(of: $0) }.first
        }
        let identifier = position(Self.identifierNames) ?? 0
        let columns = [Self.symbolNames, Self.chromosomeNames, Self.biotypeNames].map { names in
            position(names).flatMap { $0 == identifier ? nil : $0 }
        }
        guard columns.contains(where: { $0 != nil }) else {
            throw InputError(
                file: file.name, line: 1, "no column holds a symbol, a chromosome or a biotype",
                remedy: "Expected columns such as gene_id, symbol, chromosome, biotype; found "
                    + "\(listed(table.columnNames)).")
        }
        let fields = columns.map { $0.map(table.strings(column:)) }
        func field(_ column: Int, _ row: Int) -> String? {
            guard let text = fields[column]?[row] else { return nil }
            let value = trimmed(text)
            return MissingValue.isCertain(value) || ["-", "--", "---", "."].contains(value) ? nil : value
        }
        var repeated: [String] = []
        annotations.reserveCapacity(table.rowCount)
        for (row, gene) in table.strings(column: identifier).enumerated() {
            let annotation = GeneAnnotation(symbol: field(0, row), chromosome: field(1, row), biotype: field(2, row))
            guard let first = annotations[gene] else {
                annotations[gene] = annotation
                continue
            }
            if first != annotation { repeated.append(gene) }
        }
        if !repeated.isEmpty {
            warnings.append(
                InputWarning(
                    .note, place: InputPlace(file: file.name),
                    "\(counted(repeated.count, "row")) annotate a gene anew and differently; the first row counts: "
                        + listed(repeated, limit: 5)))
        }
    }

    package init(path: String) throws {
        try self.init(InputFile(path: path))
    }

    /// The annotation of one gene.
    ///
    /// An Ensembl identifier with a version, such as `ENSG00000000003.15`, is
    /// also found under the identifier without it.
    package subscript(gene: String) -> GeneAnnotation? {
        annotations[gene] ?? annotations[GeneVersion.stripped(gene)]
    }

    /// The number of bases that the gene's exons cover, those of several transcripts counted once; nil where the file has none.
    package func exonLength(of gene: String) -> Int? {
        exonLengths[gene] ?? exonLengths[GeneVersion.stripped(gene)]
    }

    /// One annotation per gene, empty where the table has none.
    package func annotations(of genes: [String]) -> [GeneAnnotation] {
        genes.map { self[$0] ?? GeneAnnotation() }
    }

    /// A warning when less than half of the genes are in the table.
    package func coverageWarning(for genes: [String]) -> InputWarning? {
        let unknown = genes.filter { self[$0] == nil }
        guard unknown.count * 2 > genes.count else { return nil }
        let kind = IdentifierKind.mostCommon(in: genes)
        return InputWarning(
            .warning, place: InputPlace(file: fileName),
            "\(unknown.count) of \(genes.count) genes are not annotated, such as \(listed(unknown, limit: 3)); "
                + "the identifiers of the counts look like \(kind.description)")
    }

    static let identifierNames = [
        "gene_id", "geneid", "ensembl_gene_id", "gene stable id", "ensgene", "gene", "id",
    ]
    private static let symbolNames = [
        "symbol", "gene_name", "gene_symbol", "external_gene_name", "hgnc_symbol", "mgi_symbol", "gene name",
        "genename",
    ]
    private static let chromosomeNames = [
        "chromosome", "chr", "chrom", "chromosome_name", "seqname", "seqnames", "chromosome/scaffold name",
    ]
    private static let biotypeNames = ["biotype", "gene_biotype", "gene_type", "gene type"]
}
