import ExpressionData
import Testing

@Suite("Samples that are called otherwise in the other file")
struct SampleNameCauseTests {
    private static func error(counts: [String], sheet: [String]) -> InputError? {
        let table = SampleTable(fileName: "s.tsv", sampleNames: sheet, columns: [], idName: "sample")
        return #expect(throws: InputError.self) { try table.matched(toSamples: counts, ofCounts: "c.tsv") }
    }

    @Test(
        "The rule that explains all names is told",
        arguments: [
            (["S1", "S2"], ["s2", "s1"], "case only: S1 and s1"),
            (["s1\u{A0}", "s2"], ["s1", "s2"], "blanks, invisible marks or dashes only: s1<U+00A0> and s1"),
            (["a_1", "a_2"], ["a-1", "a-2"], "dashes, dots, underscores and blanks only"),
            (["001", "002"], ["1", "2"], "zeros in front of numbers only: 001 and 1"),
            (["k1.bam", "k2.bam"], ["k1", "k2"], "what programs append to them only"),
            (["k1", "k2"], ["k1_counts.txt", "k2_counts.txt"], "what programs append"),
            (["Lib_k2", "Lib_k10"], ["k10", "k2"], "the counts' names have Lib_ in front: Lib_k10 is k10"),
            (["run7-k1.hg38", "run7-k2.hg38"], ["k1", "k2"], "run7- in front and .hg38 behind"),
            (["1", "2"], ["patient1", "patient2"], "the sample sheet's names have patient in front"),
        ])
    func causes(_ counts: [String], _ sheet: [String], _ words: String) {
        let error = Self.error(counts: counts, sheet: sheet)
        #expect(error?.problem.contains(words) == true, "\(String(describing: error))")
    }

    @Test("Names that R changed are told as such")
    func syntacticNames() {
        #expect(Self.error(counts: ["X1.a", "X2.b"], sheet: ["1-a", "2 b"])?.problem.contains("changed by R") == true)
    }

    @Test("A sheet without a header, and one on its side, are told as such")
    func headers() {
        let table = SampleTable(fileName: "s.tsv", sampleNames: ["s2", "s3"], columns: [], idName: "s1")
        let error = #expect(throws: InputError.self) {
            try table.matched(toSamples: ["s1", "s2", "s3"], ofCounts: "c")
        }
        #expect(error?.problem.contains("not a header") == true)
        let columns = ["s1", "s2"].map { SampleTable.Column(name: $0, values: .numeric([1])) }
        let side = SampleTable(fileName: "s.tsv", sampleNames: ["condition"], columns: columns, idName: "sample")
        let other = #expect(throws: InputError.self) { try side.matched(toSamples: ["s1", "s2"], ofCounts: "c") }
        #expect(other?.remedy.contains("Exchange rows and columns") == true)
    }

    @Test("The only column with exactly the counts' names can name the samples")
    func renaming() throws {
        let label = SampleTable.Column(name: "label", values: .factor(Factor(["x", "y"])))
        let table = SampleTable(sampleNames: ["1", "2"], columns: [label], idName: "id")
        let renamed = try #require(table.renamed(toSamples: ["y", "x"]))
        #expect(renamed.column == "label" && renamed.table.sampleNames == ["x", "y"])
        #expect(renamed.table.columns.map(\.name) == ["id"])
        #expect(table.renamed(toSamples: ["x", "z"]) == nil)
    }
}
