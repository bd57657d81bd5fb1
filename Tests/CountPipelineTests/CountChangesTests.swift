import ExpressionFormats
import Foundation
import ReadsToCounts
import Testing

import CountPipeline

@Suite("What a run of counting is told from another by")
final class CountChangesTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "/changes-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["a.fq", "b.fq", "genome.fa", "genes.gtf"] {
            try name.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Samples `a` and `b`, each with a declared strandedness.
    private func request(
        _ strandedness: [(sample: String, word: String)] = [("a", "auto"), ("b", "auto")],
        declaring declared: Strandedness? = nil, _ change: (inout CountSettings) throws -> Void = { _ in }
    ) throws -> CountChanges {
        let rows = strandedness.map { "\($0.sample),\($0.sample).fq,\($0.word)\n" }.joined()
        let text = "sample,fastq_1,strandedness\n" + rows
        let sheet = try ReadSheet(InputFile(name: "sheet.csv", bytes: Array(text.utf8)), folder: folder)
            .declaring(declared)
        let samples = try sheet.samples.map { sample in
            SampleTask(
                name: sample.name,
                lanes: [SampleTask.LaneFiles(first: try FileReference(path: sample.lanes[0].first), second: nil)])
        }
        var settings = CountSettings()
        try change(&settings)
        let versions = Dictionary(uniqueKeysWithValues: settings.tools.map { ($0, "1.0") })
        return CountChanges(
            CountPlan(
                sheet: sheet, samples: samples,
                context: CountContext(
                    settings: settings, versions: versions, store: folder, nonce: "",
                    reference: .fasta(try FileReference(path: folder + "/genome.fa")),
                    annotation: try FileReference(path: folder + "/genes.gtf"))))
    }

    @Test("The same request is written as the same bytes in every process: programs are sorted keys")
    func canonical() throws {
        let text = String(
            decoding: try canonicalJSON(
                request {
                    $0.options[.hisat2] = try ToolOptions("-k 5", for: .hisat2)
                    $0.options[.fastqc] = try ToolOptions("--nogroup", for: .fastqc)
                }), as: UTF8.self)
        #expect(text.contains(#""options":{"fastqc":{"words":["--nogroup"]},"hisat2":{"words":["-k","5"]}}"#))
        #expect(
            text.contains(
                #""versions":{"cutadapt":"1.0","fastqc":"1.0","featureCounts":"1.0","hisat2":"1.0","hisat2-build":"1.0","#
            ))
        let steps = String(decoding: try canonicalJSON([CountStep.trim: 1, .align: 2, .index: 3]), as: UTF8.self)
        #expect(steps == #"{"align":2,"index":3,"trim":1}"#)
    }

    @Test("Another strandedness, in the sheet or for all samples, is another run, and says so")
    func strandedness() throws {
        let undeclared = try request()
        let all = try request(declaring: .reverse)
        #expect(all != undeclared)
        #expect(
            undeclared.sentences(to: all) == [
                "the strandedness is now declared reverse for a and b: where it comes out differently, done again are "
                    + "alignment, counting."
            ])
        let one = try request([("a", "auto"), ("b", "forward")])
        #expect(
            all.sentences(to: one).map { $0.prefix { $0 != ":" } } == [
                "the strandedness is now declared auto for a", "the strandedness is now declared forward for b",
            ])
    }

    @Test("Whatever changes a result, or a file of the results, is told")
    func settings() throws {
        let then = try request()
        func check(_ sentence: String, _ change: (inout CountSettings) throws -> Void) throws {
            let now = try request { try change(&$0) }
            let sentences = then.sentences(to: now)
            #expect(then != now && sentences.contains { $0.hasPrefix(sentence) }, "\(sentences)")
            #expect(!now.sentences(to: then).isEmpty)
        }
        try check("FastQC no longer looks") { $0.runsFastQC = false }
        try check("alignments are kept now") { $0.keepsAlignments = true }
        try check("the aligner is now star") { $0.aligner = .star }
        try check("the trimmer is now fastp") { $0.trimmer = .fastp }
        try check("the options of featureCounts are now `-O` and were none: done again are counting.") {
            $0.options[.featureCounts] = try ToolOptions("-O", for: .featureCounts)
        }
    }

    @Test("Samples in another order make another table, of the same steps")
    func order() throws {
        let (then, now) = (try request(), try request([("b", "auto"), ("a", "auto")]))
        #expect(then != now)
        #expect(then.sentences(to: now) == ["the samples stand in another order: nothing is done again."])
        #expect(then.sentences(to: then).isEmpty)
    }
}
