import ExpressionFormats
import Testing

import StudyReport

@Suite("Reads in the report")
struct StudyReadsTests {
    private func reads(_ rows: String...) throws -> StudyReads {
        let header = "sample\treads\taligned_fraction\tassigned_fraction\tlayout\tflags\n"
        let text = header + rows.map { $0 + "\n" }.joined()
        return try StudyReads(DelimitedTable(InputFile(name: "quality.tsv", text: text)), programs: ["hisat2": "2.2.1"])
    }

    @Test("The shares are told as mean, least and greatest over the samples")
    func sentence() throws {
        let found = try reads("a\t1200000\t0.966\t0.534\tpaired\t", "b\t800000\t0.95\t0.5\tpaired\t")
        #expect(
            found.sentences == [
                "Of 2,000,000 read pairs of 2 samples, 95.8 % (95.0 to 96.6 %) of the reads were aligned on average, and "
                    + "51.7 % (50.0 to 53.4 %) of what was aligned was assigned to genes."
            ])
        #expect(found.warnings.isEmpty)
        #expect(
            found.columns.map(\.name) == [
                "sample", "reads", "aligned_fraction", "assigned_fraction", "layout", "flags",
            ])
    }

    @Test("A sample that stands apart is named with what it stands apart in")
    func flagged() throws {
        let found = try reads("a\t10\t0.5\t0.5\tsingle\taligned-low;assigned-high", "b\t10\t0.9\tNA\tsingle\t")
        #expect(
            found.warnings == ["The reads of sample a stand apart from the others' (aligned-low, assigned-high)."])
        #expect(found.sentences[0].hasPrefix("Of 20 reads of 2 samples, 70.0 % (50.0 to 90.0 %)"))
        #expect(found.sentences[0].contains("50.0 % (50.0 to 50.0 %) of what was aligned"))
    }

    @Test("Numbers are written as they came, and names of digits stay names")
    func columns() throws {
        let found = try reads("001\t10\t0.9999333333333333\tNA\tsingle\t", "002\t9\t1\t0.5\tsingle\t")
        let written = String(decoding: TableWriter.bytes(found.columns), as: UTF8.self)
        #expect(
            written == "sample\treads\taligned_fraction\tassigned_fraction\tlayout\tflags\n"
                + "001\t10\t0.9999333333333333\tNA\tsingle\t\n002\t9\t1\t0.5\tsingle\t\n")
        guard case .doubles = found.columns[2].values, case .strings = found.columns[0].values else {
            Issue.record("a number is text, or a name a number")
            return
        }
    }
}
