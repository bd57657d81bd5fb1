import ExpressionData
import ExpressionFormats
import Testing

import ReadsToCounts

@Suite("Sheets of reads")
struct ReadSheetTests {
    private func sheet(_ text: String) throws -> ReadSheet {
        try ReadSheet(InputFile(name: "sheet.csv", text: text), folder: "/data")
    }

    private func problem(_ text: String) -> InputError? {
        #expect(throws: InputError.self) { try sheet(text) }
    }

    @Test("Rows of one sample are its lanes; relative paths begin at the sheet; columns may be anywhere")
    func lanes() throws {
        let read = try sheet(
            """
            strandedness,sample,fastq_1,fastq_2,note
            auto,B,b1.fq.gz,b2.fq.gz,x
            reverse,A,/else/a_L1_1.fq,/else/a_L1_2.fq,x
            reverse,A,a_L2_1.fq,a_L2_2.fq,x

            """)
        #expect(read.samples.map(\.name) == ["B", "A"])
        #expect(read.samples[0].strandedness == nil && read.samples[1].strandedness == .reverse)
        #expect(read.samples[1].files == ["/else/a_L1_1.fq", "/else/a_L1_2.fq", "/data/a_L2_1.fq", "/data/a_L2_2.fq"])
    }

    @Test("Single reads, tabs, and a sheet of two columns are read too")
    func single() throws {
        #expect(try !sheet("sample,fastq_1,fastq_2\ns1,r.fq,\n").samples[0].isPaired)
        let tabs = try sheet("sample\tfastq_1\ns1\tr1.fq\ns2\tr2.fq\n")
        #expect(tabs.samples.count == 2 && !tabs.samples[0].isPaired)
        #expect(tabs.declaring(.forward).samples.allSatisfy { $0.strandedness == .forward })
    }

    @Test("What is wrong is told with line, sample and column")
    func problems() {
        #expect(problem("sample,fastq1\ns,a.fq\n")?.description.contains("no column fastq_1") == true)
        #expect(problem("sample,fastq1\ns,a.fq\n")?.description.contains("Is fastq1 meant?") == true)
        let name = problem("sample,fastq_1\n../s,a.fq\n")
        #expect(name?.place.line == 2 && name?.place.column == "sample")
        #expect(problem("sample,fastq_1\n-s,a.fq\n")?.place.line == 2)
        #expect(problem("sample,fastq_1,fastq_2\ns,,b.fq\n")?.place.column == "fastq_1")
        #expect(problem("sample,fastq_1,fastq_2,strandedness\ns,a.fq,,both\n")?.place.column == "strandedness")
        #expect(problem("sample,fastq_1\ns,a.fq\nt,a.fq\n")?.description.contains("also in line 2") == true)
        #expect(
            problem("sample,fastq_1,fastq_2\ns,a.fq,b.fq\ns,c.fq,\n")?.description.contains("single reads") == true)
        #expect(
            problem("sample,fastq_1,fastq_2,strandedness\ns,a.fq,,auto\ns,b.fq,,forward\n")?.place.line == 3)
        #expect(problem("sample,fastq_1\n")?.description.contains("no samples") == true)
    }
}
