import Testing

import ReadsToCounts

@Suite("Quality of samples")
struct QualityTableTests {
    private func row(_ name: String, aligned: Int, assigned: Int, reads: Int = 1_000) throws -> SampleQuality {
        SampleQuality(
            sample: name, isPaired: false, reads: reads, trimmed: reads,
            alignment: try AlignmentSummary(
                hisat2:
                    "HISAT2 summary stats:\nTotal reads: \(reads)\nAligned 1 time: \(aligned)\nAligned >1 times: 0\n"),
            assignment: try AssignmentSummary(
                "Status\tx\nAssigned\t\(assigned)\nUnassigned_Unmapped\t\(reads - aligned)\n"
                    + "Unassigned_NoFeatures\t\(aligned - assigned)\n"),
            evidence: StrandEvidence(forward: 1, reverse: 99))
    }

    @Test("A sample that stands apart is flagged with what in; alike ones and small cohorts are not")
    func flags() throws {
        var rows = try (1...5).map { try row("s\($0)", aligned: 950 + $0, assigned: 800) }
        rows.append(try row("odd", aligned: 600, assigned: 550))
        let table = QualityTable(rows, strandedness: .reverse)
        #expect(table.flags == [[], [], [], [], [], ["aligned-low", "assigned-high"]])
        #expect(QualityTable(Array(rows.suffix(3)), strandedness: .reverse).flags == [[], [], []])
        let deep = try rows.prefix(5) + [row("deep", aligned: 9_550, assigned: 8_040, reads: 10_000)]
        #expect(QualityTable(Array(deep), strandedness: .reverse).flags.last == ["reads-high"])
    }

    @Test("The table has a row for each sample, in their order, with the columns that were promised")
    func columns() throws {
        let text = String(
            decoding: QualityTable([try row("s1", aligned: 900, assigned: 450)], strandedness: .reverse).bytes,
            as: UTF8.self)
        let lines = text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        #expect(
            lines[0].prefix(9) == [
                "sample", "reads", "trimmed", "aligned", "assigned", "unassigned_ambiguity", "unassigned_multimapping",
                "unassigned_nofeatures", "strandedness",
            ])
        let cells = Dictionary(uniqueKeysWithValues: zip(lines[0], lines[1]))
        #expect(
            cells["aligned_fraction"] == "0.9" && cells["assigned_fraction"] == "0.5" && cells["gc_percent"] == "NA")
        #expect(cells["unassigned_nofeatures"] == "450" && cells["strandedness"] == "reverse")
    }
}
