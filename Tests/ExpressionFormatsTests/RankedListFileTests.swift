import ExpressionData
import ExpressionFormats
import Testing

@Suite("Ranked lists")
struct RankedListFileTests {
    static func read(
        _ text: String, duplicates: DuplicateRule = .lowestScore
    ) throws -> RankedListFile.Content {
        try RankedListFile.read(InputFile(name: "l.rnk", text: text), duplicates: duplicates)
    }

    @Test("A list is sorted by descending score, ties in file order")
    func order() throws {
        let list = try Self.read("b\t1\na\t2\nc\t1\nd\t-3\n").list
        #expect(list.genes == ["a", "b", "c", "d"])
        #expect(list.scores == [2, 1, 1, -3])
    }

    @Test(
        "The first line is a header by name, or when its second field is no number",
        arguments: [("Name\tx", 0), ("gene\tRank", 0), ("ID\tt", 0), ("NAME\t1.5", 1), ("gene\t1", nil)]
            as [(String, Int?)])
    func header(line: String, warnings: Int?) throws {
        let content = try Self.read("# comment\n\n\(line)\ng1\t7\n")
        #expect(content.list.genes.contains("gene") == (warnings == nil))
        #expect(content.list.genes.first == "g1")
        #expect(content.warnings.count == warnings ?? 0)
    }

    @Test("Quotes are removed, rows without a score dropped, infinities kept")
    func fields() throws {
        let content = try Self.read("\"g1\"\t\"3.5\"\ng2\tNA\ng3\tNaN\ng4\t\ng5\t-Infinity\ng6\tInf\ng 7\t0\n")
        #expect(content.list.genes == ["g6", "g1", "g 7", "g5"])
        #expect(content.list.scores == [.infinity, 3.5, 0, -.infinity])
        #expect(
            content.warnings.map(\.message) == [
                "3 genes without a score dropped: g2, g3 and g4", "2 genes with an infinite score: g5 and g6",
            ])
    }

    @Test(
        "Of a gene listed more than once, the rule decides which occurrence stays",
        arguments: [
            (DuplicateRule.lowestScore, -5.0), (.highestScore, 4.0), (.largestMagnitude, -5.0),
        ])
    func duplicates(rule: DuplicateRule, kept: Double) throws {
        let content = try Self.read("a\t4\nb\t1\na\t-5\na\t2\n", duplicates: rule)
        #expect(content.list.genes.sorted() == ["a", "b"])
        #expect(content.list.scores[content.list.genes.firstIndex(of: "a")!] == kept)
        #expect(content.warnings.count == 1)
    }

    @Test("Of equally scored occurrences the desktop's rule keeps the one that stands lower")
    func equalDuplicates() throws {
        #expect(try Self.read("a\t1\nb\t1\na\t1\n").list.genes == ["b", "a"])
        #expect(try Self.read("a\t1\nb\t1\na\t1\n", duplicates: .highestScore).list.genes == ["a", "b"])
    }

    @Test("What is no list is refused with its line")
    func errors() {
        #expect(
            #expect(throws: InputError.self) { try Self.read("a\t1\nb\tx\n") }?.place
                == InputPlace(file: "l.rnk", line: 2, gene: "b"))
        #expect(#expect(throws: InputError.self) { try Self.read("a\t1\nb\n") }?.problem == "the line has 1 field")
        #expect(throws: InputError.self) { try Self.read("a\t1\t2\n") }
        #expect(throws: InputError.self) { try Self.read("a\t1\n\t2\n") }
        #expect(throws: InputError.self) { try Self.read("a\tNA\n") }
        #expect(throws: InputError.self) { try Self.read("") }
    }

    @Test("A written list is read back")
    func roundTrip() throws {
        let list = RankedGeneList(genes: ["a", "b", "c"], scores: [.infinity, 0.1, -1e-300])
        try withTemporaryFolder { folder in
            try RankedListFile.write(list, to: folder + "/l.rnk")
            #expect(try RankedListFile.read(path: folder + "/l.rnk").list == list)
            try RankedListFile.write(list, remark: "wald-z: stat, by name", to: folder + "/remarked.rnk")
            #expect(try RankedListFile.read(path: folder + "/remarked.rnk").list == list)
        }
    }

    @Test(
        "Lists are sorted as the desktop program sorts them", .enabled(if: ReferenceData.isPresent),
        arguments: [
            ("ties.rnk", "ties"), ("inf.rnk", "inf"), ("zeros.rnk", "zeros"), ("noheader_name.rnk", "noheader"),
        ])
    func reference(input: String, folder: String) throws {
        let edge = ReferenceData.path("gsea/golden/edge_cases")
        let ours = try RankedListFile.read(path: "\(edge)/in/\(input)").list
        let sorted = try RankedListFile.read(path: "\(edge)/\(folder)/sorted.rnk").list
        #expect(ours.genes == sorted.genes)
    }
}
