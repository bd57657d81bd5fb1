import AnalysisPipeline
import ContentDigest
import JobEngine
import Testing

/// What a worker does with inputs that no coordinator of ours sends, and with the order of its work.
@Suite("Shards as a worker gets them")
struct DamagedInputTests {
    private static let kinds: [ExampleStudy.Kind] = [
        .shrunken, .normalPrior, .likelihoodRatio, .randomSets, .desktopSets, .permutedTogether,
    ]

    /// A shard of each stage of a study, with what it reads and what it comes to.
    private struct Example {
        let shard: Shard
        let inputs: [Blob]
        let result: [UInt8]

        var names: [String] { String(decoding: shard.parameters, as: UTF8.self).split(separator: " ").map(String.init) }

        /// The shard with other blobs in the place of some.
        func reading(_ inputs: [Blob], as names: [String]? = nil) -> Shard {
            var shard = shard
            shard.inputs = inputs.map(\.digest)
            if let names { shard.parameters = Array(names.joined(separator: " ").utf8) }
            return shard
        }
    }

    private func examples(_ kind: ExampleStudy.Kind) throws -> [Example] {
        var inputs = try ExampleStudy.inputs(kind)
        // Few, as every shard is computed many times.
        if kind != .desktopSets { inputs.configuration.geneSets?.permutations = kind == .randomSets ? 400 : 8 }
        var player = StudyPlayer(inputs: inputs)
        var examples: [Example] = []
        _ = try player.play { stage in
            let shard = stage.plan.shards[0]
            let inputs = try shard.inputs.map { digest in
                try #require(stage.plan.blobs.first { $0.digest == digest })
            }
            examples.append(Example(shard: shard, inputs: inputs, result: stage.results[0]))
        }
        return examples
    }

    private func execute(_ shard: Shard, _ inputs: [Blob]) throws -> [UInt8] {
        // A worker of its own: what was decoded for a sound shard is not there.
        try StudyExecutor().execute(shard, inputs: inputs, control: Patient())
    }

