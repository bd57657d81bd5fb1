import ExpressionData

/// What a GTF file says of genes: names, biotypes, chromosomes, and the length of their exons.
///
/// Ensembl's and GENCODE's files differ in words (`gene_biotype`, `gene_type`) and in identifiers, which have versions in
/// GENCODE's (`ENSG00000182378.15`, and `ENSG00000182378.15_PAR_Y` for the copy on chromosome Y). Files without lines for genes,
/// as UCSC's, are read from their exons.
struct GeneModels {
    private struct Gene {
        var annotation: GeneAnnotation
        var exons: [ClosedRange<Int>] = []
    }

    private var genes: [String: Gene] = [:]

    /// The identifiers, in the file's order.
    private(set) var identifiers: [String] = []

    /// Whether the content is a GTF file's, or a GFF3 file's: the first line that is no comment has nine fields.
    enum Kind {
        case gtf, gff3

        /// Nil for any other content.
        init?(start: [UInt8]) {
            let text = String(decoding: start, as: UTF8.self)
            if text.hasPrefix("##gff-version 3") {
                self = .gff3
                return
            }
            guard let line = text.split(separator: "\n").first(where: { !$0.hasPrefix("#") }) else { return nil }
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count >= 8, Int(fields[3]) != nil, Int(fields[4]) != nil,
                ["+", "-", "."].contains(fields[6])
            else { return nil }
            let attributes = fields.count > 8 ? fields[8] : ""
            self = attributes.contains("gene_id \"") || !attributes.contains("=") ? .gtf : .gff3
        }
    }

    /// - Throws: `InputError` for a line that is none of a GTF file, with its number, and a file without genes.
    init(_ file: InputFile) throws {
        var window = try ContentWindow(file.reader())
        var number = 0
        try window.forEachPieceOfLines { text in
            var lines = Lines(text)
            while let line = lines.next() {
                number += 1
                if line.isEmpty || line[0] == UInt8(ascii: "#") { continue }
                try take(line, number: number, file: file.name)
            }
        }
        guard !identifiers.isEmpty else {
            throw InputError(file: file.name, "the file names no gene", remedy: "Expected a GTF file with gene_id.")
        }
    }

    /// What is known of a gene; nil for one that the file does not name.
    subscript(gene: String) -> GeneAnnotation? { genes[gene]?.annotation }

    /// The number of bases that some exon of the gene covers; nil where no exon is named.
    func exonLength(of gene: String) -> Int? {
        guard let exons = genes[gene]?.exons, !exons.isEmpty else { return nil }
        var (length, end) = (0, 0)
        for exon in exons.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            length += max(exon.upperBound - max(exon.lowerBound, end + 1) + 1, 0)
            end = max(end, exon.upperBound)
        }
        return length
    }

    private mutating func take(_ line: UnsafeBufferPointer<UInt8>, number: Int, file: String) throws {
        let fields = Lines.fields(line)
        guard fields.count >= 9, let start = Int(fields[3].string), let end = Int(fields[4].string), 1...end ~= start
        else {
            throw InputError(
                file: file, line: number, "this is no line of a GTF file",
                remedy: "Expected nine fields between tabs, with the first and the last base in the fourth and fifth.")
        }
        let feature = fields[2].string
        guard feature == "gene" || feature == "exon" || feature == "transcript" else { return }
        func attribute(_ name: String) -> String? { GTFAttributes.value(of: name, in: fields[8]) }
        guard let gene = attribute("gene_id") else {
            throw InputError(
                file: file, line: number, "the \(feature) has no gene_id",
                remedy: "Expected a GTF file, with attributes such as gene_id \"ENSG00000000003\".")
        }
        if genes[gene] == nil {
            identifiers.append(gene)
            genes[gene] = Gene(annotation: GeneAnnotation(chromosome: fields[0].string))
        }
        if genes[gene]?.annotation.symbol == nil { genes[gene]?.annotation.symbol = attribute("gene_name") }
        if genes[gene]?.annotation.biotype == nil {
            genes[gene]?.annotation.biotype = attribute("gene_biotype") ?? attribute("gene_type")
        }
        if feature == "exon" { genes[gene]?.exons.append(start...end) }
    }
}
