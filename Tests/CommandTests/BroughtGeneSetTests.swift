import Foundation
import Testing

/// Collections of gene sets as people bring them, through whole commands.
@Suite("Gene sets as people bring them")
struct BroughtGeneSetTests {
    private static let genes = (1...120).map { "GENE\($0)" }

    private func run(_ sets: [String]) throws -> (result: ModicumProcess.Result, record: Record) {
        let folder = try TemporaryFolder()
        let list = Self.genes.enumerated().map { "\($1)\t\(60 - Double($0))\n" }.joined()
        var arguments = [
            "gsea", "--ranks", try folder.write(list, as: "list.rnk"), "--min-size", "5", "--report", "off",
        ]
        for (index, text) in sets.enumerated() {
            arguments += ["--sets", try folder.write(text, as: "sets\(index + 1).gmt")]
        }
        let result = try ModicumProcess(arguments + ["--permutations", "100", "--out", folder("out")]).finish()
        try #require(result.status == 0, "\(result.errors)")
        return (result, try Record(in: folder("out")))
    }

    private static func set(_ name: String, _ description: String?, _ members: Range<Int>) -> String {
        ([name] + (description.map { [$0] } ?? []) + genes[members]).joined(separator: "\t") + "\n"
    }

    private static let usual = set("TOP", "", 0..<12) + set("MIDDLE", "of the list", 50..<60)

    @Test("A file without descriptions is told by the genes that stand in their place")
    func noDescriptions() throws {
        for (text, words) in [
            (Self.set("A", nil, 0..<20), "the description of 1 of 1 set is a gene of the data (GENE1 of A)"),
            (
                Self.set("A", nil, 3..<20) + Self.set("B", nil, 40..<60) + Self.set("C", nil, 70..<99),
                "the description of 3 of 3 sets is a gene of the data (GENE4 of A)"
            ),
            (
                Self.set("A", "http://a", 0..<20) + Self.set("B", nil, 40..<60),
                "the description of 1 of 2 sets is a gene of the data (GENE41 of B)"
            ),
        ] {
            let (result, record) = try run([text])
            #expect(result.errors.contains("warning: ") && result.errors.contains(words), "\(result.errors)")
            #expect(record.warnings.contains { $0.contains(words) })
        }
        // A description that is a gene of the set anyway has cost it nothing.
        #expect(try !run([Self.set("A", "GENE5", 0..<20)]).result.errors.contains("is a gene of the data"))
    }

    @Test("A file that matches nothing beside others is named, with what it holds")
    func nothingMatches() throws {
        for (text, words) in [
            ("ENSEMBL\t\t" + (1...9).map { "ENSG0000000000\($0)" }.joined(separator: "\t") + "\n", "Ensembl"),
            ("ENTREZ\t\t" + (1...9).map { "10\($0)" }.joined(separator: "\t") + "\n", "Entrez"),
            ("MOUSE\t\tTrp53\tBrca1\tMyc\tKras\tEgfr\tAkt1\nTWO\t\tPten\tRb1\n", "none of its 2 sets"),
        ] {
            let (result, record) = try run([Self.usual, text])
            #expect(
                record.warnings.contains { $0.contains("sets2.gmt") && $0.contains(words) }, "\(result.errors)")
        }
    }

    @Test("Sets that are left out are counted on the screen and in the record")
    func leftOut() throws {
        let small = Self.set("SMALL", "", 0..<3)
        let (result, record) = try run([Self.usual + small + "NONE\t\tX1\tX2\tX3\tX4\tX5\n"])
        let words = "2 of 4 gene sets are left out: 1 with fewer than 5 of the genes and 1 with none"
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(try #require(record.notes).contains { $0.contains(words) })
    }
}
