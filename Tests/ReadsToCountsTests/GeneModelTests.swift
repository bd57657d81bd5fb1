import ExpressionData
import Testing

import ReadsToCounts

@Suite("Gene models")
struct GeneModelTests {
    private func model(_ text: String) throws -> GeneModel {
        try GeneModel(file: "genes.gtf") { take in
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                try Array(line.utf8).withUnsafeBytes { try take($0) }
            }
        }
    }

    private func exon(_ start: Int, _ end: Int, _ transcript: String, strand: String = "+") -> String {
        "chr1\tx\texon\t\(start)\t\(end)\t.\t\(strand)\t.\tgene_id \"G1\"; transcript_id \"\(transcript)\";\n"
    }

    @Test("Introns lie between the exons of a transcript, in any order, each once")
    func spliceSites() throws {
        let text =
            "#!genome-build x\n" + exon(301, 400, "T1", strand: "-") + exon(101, 200, "T1", strand: "-")
            + exon(101, 200, "T2", strand: "-") + exon(301, 400, "T2", strand: "-")
        let model = try model(text)
        // From 0: the last base of the exon before is 199, the first one behind is 300.
        #expect(String(decoding: model.spliceSites, as: UTF8.self) == "chr1\t199\t300\t-\n")
        #expect(model.geneCount == 1 && model.chromosomes == ["chr1"])
    }

    @Test("A GFF3 is told from a GTF, by its first line or by its attributes")
    func gff() {
        let first = #expect(throws: InputError.self) { try model("##gff-version 3\n" + exon(1, 2, "T")) }
        #expect(first?.place.line == 1 && first?.problem.contains("GFF3") == true)
        let second = #expect(throws: InputError.self) {
            try model("chr1\tx\tgene\t1\t9\t.\t+\t.\tID=gene:G1\nchr1\tx\texon\t1\t9\t.\t+\t.\tParent=T1;exon_id=E1\n")
        }
        #expect(second?.place.line == 2 && second?.problem.contains("GFF3") == true)
    }

    @Test("What is no GTF is told with the line, and an annotation of another genome with both names")
    func refused() throws {
        #expect(#expect(throws: InputError.self) { try model("chr1 x exon 1 2\n") }?.place.line == 1)
        #expect(
            #expect(throws: InputError.self) { try model("c\tx\texon\t9\t2\t.\t+\t.\tgene_id \"G\";\n") }?.place.line
                == 1)
        #expect(
            #expect(throws: InputError.self) { try model("c\tx\texon\t1\t2\t.\t+\t.\ttranscript_id \"T\";\n") }?
                .problem.contains("gene_id") == true)
        #expect(#expect(throws: InputError.self) { try model("c\tx\tgene\t1\t2\t.\t+\t.\tgene_id \"G\";\n") } != nil)
        let error = #expect(throws: InputError.self) {
            try GeneModel.check(chromosomes: ["1", "2"], against: ["chr1", "chr2"], annotation: "a", reference: "r")
        }
        #expect(error?.description.contains("the annotation has 1 and 2, the reference chr1 and chr2") == true)
        try GeneModel.check(chromosomes: ["1", "chr2"], against: ["chr2"], annotation: "a", reference: "r")
    }
}
