import ExpressionFormats
import Foundation
import JobEngine
import ReadsToCounts
import Testing

import CountPipeline

@Suite("Runs of counting as they are sent to a coordinator")
struct SubmittedCountTests {
    /// A file that need not be there.
    private func reference(_ path: String, bytes: Int = 8) throws -> FileReference {
        var file = try FileReference(path: #filePath)
        (file.path, file.bytes, file.modified) = (path, bytes, 0)
        return file
    }

    /// Two samples of pairs, none of whose files is there.
    private func plan(_ change: (inout CountPlan) throws -> Void = { _ in }) throws -> CountPlan {
        let text = "sample,fastq_1,fastq_2\na,a1.fq,a2.fq\nb,b1.fq,b2.fq\n"
        let sheet = try ReadSheet(InputFile(name: "sheet.csv", text: text), folder: "/data")
        let versions = CountSettings().tools.map { ($0, "1") }
        var plan = CountPlan(
            sheet: sheet,
            samples: try ["a", "b"].map { name in
                SampleTask(
                    name: name,
                    lanes: [
                        .init(
                            first: try reference("/data/\(name)1.fq"), second: try reference("/data/\(name)2.fq"))
                    ])
            },
            context: CountContext(
                settings: CountSettings(), versions: Dictionary(uniqueKeysWithValues: versions), store: "/out/steps",
                nonce: "1", reference: .fasta(try reference("/data/genome.fa")),
                annotation: try reference("/data/genes.gtf")))
        try change(&plan)
        return plan
    }

    private func refusal(_ change: (inout CountPlan) throws -> Void) throws -> String {
        let sent = try SubmittedCount(plan(change)).encoded()
        let received = try #require(SubmittedCount(decoding: sent))
        do {
            _ = try received.program(in: "/nowhere")
            return ""
        } catch let refusal as TaskRefusal {
            return refusal.description
        }
    }

    @Test("What the command sends is taken, without a look at any file; other requests are not mistaken for it")
    func sound() throws {
        #expect(try refusal { _ in } == "")
        #expect(try SubmittedCount(plan()).encoded() == SubmittedCount(plan()).encoded())
        #expect(SubmittedCount(decoding: Array("{\"calibration\": {}}".utf8)) == nil)
        #expect(SubmittedCount(decoding: [0, 1]) == nil)
    }

    @Test("Names, paths, sizes and lists that no command makes are refused, each with a sentence")
    func unsound() throws {
        let refusals: [(String, (inout CountPlan) throws -> Void)] = [
            ("the request has 0 samples", { $0.samples = [] }),
            ("the request has 1 samples and its sheet 2", { $0.samples.removeLast() }),
            ("the same samples are needed", { $0.samples.swapAt(0, 1) }),
            ("has 0 lanes", { $0.samples[1].lanes = [] }),
            ("has 10001 lanes", { $0.samples[1].lanes = Array(repeating: $0.samples[1].lanes[0], count: 10_001) }),
            ("paired and single reads", { $0.samples[0].lanes += [.init(first: try reference("/x"), second: nil)] }),
            ("/data/a1.fq is named 2 times", { $0.samples[1].lanes[0].second = try reference("/data/a1.fq") }),
            ("`a1.fq` is no path from the root", { $0.samples[0].lanes[0].first.path = "a1.fq" }),
            ("is no path from the root", { $0.samples[0].lanes[0].first.path = "/a\0b" }),
            ("is no path from the root", { $0.context.store = "" }),
            ("is no path from the root", { $0.context.annotation.path = "/" + String(repeating: "x", count: 5_000) }),
            ("cannot have -1 bytes", { $0.samples[0].lanes[0].first.bytes = -1 }),
            ("cannot have \(Int.max) bytes", { $0.context.reference = .fasta(try reference("/g.fa", bytes: .max)) }),
            ("an index has 1 to 1000 files", { $0.context.reference = .index(prefix: "/i", []) }),
            ("which version of fastqc is meant", { $0.context.versions[.fastqc] = nil }),
            (
                "options of fastp, which is not run",
                { $0.context.settings.options[.fastp] = try ToolOptions("-q 20", for: .fastp) }
            ),
        ]
        for (sentence, change) in refusals {
            let text = try refusal(change)
            #expect(text.contains(sentence), "\(sentence): \(text)")
        }
        // An index needs no program that builds one.
        let taken = try refusal {
            $0.context.reference = .index(prefix: "/i", [try reference("/i.1.ht2")])
            $0.context.versions[.hisat2Build] = nil
        }
        #expect(taken == "")
    }

    @Test("Results of another sample, of another stage, or with too few digests are not taken")
    func results() throws {
        let program = CountProgram(try plan()) { _ in }
        let stage = try #require(try program.nextStage(history: RunHistory(stages: [], workers: [])))
        #expect(stage.runsPrograms && stage.shards.count == 3)
        func check(_ json: String, of index: Int) throws {
            try program.check(Array(json.utf8), of: stage.shards[index])
        }
        let digests = "\"digests\":[\"00\",\"11\"]"
        try check("{\"reads\":{\"_0\":{\(digests),\"reads\":5}}}", of: 2)
        try check("{\"refused\":{\"_0\":\"no\"}}", of: 0)
        #expect(throws: (any Error).self) { try check("{\"reads\":{\"_0\":{\(digests),\"reads\":5}}}", of: 0) }
        #expect(throws: (any Error).self) { try check("{\"reads\":{\"_0\":{\(digests),\"reads\":-5}}}", of: 1) }
        #expect(throws: (any Error).self) {
            try check("{\"reads\":{\"_0\":{\"digests\":[\"00\"],\"reads\":5}}}", of: 1)
        }
        #expect(throws: (any Error).self) { try check("{\"strands\":{\"_0\":{\"forward\":1,\"reverse\":2}}}", of: 1) }
    }
}
