import ExpressionData
import ExpressionFormats
import Testing

@Suite("Gene annotation")
struct AnnotationTableTests {
    static func read(_ text: String) throws -> AnnotationTable {
        try AnnotationTable(InputFile(name: "a.tsv", text: text))
    }

    @Test(
        "Columns are known by the names their sources give them",
        arguments: [
            "gene_id\tsymbol\tchromosome\tbiotype",
            "ensembl_gene_id\texternal_gene_name\tchromosome_name\tgene_biotype",
            "Gene stable ID\tGene name\tChromosome/scaffold name\tGene type", "gene_id\tgene_name\tchr\tgene_type",
        ])
    func aliases(header: String) throws {
        let table = try Self.read(header + "\ng1\tTP53\t17\tprotein_coding\ng2\t\tNA\tlncRNA\n")
        #expect(table["g1"] == GeneAnnotation(symbol: "TP53", chromosome: "17", biotype: "protein_coding"))
        #expect(table["g2"] == GeneAnnotation(biotype: "lncRNA"))
        #expect(table["g3"] == nil)
        #expect(table.annotations(of: ["g3", "g1"])[0] == GeneAnnotation())
    }

    @Test("An Ensembl id with a version finds the one without")
    func versions() throws {
        let table = try Self.read("gene_id\tsymbol\nENSG00000001\tA\nENSG00000002.5\tB\n")
        #expect(table["ENSG00000001.12"]?.symbol == "A")
        #expect(table["ENSG00000002.5"]?.symbol == "B")
        #expect(table["ENSG00000002.6"] == nil)
    }

    @Test("The first of several rows counts, and a table without anything to say is refused")
    func oddities() throws {
        let table = try Self.read("gene_id\tsymbol\ng1\tA\ng1\tA\ng1\tB\n")
        #expect(table["g1"]?.symbol == "A")
        #expect(table.warnings.count == 1)
        #expect(throws: InputError.self) { try Self.read("gene_id\tlength\ng1\t3\n") }
        #expect(table.coverageWarning(for: ["g1", "x", "y"]) != nil)
        #expect(table.coverageWarning(for: ["g1", "x"]) == nil)
    }

    @Test("Reference annotation is read", .enabled(if: ReferenceData.isPresent))
    func reference() throws {
        let table = try AnnotationTable(path: ReferenceData.path("annotation/grch38_genes.tsv.gz"))
        #expect(
            table["ENSG00000000003"] == GeneAnnotation(symbol: "TSPAN6", chromosome: "X", biotype: "protein_coding"))
    }
}
