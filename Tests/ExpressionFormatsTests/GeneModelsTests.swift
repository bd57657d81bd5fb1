import ExpressionData
import ExpressionFormats
import Testing

@Suite("Annotation from GTF")
struct GeneModelsTests {
    private static func line(_ chromosome: String, _ feature: String, _ start: Int, _ end: Int, _ attributes: String)
        -> String
    {
        "\(chromosome)\thavana\t\(feature)\t\(start)\t\(end)\t.\t+\t.\t\(attributes)\n"
    }

    private static func read(_ text: String) throws -> AnnotationTable {
        try AnnotationTable(InputFile(name: "genes.gtf", text: text))
    }

    @Test("Ensembl's form: versions stand apart, exons of several transcripts count once")
    func ensembl() throws {
        let table = try Self.read(
            "#!genome-build GRCh38\n"
                + Self.line(
                    "1", "gene", 11869, 14409,
                    #"gene_id "ENSG00000290825"; gene_version "1"; gene_name "DDX11L2"; gene_source "havana"; gene_biotype "lncRNA";"#
                )
                + Self.line(
                    "1", "transcript", 11869, 14409, #"gene_id "ENSG00000290825"; transcript_id "ENST00000456328";"#)
                + Self.line(
                    "1", "exon", 100, 199,
                    #"gene_id "ENSG00000290825"; transcript_id "ENST00000456328"; exon_number "1";"#)
                + Self.line("1", "exon", 150, 249, #"gene_id "ENSG00000290825"; transcript_id "ENST00000000002";"#)
                + Self.line("1", "exon", 300, 309, #"gene_id "ENSG00000290825"; transcript_id "ENST00000000002";"#)
                + Self.line(
                    "MT", "gene", 577, 647, #"gene_id "ENSG00000210049"; gene_source "insdc"; gene_biotype "Mt_tRNA";"#)
        )
        #expect(table["ENSG00000290825"] == GeneAnnotation(symbol: "DDX11L2", chromosome: "1", biotype: "lncRNA"))
        #expect(table["ENSG00000290825.1"]?.symbol == "DDX11L2")
        #expect(table["ENSG00000210049"] == GeneAnnotation(chromosome: "MT", biotype: "Mt_tRNA"))
        #expect(table.exonLength(of: "ENSG00000290825") == 160 && table.exonLength(of: "ENSG00000210049") == nil)
    }

    @Test("GENCODE's form: versions in identifiers, gene_type, and pseudo-autosomal genes twice")
    func gencode() throws {
        let table = try Self.read(
            "##description: evidence-based annotation\n##provider: GENCODE\n"
                + Self.line(
                    "chrX", "gene", 276322, 303356,
                    #"gene_id "ENSG00000167393.18"; gene_type "protein_coding"; gene_name "PPP2R3B"; level 2;"#)
                + Self.line(
                    "chrY", "gene", 276322, 303356,
                    #"gene_id "ENSG00000167393.18_PAR_Y"; gene_type "protein_coding"; gene_name "PPP2R3B"; tag "PAR";"#)
        )
        for (gene, chromosome) in [
            ("ENSG00000167393.18", "chrX"), ("ENSG00000167393", "chrX"), ("ENSG00000167393.17", "chrX"),
            ("ENSG00000167393.18_PAR_Y", "chrY"), ("ENSG00000167393_PAR_Y", "chrY"),
        ] {
            #expect(
                table[gene]
                    == GeneAnnotation(symbol: "PPP2R3B", chromosome: chromosome, biotype: "protein_coding"), "\(gene)")
        }
        #expect(table["ENSG00000167394"] == nil)
    }

    @Test("Genes known by their exons alone, as UCSC writes them")
    func exonsAlone() throws {
        let table = try Self.read(
            Self.line("chr2", "exon", 10, 19, #"gene_id "TP53"; transcript_id "T1"; gene_name "TP53";"#)
                + Self.line("chr2", "CDS", 12, 19, #"gene_id "TP53"; transcript_id "T1";"#))
        #expect(table["TP53"]?.chromosome == "chr2" && table.exonLength(of: "TP53") == 10)
    }

    @Test(
        "What is none is refused with the line and what was expected",
        arguments: [
            ("##gff-version 3\nchr1\t.\tgene\t1\t9\t.\t+\t.\tID=g1\n", "this is a GFF3 file"),
            ("chr1\t.\tgene\t1\t9\t.\t+\t.\tID=gene:g1;Name=A\n", "this is a GFF3 file"),
            (line("1", "gene", 1, 9, #"gene_id "A";"#) + "1\tx\n", "this is no line of a GTF file"),
            (line("1", "gene", 1, 9, #"gene_id "A";"#) + line("1", "gene", 9, 1, #"gene_id "B";"#), "no line of a GTF"),
            (line("1", "CDS", 1, 9, #"gene_id "A";"#), "the file names no gene"),
            (line("1", "gene", 1, 9, #"gene_id "A";"#) + line("1", "gene", 2, 9, #"gene_name "B";"#), "has no gene_id"),
        ])
    func refusals(text: String, words: String) {
        let error = #expect(throws: InputError.self) { try Self.read(text) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test("Versions are cut off where identifiers have any, and nowhere else")
    func versions() {
        for (identifier, expected) in [
            ("ENSG00000000003.15", "ENSG00000000003"), ("ENSMUSG00000051951.6", "ENSMUSG00000051951"),
            ("ENSG00000182378.15_PAR_Y", "ENSG00000182378_PAR_Y"), ("NM_000014.6", "NM_000014"),
            ("ENSG00000000003", "ENSG00000000003"), ("RP11-34P13.7", "RP11-34P13.7"),
            ("AT1G01010.1", "AT1G01010.1"), ("ENSG00000000003.", "ENSG00000000003."), (".5", ".5"),
            ("HLA-A.1", "HLA-A.1"), ("ENSG00000000003.5x", "ENSG00000000003.5x"),
        ] {
            #expect(GeneVersion.stripped(identifier) == expected)
        }
    }
}
