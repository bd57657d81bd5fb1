import ExpressionData
import ExpressionFormats
import Testing

@Suite("Files that are refused for the right reason")
struct RefusedForTheRightReasonTests {
    private func error(_ name: String, _ text: String) throws -> InputError? {
        let file = try InputFile(name: name, text: text)
        return #expect(throws: InputError.self) { try CountTable.read(file) }
    }

    @Test("A header that stands again is told as such", arguments: ["\t", ","])
    func repeatedHeader(_ separator: String) throws {
        let text = "gene\ts1\ts2\na\t1\t2\ngene\ts1\ts2\nb\t3\t4\n"
        let error = try error("c.tsv", text.replacing("\t", with: separator))
        #expect(error?.place.line == 3 && error?.problem == "this is the header again, and not a gene")
    }

    @Test(
        "A title above the header is told as such",
        arguments: [
            "My counts\ngene\ts1\ts2\na\t1\t2\n", "My counts\t\t\ngene\ts1\ts2\na\t1\t2\n",
            "My counts\ngene,s1,s2\na,1,2\n",
        ])
    func title(_ text: String) throws {
        #expect(try error("c.tsv", text)?.problem == "the first line is a title and not a header: My counts")
    }

    @Test(
        "Files of other kinds are named",
        arguments: [
            ("<!doctype HTML>\n<html>", "a web page"), ("<html lang=\"en\">", "a web page"),
            ("<?xml version=\"1.0\"?>\n<MSIGDB/>", "an XML file"), ("RDX3\nX\n\0\0", "an R workspace (RData)"),
            ("X\n\0\0\0\u{3}", "an R object (RDS)"),
        ])
    func otherKinds(_ text: String, _ kind: String) throws {
        #expect(try error("c.tsv", text)?.problem == "this is \(kind)")
        let sets = try InputFile(name: "s.gmt", text: text)
        #expect(#expect(throws: InputError.self) { try GeneSetFile.read([sets]) }?.problem == "this is \(kind)")
    }

    @Test(
        "Gene sets as JSON are told as such",
        arguments: ["{\"A\":{\"geneSymbols\":[\"x\"]}}", "\n {\n \"A\": 1}", "[{\"A\": 1}]"])
    func json(_ text: String) throws {
        let file = try InputFile(name: "s.gmt", text: text)
        #expect(#expect(throws: InputError.self) { try GeneSetFile.read([file]) }?.problem == "this is a JSON file")
    }

    @Test("Weights behind all genes of a file are left out and told; a comma in some names stays")
    func weights() throws {
        let file = try InputFile(name: "s.gmt", text: "A\t\tx,1.0\ty,0.5\nB\tna\tz,1\tx,2\tx,3\n")
        let read = try GeneSetFile.read([file])
        #expect(read.sets.map(\.genes) == [["x", "y"], ["z", "x"]])
        #expect(read.warnings.contains { $0.message.contains("such as x,1.0") })
        let mixed = try GeneSetFile.read([InputFile(name: "s.gmt", text: "A\t\tx,1\ty\n")])
        #expect(mixed.sets.map(\.genes) == [["x,1", "y"]] && mixed.warnings.isEmpty)
    }

    @Test("Scores before genes, and minus signs of word processors, are told as such")
    func scores() throws {
        func error(_ text: String) throws -> InputError? {
            let file = try InputFile(name: "l.rnk", text: text)
            return #expect(throws: InputError.self) { try RankedListFile.read(file) }
        }
        #expect(try error("0.5\tTP53\n-1\tMYC\n")?.problem.contains("stand before the gene: 0.5, then TP53") == true)
        for minus in ["\u{2212}", "\u{2013}"] {
            #expect(try error("TP53\t\(minus)0.5\nMYC\t1\n")?.problem.contains("not the hyphen") == true)
        }
    }

    @Test("Minus signs of word processors in a sample sheet are read, with a note, and make no factor")
    func typographicCovariate() throws {
        let file = try InputFile(
            name: "s.tsv", text: "sample\tbmi\na\t\u{2212}1.5\nb\t2\nc\t\u{2013}0.5\nd\t1\n")
        let sheet = try SampleSheet.read(file)
        #expect(sheet.column(named: "bmi")?.values == .numeric([-1.5, 2, -0.5, 1]))
    }

    @Test(
        "What the shell or another program would have replaced is told of a path",
        arguments: [
            ("~/c.tsv", "write the whole path"), ("https://a.org/c.tsv", "download it first"), ("-", "<(COMMAND)"),
        ])
    func paths(_ path: String, _ words: String) {
        #expect(#expect(throws: InputError.self) { try InputFile(path: path) }?.remedy.contains(words) == true)
    }
}
