import ExpressionData
import ExpressionFormats
import Testing

@Suite("What spreadsheets and R make of tables")
struct SpreadsheetTests {
    private static func counts(_ text: String, sheet: [String]? = nil) throws -> CountMatrix {
        try CountTable.read(InputFile(name: "c.tsv", text: text), sampleNames: sheet)
    }

    @Test("Rows and trailing columns without content are padding, in every table")
    func padding() throws {
        let sheet = try SampleSheetTests.read("sample,f,,\ns1,a,,\n , ,,\ns2,b,,\n,,,\n")
        #expect(sheet.sampleNames == ["s1", "s2"] && sheet.columns.map(\.name) == ["f"])
        #expect(try SampleSheetTests.read("sample\tf\ns1\ta\t\t\ns2\tb\t\t\n\t\t\n").columns.count == 1)
        for text in ["gene\ts1\ts2\t\t\na\t1\t2\t\t\nb\t3\t4\t\t\n\t\t\t\t\n", "gene\ts1\ts2\na\t1\t2\t\nb\t3\t4\t \n"]
        {
            #expect(try Self.counts(text).counts == [1, 2, 3, 4])
        }
        let matrix = try Self.counts("gene\ts1\na\t1\n")
        let factors = try GeneBySampleTable.read(
            InputFile(name: "n.tsv", text: "gene\ts1\t\na\t1.5\t\n\t\t\n"), for: matrix, requiring: .positive)
        #expect(factors == [1.5])
        let gct = "#1.2\t\t\t\n1\t2\t\t\t\nName\tDescription\tx\ty\t\ng\td\t1\t2\t\n\t\t\t\t\n"
        #expect(try ExpressionFile.read(InputFile(name: "e.gct", text: gct)).values == [1, 2])
        #expect(try GeneSetFile.read([InputFile(name: "s.gmt", text: "A\td\tx\t\t\n\t\t\t\n")]).sets.count == 1)
    }

    @Test("A column with content needs a name, and a line its fields, as before")
    func contentWithoutName() throws {
        #expect(throws: InputError.self) { try SampleSheetTests.read("sample,f,\ns1,a,x\ns2,b,y\n") }
        #expect(throws: InputError.self) { try SampleSheetTests.read("sample,f,g\ns1,a\ns2,b,y\n") }
        #expect(throws: InputError.self) { try Self.counts("gene\ts1\ts2\na\t1\n") }
        #expect(throws: InputError.self) { try Self.counts("gene\ts1\ts2\na\t1\t2\t3\t4\n") }
    }

    @Test("Semicolons separate fields where the header has more of them than commas")
    func semicolons() throws {
        #expect(try SampleSheetTests.read("sample;f;x\ns1;a;1,5\ns2;b;2,5\n").columns.map(\.name) == ["f", "x"])
        #expect(try Self.counts("gene;s1;s2\na;1;2\n").counts == [1, 2])
        #expect(try DelimitedTableTests.table("a,\"b;c;d\"\n1,2\n").columnNames == ["a", "b;c;d"])
    }

    @Test("A header may begin with a # in any table; comments with commas stay comments")
    func hash() throws {
        #expect(try Self.counts("#gene,s1,s2\na,1,2\n").sampleNames == ["s1", "s2"])
        #expect(try Self.counts("# made on Monday, by us\n#gene;s1\na;1\n").sampleNames == ["s1"])
        #expect(try Self.counts("# one, two\ngene,s1\na,1\n").sampleNames == ["s1"])
        #expect(try Self.counts("# Program\t\t\ngene\ts1\t\t\na\t1\t\t\n").sampleNames == ["s1"])
        #expect(try DelimitedTableTests.table("#id,x,y\n1,2,3\n").columnNames == ["#id", "x", "y"])
    }

    @Test("Row numbers before the genes are left out, and gene numbers are not taken for them")
    func rowNumbers() throws {
        var notes: [InputWarning] = []
        let matrix = try CountTable.read(
            InputFile(name: "c.csv", text: ",gene,s1\n0,a,5\n1,b,6\n2,c,7\n"), sampleNames: ["s1"],
            note: { notes += $0 })
        #expect(matrix.geneIDs == ["a", "b", "c"] && matrix.counts == [5, 6, 7])
        #expect(notes.map(\.message) == ["the first column numbers the rows and was left out"])
        #expect(try Self.counts("gene\ts1\n1\tx\t5\n2\ty\t6\n", sheet: ["s1"]).geneIDs == ["x", "y"])
        #expect(
            try Self.counts("\tgene_name\ts1\n1\tA1BG\t5\n2\tA2M\t6\n9\tNAT1\t6\n", sheet: ["s1"]).geneIDs == [
                "1", "2", "9",
            ])
        let sheet = try SampleSheetTests.read(",sample,f\n1,s1,a\n2,s2,b\n")
        #expect(sheet.columns.map(\.name) == ["f"])
    }

    @Test("Columns of words, and of lengths, are no samples unless the sheet has them")
    func annotationColumns() throws {
        let text = "Geneid\tLength\tsymbol\tbiotype\ts1\nid\t900\tA\tcoding\t4\n"
        #expect(try Self.counts(text, sheet: ["s1"]).counts == [4])
        let known = try Self.counts("gene\tLength\ts1\na\t1\t2\n", sheet: ["Length", "s1"])
        #expect(known.counts == [1, 2])
        let extra = "Geneid\tChr\tStart\tEnd\tStrand\tLength\tgene_type\tx/s1.bam\na\tc\t1\t2\t+\t9\tlnc\t4\n"
        #expect(try Self.counts(extra, sheet: ["s1"]).counts == [4])
    }

    @Test("The sheet's names are found anywhere in the columns' paths")
    func paths() throws {
        func names(_ paths: [String], _ sheet: [String]) throws -> [String] {
            try Self.counts("gene\t\(paths.joined(separator: "\t"))\na\t1\t2\n", sheet: sheet).sampleNames
        }
        #expect(try names(["/d/k1/out.bam", "/d/k2/out.bam"], ["k1", "k2"]) == ["k1", "k2"])
        #expect(try names(["X.d.k.1.S4.bam", "X.d.k.2.S5.bam"], ["k-2", "k-1"]) == ["k-1", "k-2"])
        #expect(try names(["a1/a1_rep2.bam", "a1/a1.bam"], ["a1", "a1_rep2"]) == ["a1_rep2", "a1"])
        #expect(SampleNamesInPaths.names(of: ["x/k10.bam", "x/k1.bam"], among: ["k1", "k11"]) == nil)
    }

    @Test("A table without a header is told from one with other names")
    func withoutHeader() throws {
        let error = #expect(throws: InputError.self) { try Self.counts("g1\t4\t5\ng2\t6\t7\n", sheet: ["u", "v"]) }
        #expect(error?.problem.contains("a gene's counts and not a header") == true)
    }

    @Test("Counts with commas are refused with what is wrong", arguments: ["1,5", "1,234,567", "12%"])
    func decorated(_ cell: String) throws {
        let error = #expect(throws: InputError.self) { try Self.counts("gene\ts1\na\t\(cell)\n", sheet: ["s1"]) }
        #expect(error?.problem.contains("is not a count: it has") == true, "\(String(describing: error))")
    }
}
