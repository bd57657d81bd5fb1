import AnalysisPipeline
import JobEngine
import Payloads
import Synchronization
import Testing

/// What a stage that is added to the method can rely on.
@Suite("A stage that is added")
struct NewStageTests {
    /// The method with a stage behind another.
    private func method(_ stage: any StudyStage, after title: String) -> [any StudyStage] {
        let stages = StudyMethod.stages
        let position = stages.firstIndex { $0.title == title }! + 1
        return stages[..<position] + [stage] + stages[position...]
    }

    @Test(
        "Reads the counts behind the models, where no other stage does",
        arguments: [.plain, .shrunken] as [ExampleStudy.Kind])
    func readsCounts(kind: ExampleStudy.Kind) throws {
        let stages = method(LibrarySizes(), after: "tests")
        var player = StudyPlayer(inputs: try ExampleStudy.inputs(kind), stages: stages)
        var played: PlayedStage?
        _ = try player.play { if $0.plan.title == "library sizes" { played = $0 } }
        let results = try #require(played?.results)
        #expect(results.count == 1 && results[0].count == 1)
    }

    @Test(
        "Is told so when it reads what it does not say that it reads",
        arguments: [.plain, .shrunken] as [ExampleStudy.Kind])
    func undeclared(kind: ExampleStudy.Kind) throws {
        let stages = method(LibrarySizes(reads: []), after: "models and tests")
        var player = StudyPlayer(inputs: try ExampleStudy.inputs(kind), stages: stages)
        let error = #expect(throws: StageError.self) { _ = try player.play() }
        #expect(error?.description == "a stage reads the counts and does not say so")
    }

    @Test("Is told so when it plans a shard without one of its inputs")
    func missingInput() throws {
        let stages = method(LibrarySizes(forgets: true), after: "tests")
        var player = StudyPlayer(inputs: try ExampleStudy.inputs(.plain), stages: stages)
        let error = #expect(throws: StageError.self) { _ = try player.play() }
        #expect(error?.description == "a shard is planned without its input `counts`")
    }

    @Test("Is passed over where nobody asks for it, and keeps nothing")
    func notAsked() throws {
        let kept = Mutex<[Set<KeptBlobs.Kind>]>([])
        let probe = Probe { study in kept.withLock { $0.append(study.kept.kinds) } }
        let silent = method(LibrarySizes(isAskedFor: false), after: "tests")
        for (index, stages) in [silent, method(LibrarySizes(), after: "tests")].enumerated() {
            let position = stages.firstIndex { $0.title == "refit of replaced genes" }!
            var player = StudyPlayer(
                inputs: try ExampleStudy.inputs(.plain),
                stages: Array(stages[..<position]) + [probe] + stages[position...])
            var titles: [String] = []
            _ = try player.play { titles.append($0.plan.title) }
            #expect(titles.contains("library sizes") == (index == 1))
        }
        #expect(kept.withLock { $0 } == [[], [.counts]])
    }

    /// The form of permutations of samples: blocks of permutations over genes and samples, twice, with a barrier between.
    @Test("May have two passes, of which the second reads what all shards of the first came to")
    func twoPasses() throws {
        let stage = TwoPasses()
        var player = StudyPlayer(
            inputs: try ExampleStudy.inputs(.plain), stages: method(stage, after: "tests"))
        var passes: [PlayedStage] = []
        _ = try player.play { if $0.plan.title == "two passes" { passes.append($0) } }
        #expect(passes.map(\.plan.shards.count) == [4, 4])
        // The first pass squares its permutations, and the second subtracts from each square the mean of all.
        let squares = (0..<20).map { Double($0 * $0) }
        let mean = squares.reduce(0, +) / 20
        #expect(stage.outcome == squares.map { $0 - mean })
    }

