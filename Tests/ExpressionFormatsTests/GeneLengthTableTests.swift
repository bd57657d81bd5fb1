import ExpressionData
import ExpressionFormats
import Testing

@Suite("Tables of gene lengths")
struct GeneLengthTableTests {
    private func read(_ text: String) throws -> GeneLengthTable {
        try GeneLengthTable(InputFile(name: "l.tsv", text: text))
    }

    @Test("A column called length, or the second of two, by identifiers with versions and without")
    func columns() throws {
        for text in [
            "gene_id\tlength\nENSG00000000003.5\t900\nG2\tNA\n", "id,bases\nENSG00000000003.5,900\nG2,\n",
            "symbol\tgene_id\tBasepairs\nX\tENSG00000000003.5\t900\nY\tG2\tNA\n",
        ] {
            let table = try read(text)
            #expect(table["ENSG00000000003.5"] == 900 && table["ENSG00000000003"] == 900)
            #expect(table["ENSG00000000003.7"] == 900 && table["G2"] == nil && table["G3"] == nil)
        }
    }

    @Test("What is no length is refused with its line")
    func refusals() {
        let error = #expect(throws: InputError.self) { try read("gene_id\tlength\nG1\t900\nG2\t0\n") }
        #expect(error?.place.line == 3 && error?.place.gene == "G2")
        #expect(throws: InputError.self) { try read("gene_id\ta\tb\nG1\t1\t2\n") }
    }

    @Test("Beside counts only featureCounts has lengths")
    func besideCounts() throws {
        let own = try InputFile(
            name: "c.txt", text: "# Program:featureCounts\nGeneid\tChr\tLength\ts.bam\nG1\t1\t120\t7\n")
        #expect(try GeneLengthTable(besideCounts: own)?["G1"] == 120)
        #expect(try GeneLengthTable(besideCounts: InputFile(name: "c", text: "Geneid\ts1\nG1\t7\n")) == nil)
        #expect(try GeneLengthTable(besideCounts: InputFile(name: "c", text: "gene_id\tLength\nG1\t7\n")) == nil)
    }
}
