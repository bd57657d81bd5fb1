import ExpressionData
import ExpressionFormats
import Testing

@Suite("Tables of evidence")
struct EvidenceFileTests {
    private static func read(_ text: String, _ columns: [String: String] = [:]) throws -> [String] {
        let file = try InputFile(name: "ifn.tsv", bytes: Array(text.utf8))
        return try EvidenceFile.read(file, columns: columns).entries.map {
            "\($0.gene) \($0.category) \($0.direction) \($0.foldChange.map { "\($0)" } ?? "-")"
        }
    }

    @Test("Usual names of columns are known, and others can be named")
    func columns() throws {
        let usual = "symbol\tinterferon\tdirection\tfold_change\nIFI27\talpha\tup\t8\nMYL9\tgamma\tdown\t0.25\n"
        #expect(try Self.read(usual) == ["IFI27 alpha up 8.0", "MYL9 gamma down 4.0"])
        let named = "Gene Name,IFN type,Regulation,Fold Change\nIFI27,I,Up,8\n"
        #expect(try Self.read(named) == ["IFI27 I up 8.0"])
        let own = "a\tb\tc\nX\tup\t3\n"
        #expect(try Self.read(own, ["gene": "a", "direction": "b", "fold-change": "c"]) == ["X  up 3.0"])
    }

    @Test("A direction that is not given is that of the fold change")
    func derived() throws {
        #expect(
            try Self.read("gene\tfold_change\nA\t2\nB\t0.5\nC\t-3\n") == ["A  up 2.0", "B  down 2.0", "C  down 3.0"])
    }

    @Test(
        "What is missing or no word is an error with its place",
        arguments: [
            ("x\tdirection\nA\tup\n", "no column of genes"), ("gene\tx\nA\tup\n", "no column of directions"),
            ("gene\tdirection\nA\tsideways\n", "`sideways` is no direction"),
            ("gene\tdirection\tfold_change\nA\tup\tmuch\n", "`much` is no fold change"),
        ])
    func errors(text: String, message: String) {
        let error = #expect(throws: InputError.self) { try Self.read(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
}
