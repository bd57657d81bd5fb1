import Testing

import AnalysisPipeline
import StudyFiles

@Suite("What inputs are called")
struct InputNameTests {
    @Test("A compressed file has its own name, and says that the digest is of the content")
    func compressed() {
        let digest = String(repeating: "0123456789abcdef", count: 4)
        var inputs = StudyInputs(
            configuration: StudyConfiguration(
                inputs: [
                    .init(role: "counts", name: "counts.tsv", sha256: digest),
                    .init(role: "samples", name: "samples.tsv", sha256: digest),
                ], geneFilter: nil, differentialExpression: nil, analyses: [], geneSets: nil))
        inputs.inputNames = ["counts.tsv.gz", "samples.tsv"]
        #expect(
            StudyDescription(inputs).lines.prefix(2) == [
                "input    counts: counts.tsv.gz, SHA-256 of its content, uncompressed, 0123456789abcdef…",
                "input    samples: samples.tsv, SHA-256 0123456789abcdef…",
            ])
    }
}
