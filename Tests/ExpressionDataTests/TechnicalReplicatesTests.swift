import ExpressionData
import Testing

@Suite("Technical replicates")
struct TechnicalReplicatesTests {
    private let samples = SampleTable(
        fileName: "s.tsv", sampleNames: ["r1", "r2", "r3", "r4", "r5"],
        columns: [
            .init(name: "library", values: .factor(Factor(["b", "a", "b", "c", "a"]))),
            .init(name: "age", values: .numeric([40, 30, 40, .nan, 30])),
            .init(name: "lane", values: .numeric([1, 1, 2, 1, 2])),
        ])
    private let counts = CountMatrix(
        geneIDs: ["g1", "g2"], sampleNames: ["r1", "r2", "r3", "r4", "r5"], counts: [1, 2, 3, 4, 5, 10, 20, 30, 40, 50])

    @Test("Counts of a sample's runs are added up, and its row is that of the first run")
    func sums() throws {
        let replicates = try TechnicalReplicates(column: "library", of: samples)
        let collapsed = try replicates.collapsed(counts, file: "c.tsv")
        #expect(collapsed.sampleNames == ["a", "b", "c"] && collapsed.counts == [7, 4, 4, 70, 40, 40])
        #expect(replicates.collapsedSamples.sampleNames == ["a", "b", "c"])
        guard case .numeric(let lanes)? = replicates.collapsedSamples.column(named: "lane")?.values else {
            Issue.record("no column of lanes")
            return
        }
        #expect(lanes == [1, 1, 1])
        #expect(replicates.differing.map(\.column) == ["lane"] && replicates.differing.map(\.sample) == ["a"])
    }

    @Test("Numbers name samples as well")
    func numbers() throws {
        let replicates = try TechnicalReplicates(column: "lane", of: samples)
        #expect(replicates.sampleNames == ["1", "2"] && replicates.runs == [[0, 1, 3], [2, 4]])
    }

    @Test("A column that is not there, a run of nobody's and a sum too large are refused")
    func refusals() throws {
        #expect(throws: InputError.self) { try TechnicalReplicates(column: "libary", of: samples) }
        let error = #expect(throws: InputError.self) { try TechnicalReplicates(column: "age", of: samples) }
        #expect(error?.description.contains("r4") == true)
        let large = CountMatrix(
            geneIDs: ["g"], sampleNames: samples.sampleNames, counts: [2_000_000_000, 1, 2_000_000_000, 1, 1])
        let sum = #expect(throws: InputError.self) {
            try TechnicalReplicates(column: "library", of: samples).collapsed(large, file: "c.tsv")
        }
        #expect(sum?.description.contains("4000000000") == true)
    }
}
