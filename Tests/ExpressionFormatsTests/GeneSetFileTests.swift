import ExpressionData
import ExpressionFormats
import Testing

@Suite("Gene sets")
struct GeneSetFileTests {
    static func read(_ text: String, as dialect: GeneSetFile.Dialect = .plain) throws -> GeneSetFile.Content {
        try GeneSetFile.read([InputFile(name: "folder/sets.gmt.gz", text: text)], as: dialect)
    }

    @Test("Names keep their case, descriptions may be empty, repeated and empty genes are dropped")
    func plain() throws {
        let content = try Self.read("# comment\n\nA%GO%1\tfirst\tg1\tg2\tg1\t\tg3\t\r\nb\t\tg9\n")
        #expect(
            content.sets == [
                GeneSet(name: "A%GO%1", description: "first", source: "sets.gmt", genes: ["g1", "g2", "g3"]),
                GeneSet(name: "b", description: "", source: "sets.gmt", genes: ["g9"]),
            ])
        #expect(content.warnings.map(\.message) == ["1 gene named more than once in a set; each was kept once"])
    }

    @Test("The desktop dialect merges tabs and writes names in capitals")
    func desktop() throws {
        let content = try Self.read("b\t\tg9\tg8\n", as: .gseaDesktop)
        #expect(content.sets == [GeneSet(name: "B", description: "g9", source: "sets.gmt", genes: ["g8"])])
        #expect(throws: InputError.self) { try Self.read("SAME\tna\tg1\nsame\tna\tg2\n", as: .gseaDesktop) }
        #expect(try Self.read("SAME\tna\tg1\nsame\tna\tg2\n").sets.count == 2)
    }

    @Test("A name twice in a file is an error that names both lines")
    func duplicate() {
        let error = #expect(throws: InputError.self) { try Self.read("a\tx\tg1\nb\tx\tg1\na\tx\tg2\n") }
        #expect(error?.description.hasPrefix("folder/sets.gmt.gz:3: the set a is already on line 1.") == true)
    }

    @Test("A name in two files stays two sets, with a warning")
    func severalFiles() throws {
        let content = try GeneSetFile.read([
            InputFile(name: "one.gmt", text: "a\tx\tg1\n"), InputFile(name: "two.gmt", text: "a\tx\tg2\n"),
        ])
        #expect(content.sets.map(\.source) == ["one.gmt", "two.gmt"])
        #expect(content.warnings.map(\.message) == ["1 set name in more than one file, kept apart by source: a"])
    }

    @Test("A set without genes is a warning; a line or a file without sets is an error")
    func errors() throws {
        #expect(try Self.read("a\tx\nb\tx\tg\n").warnings.map(\.message) == ["1 set without genes: a"])
        #expect(#expect(throws: InputError.self) { try Self.read("a g1 g2\n") }?.place.line == 1)
        #expect(throws: InputError.self) { try Self.read("\tx\tg1\n") }
        #expect(
            #expect(throws: InputError.self) { try Self.read("\n# nothing\n") }?.problem == "the file holds no gene set"
        )
        #expect(throws: InputError.self) { try Self.read("") }
    }

    @Test(
        "Reference collections are read", .enabled(if: ReferenceData.isPresent),
        arguments: [("hallmark_v7.0", 50), ("mouse_reactome", 1457)])
    func reference(name: String, count: Int) throws {
        #expect(try GeneSetFile.read(paths: [ReferenceData.path("gsea/data/\(name).gmt")]).sets.count == count)
    }
}

@Suite("Identifiers that do not match")
struct IdentifierKindTests {
    @Test(
        "Identifiers are told by their looks",
        arguments: [
            ("ENSG00000000003", IdentifierKind.ensembl), ("ENSMUSG00000000001", .ensembl),
            ("ENSG00000000003.15", .ensemblVersioned), ("FBgn0000008", .flyBase), ("7105", .entrez),
            ("NM_001126112", .refSeq), ("1007_s_at", .probe), ("TP53", .capitalSymbol), ("HLA-A", .capitalSymbol),
            ("Gnai3", .titleSymbol), ("", .other), ("C1orf112", .capitalSymbol),
        ])
    func kinds(identifier: String, kind: IdentifierKind) {
        #expect(IdentifierKind(of: identifier) == kind)
    }

    static let sets = [GeneSet(name: "a", description: "", source: "s", genes: ["TP53", "MDM2", "CDK4"])]

    @Test("Sets that match nothing are explained by what both sides look like")
    func explanation() throws {
        let error = explanationOfUnmatchedSets(genes: ["ENSG00000000003", "ENSG00000000005"], sets: Self.sets)
        #expect(
            error?.description
                == "0 of 1 sets matched; your ids look like Ensembl gene ids (ENSG…) (ENSG00000000003), the sets hold "
                + "gene symbols in capitals, as of human genes (TP53). Give a table of the ids and their symbols "
                + "(an annotation, or with a ranked list --chip), or gene sets that use the same ids.")
        #expect(explanationOfUnmatchedSets(genes: ["TP53"], sets: Self.sets) == nil)
        let empty = explanationOfUnmatchedSets(
            genes: ["TP53"], sets: [GeneSet(name: "S", description: "d", source: "s", genes: [])])
        #expect("\(try #require(empty))".contains("no gene set of 1 has a gene"))
        #expect(
            explanationOfUnmatchedSets(genes: ["Tp53", "Mdm2"], sets: Self.sets)?.remedy
                == "The names differ in case only: use gene sets of the species the data are from.")
        #expect(grouped(18_577) == "18,577" && grouped(999) == "999" && grouped(-1_000_000) == "-1,000,000")
    }
}
