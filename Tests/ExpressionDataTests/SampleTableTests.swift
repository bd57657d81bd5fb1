import ExpressionData
import Testing

@Suite("Sample tables")
struct SampleTableTests {
    @Test("Levels are ordered by number when all are numbers, else by bytes")
    func levelOrder() {
        #expect(Factor(["10", "9", "1e1", nil, "-2"]).levels == ["-2", "9", "10", "1e1"])
        #expect(Factor(["b", "B", "a", "10", "9"]).levels == ["10", "9", "B", "a", "b"])
    }

    @Test("A reference moves to the front and the others keep their order")
    func reference() {
        let factor = Factor(["a", "b", "c", nil]).withReference("b")
        #expect(factor.levels == ["b", "a", "c"])
        #expect(factor.codes == [1, 0, 2, -1])
        #expect(factor.levelCounts == [1, 1, 1])
    }

    @Test("Samples are matched by name, in the order of the counts")
    func matching() throws {
        let table = SampleTable(
            fileName: "s.tsv", sampleNames: ["s1", "s2", "s3"],
            columns: [
                .init(name: "x", values: .numeric([1, 2, 3])),
                .init(name: "f", values: .factor(Factor(["a", "b", nil]))),
            ])
        let matched = try table.matched(toSamples: ["s3", "s1", "s2"], ofCounts: "c.tsv")
        #expect(matched.sampleNames == ["s3", "s1", "s2"])
        #expect(matched.columns[0].values == .numeric([3, 1, 2]))
        #expect(matched.column(named: "f")?.missing == [0])

        let missing = #expect(throws: InputError.self) {
            try table.matched(toSamples: ["s1", "s2", "s3", "s4"], ofCounts: "c.tsv")
        }
        #expect(missing?.description.hasPrefix("c.tsv: 1 sample not in s.tsv: s4.") == true)
        let surplus = #expect(throws: InputError.self) {
            try table.matched(toSamples: ["s1", "s2"], ofCounts: "c.tsv")
        }
        #expect(surplus?.description.hasPrefix("s.tsv: 1 sample not in c.tsv: s3.") == true)
        let none = #expect(throws: InputError.self) { try table.matched(toSamples: ["a", "b"], ofCounts: "c.tsv") }
        #expect(none?.problem.hasPrefix("none of its samples is in s.tsv") == true)
    }

    @Test("A column says what it was taken for")
    func summaries() {
        let factor = SampleTable.Column(name: "f", values: .factor(Factor(["a", "b", "b", nil], levels: ["b", "a"])))
        #expect(factor.summary == "factor: b (reference, 2), a (1); 1 missing")
        #expect(SampleTable.Column(name: "x", values: .numeric([1, 2.5, 7])).summary == "numeric: 1 to 7, mean 3.5")
        #expect(SampleTable.Column(name: "x", values: .numeric([.nan])).summary == "numeric; 1 missing")
    }

    @Test("Names that R made syntactic are recognised")
    func changedNames() {
        let table = SampleTable(fileName: "s.tsv", sampleNames: ["1-a", "b"], columns: [])
        let error = #expect(throws: InputError.self) { try table.matched(toSamples: ["X1.a", "b"], ofCounts: "c.tsv") }
        #expect(error?.problem == "its sample names were changed by R: X1.a instead of 1-a")
    }
}