    @Test("An input that is missing is refused, unless the stage does without it", arguments: kinds)
    func missing(kind: ExampleStudy.Kind) throws {
        for example in try examples(kind) {
            for index in example.inputs.indices {
                var (inputs, names) = (example.inputs, example.names)
                let name = names.remove(at: index)
                inputs.remove(at: index)
                let shard = example.reading(inputs, as: names)
                do {
                    // Without an optional input it is another shard, which comes to something else.
                    let result = try execute(shard, inputs)
                    #expect(result != example.result || name == "shape", "\(shard.stage) without \(name)")
                } catch {
                    #expect(!"\(error)".isEmpty)
                }
            }
            #expect(throws: (any Error).self, "\(example.shard.stage) without anything") {
                try execute(example.reading([], as: []), [])
            }
        }
    }

    @Test("Inputs are found by their names, in whatever order they come", arguments: kinds)
    func order(kind: ExampleStudy.Kind) throws {
        for example in try examples(kind) {
            let inputs = Array(example.inputs.reversed())
            let shard = example.reading(inputs, as: example.names.reversed())
            #expect(try execute(shard, inputs) == example.result, "\(shard.stage)")
        }
    }

    @Test(
        "An input that is cut anywhere is refused", arguments: kinds)
    func cut(kind: ExampleStudy.Kind) throws {
        for example in try examples(kind) {
            // The shape is for whoever reads the result.
            for index in example.inputs.indices where example.names[index] != "shape" {
                let content = example.inputs[index].content
                for length in Set([0, 1, 7, 8, 9, content.count / 3, content.count / 2, content.count - 1]) {
                    guard length < content.count else { continue }
                    var inputs = example.inputs
                    inputs[index] = Blob(Array(content.prefix(length)))
                    #expect(
                        throws: (any Error).self,
                        "\(example.shard.stage), \(example.names[index]), \(length) of \(content.count) bytes"
                    ) { try execute(example.reading(inputs), inputs) }
                }
            }
        }
    }

    @Test(
        "Whatever lengths an input says that it has, reading it never traps", arguments: kinds)
    func damagedLengths(kind: ExampleStudy.Kind) throws {
        for example in try examples(kind) {
            for index in example.inputs.indices {
                let content = example.inputs[index].content
                guard content.count > 8 else { continue }
                for offset in stride(from: 0, to: min(24, content.count - 8), by: 8) {
                    for length in [-1, .max, 1 << 61] {
                        var bytes = content
                        withUnsafeBytes(of: length) { bytes.replaceSubrange(offset..<offset + 8, with: $0) }
                        var inputs = example.inputs
                        inputs[index] = Blob(bytes)
                        // Numbers are taken at their word, so that it may as well begin to be computed.
                        _ = try? StudyExecutor().execute(
                            example.reading(inputs), inputs: inputs, control: Stopped())
                    }
                }
            }
        }
    }

    @Test("A result for other genes than the shard's is refused, and leaves the study to go on as it was")
    func refusedAndGoneOnWith() throws {
        let inputs = try ExampleStudy.inputs(.plain)
        var player = StudyPlayer(inputs: inputs)
        let expected = try player.play().shards
        let program = StudyProgram(inputs: inputs) { results, _ in #expect(results.shards == expected) }
        var former: [UInt8]?
        while let plan = try program.nextStage(history: RunHistory()) {
            let results = try plan.shards.map { shard in
                try execute(
                    shard, shard.inputs.map { digest in try #require(plan.blobs.first { $0.digest == digest }) })
            }
            for _ in 0..<2 {
                // That of the stage before, and a sound one that ends too early.
                #expect(throws: (any Error).self) { try program.check(former ?? [9], of: plan.shards[0]) }
                #expect(throws: (any Error).self) { try program.check(results[0].dropLast(), of: plan.shards[0]) }
                try program.check(results[0], of: plan.shards[0])
            }
            former = results[0]
            try program.take(results)
        }
    }

    @Test("A shard that names an input which its stage has not is no shard of the stage")
    func foreignInput() throws {
        let program = StudyProgram(inputs: try ExampleStudy.inputs(.randomSets)) { _, _ in }
        #expect(throws: StageError.self) {
            try program.check([], of: Shard(stage: "gene-set-nulls", range: 0..<1, inputs: []))
        }
        var shard = try #require(try program.nextStage(history: RunHistory())?.shards.first)
        shard.inputs = [SHA256Digest(of: "foreign")]
        let error = #expect(throws: (any Error).self) { try program.check([], of: shard) }
        #expect(error.map { "\($0)".contains("does not have") } == true)
    }

    @Test("One result too few, or too many, is a mistake of the program and told as one")
    func numberOfResults() throws {
        for change in [-1, 1] {
            let program = StudyProgram(inputs: try ExampleStudy.inputs(.desktopSets)) { _, _ in }
            let plan = try #require(try program.nextStage(history: RunHistory()))
            let results = try plan.shards.map { shard in try execute(shard, [plan.blobs[0]]) }
            let other = change < 0 ? Array(results.dropLast()) : results + [results[0]]
            let error = #expect(throws: StageError.self) { try program.take(other) }
            #expect(error?.description == "\(other.count) results of \(plan.shards.count) shards")
        }
    }

    @Test("A stopped shard stops, and says so", arguments: [.randomSets, .desktopSets] as [ExampleStudy.Kind])
    func cancelled(kind: ExampleStudy.Kind) throws {
        let example = try #require(try examples(kind).first)
        #expect(throws: ShardCancelled.self) {
            try StudyExecutor().execute(example.shard, inputs: example.inputs, control: Stopped())
        }
    }

    @Test(
        "In whatever order shards are computed, by however many workers, they come to the same",
        arguments: [3, 17, 2_026] as [UInt64])
    func anyOrder(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for kind in [ExampleStudy.Kind.desktopSets, .randomSets, .permutedSamples] {
            let program = StudyProgram(inputs: try ExampleStudy.inputs(kind)) { _, _ in }
            var player = StudyPlayer(inputs: try ExampleStudy.inputs(kind))
            let workers = [StudyExecutor(), StudyExecutor()]
            while let stage = try player.next(), let plan = try program.nextStage(history: RunHistory()) {
                var results = [[UInt8]](repeating: [], count: plan.shards.count)
                for index in plan.shards.indices.shuffled(using: &generator) {
                    let shard = plan.shards[index]
                    let inputs = shard.inputs.map { digest in plan.blobs.first { $0.digest == digest }! }
                    let worker = workers.randomElement(using: &generator)!
                    results[index] = try worker.execute(shard, inputs: inputs, control: Patient())
                }
                #expect(results == stage.results, "\(plan.title)")
                try program.take(results)
            }
        }
    }
}

/// Cancelled from the first.
private struct Stopped: ShardControl {
    var isCancelled: Bool { true }

    func madeProgress() {}
}