    @Test("A shard of a stage that is not in the method, or with other inputs than the stage's, is refused by a worker")
    func unknown() throws {
        let executor = StudyExecutor()
        let blob = Blob([1, 2, 3])
        for (stage, names) in [
            ("no-such-stage", ""), ("gene-set-nulls", ""), ("gene-set-nulls", "lists"),
            ("gene-set-nulls", "list list"),
        ] {
            let shard = Shard(stage: stage, parameters: Array(names.utf8), range: 0..<4, inputs: [blob.digest])
            #expect(throws: PayloadError.self, "\(stage) \(names)") {
                _ = try executor.execute(shard, inputs: [blob], control: Patient())
            }
        }
        let bare = Shard(
            stage: "transformed-counts", parameters: Array("counts".utf8), range: 0..<4, inputs: [blob.digest])
        #expect(throws: PayloadError.self) { _ = try executor.execute(bare, inputs: [blob], control: Patient()) }
    }
}

/// Looks at a study without changing it.
private struct Probe: ReducingStage {
    let title = "probe"
    let look: @Sendable (StudyState) -> Void

    func reduce(_ study: inout StudyState) { look(study) }
}

/// Says with a byte whether the counts that it reads are there.
private struct LibrarySizes: ShardedStage {
    static let name = "library-sizes"
    let title = "library sizes"
    var reads: Set<KeptBlobs.Kind> = [.counts]
    var isAskedFor = true
    var forgets = false

    enum Input: String, ShardInput { case counts }

    func isAsked(of study: StudyState) -> Bool { isAskedFor }

    func plan(_ study: inout StudyState) throws -> StageShards<Input, Int> {
        var shards = StageShards<Input, Int>()
        for (range, counts) in try study.geneBlocks() {
            try shards.add(range, for: 0, reading: forgets ? [:] : [.counts: counts])
        }
        return shards
    }

    static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        [try shard.content(.counts).count > shard.range.count ? 1 : 0]
    }

    static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> Bool { result == [1] }

    func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        #expect(try results.of(0).allSatisfy { $0 })
    }
}

/// Squares twenty permutations, then subtracts the mean of the squares.
private struct TwoPasses: ShardedStage {
    static let name = "two-passes"
    let title = "two passes"
    let isPlannedAgain = true

    /// A stage of the method keeps such things in the study; this one has it to show.
    private final class Notes: Sendable {
        let squares = Mutex<[Double]>([])
        let outcome = Mutex<[Double]>([])
    }
    private let notes = Notes()
    var outcome: [Double] { notes.outcome.withLock { $0 } }

    enum Input: String, ShardInput {
        case plan
        case mean

        static let optional: Set<Input> = [.mean]
    }

    func plan(_ study: inout StudyState) throws -> StageShards<Input, Int> {
        var shards = StageShards<Input, Int>()
        guard notes.outcome.withLock(\.isEmpty) else { return shards }
        let squares = notes.squares.withLock { $0 }
        var inputs: [Input: Blob] = [.plan: Blob(Array("squares".utf8))]
        if !squares.isEmpty { inputs[.mean] = Blob(bytes(squares.reduce(0, +) / Double(squares.count))) }
        for first in stride(from: 0, to: 20, by: 5) {
            try shards.add(first..<first + 5, for: squares.isEmpty ? 1 : 2, reading: inputs)
        }
        return shards
    }

    static func execute(_ shard: StageShard<Input>, control: any ShardControl) throws -> [UInt8] {
        var mean = 0.0
        if shard.has(.mean) {
            var reader = PayloadReader(try shard.content(.mean))
            mean = try reader.readDouble()
        }
        var writer = PayloadWriter()
        writer.write(shard.range.map { Double($0 * $0) - mean })
        return writer.bytes
    }

    static func read(_ result: [UInt8], of shard: StageShard<Input>) throws -> [Double] {
        var reader = PayloadReader(result)
        return try reader.readDoubles()
    }

    func take(_ results: StageResults<Self>, into study: inout StudyState) throws {
        let first = try results.of(1).flatMap { $0 }
        let second = try results.of(2).flatMap { $0 }
        if !first.isEmpty { notes.squares.withLock { $0 = first } }
        if !second.isEmpty { notes.outcome.withLock { $0 = second } }
    }

    private func bytes(_ value: Double) -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(value)
        return writer.bytes
    }
}
