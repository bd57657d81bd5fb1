import AnalysisPipeline
import GeneSetEnrichment
import JobEngine
import Testing

@Suite("The stages of a study")
struct StageTests {
    /// Plays a study and returns what was seen of its stages.
    private func play(_ kind: ExampleStudy.Kind) throws -> (stages: [PlayedStage], results: StudyResults) {
        var player = StudyPlayer(inputs: try ExampleStudy.inputs(kind))
        var stages: [PlayedStage] = []
        let results = try player.play { stages.append($0) }
        return (stages, results)
    }

    @Test("Their list is the method, in order")
    func order() {
        #expect(
            StudyMethod.stages.map(\.title) == [
                "size factors", "gene-wise dispersions", "dispersion trend", "models and tests",
                "refit of replaced genes", "shrunken coefficients", "transformed counts", "tests",
                "dispersions without the exposure", "ranked lists", "gene-set nulls", "rare p-values",
                "gene-set nulls of the desktop", "permuted phenotypes", "permuted samples",
                "exposures permuted together", "gene sets",
            ])
    }

    @Test(
        "A study goes through those that it has something to do for",
        arguments: [
            (.plain, ["gene-wise-dispersions", "negative-binomial-models", "replaced-genes"]),
            (
                .shrunken,
                [
                    "gene-wise-dispersions", "negative-binomial-models", "replaced-genes", "shrunken-coefficients",
                    "transformed-counts",
                ]
            ),
            (
                .normalPrior,
                [
                    "gene-wise-dispersions", "negative-binomial-models", "replaced-genes", "shrunken-coefficients",
                    "transformed-counts",
                ]
            ),
            (.likelihoodRatio, ["gene-wise-dispersions", "negative-binomial-models", "replaced-genes"]),
            (.randomSets, ["gene-set-nulls", "rare-gene-sets"]),
            (.desktopSets, ["desktop-nulls"]),
            (.phenotypes, ["phenotype-nulls", "phenotype-nulls"]),
            (
                .permutedSamples,
                [
                    "gene-wise-dispersions", "negative-binomial-models", "replaced-genes", "covariate-dispersions",
                    "covariate-dispersions", "sample-permutations", "sample-permutations",
                ]
            ),
            (
                .permutedTogether,
                [
                    "gene-wise-dispersions", "negative-binomial-models", "replaced-genes", "covariate-dispersions",
                    "covariate-dispersions", "sample-permutations", "sample-permutations", "permutation-family",
                ]
            ),
        ] as [(ExampleStudy.Kind, [String])])
    func stages(kind: ExampleStudy.Kind, names: [String]) throws {
        let (stages, results) = try play(kind)
        #expect(stages.map { $0.plan.shards[0].stage } == names)
        for stage in stages { #expect(Set(stage.plan.shards.map(\.stage)).count == 1) }
        #expect((results.enrichment == nil) == !results.analyses.isEmpty)
    }

    @Test(
        "Every shard computed alone, by a worker that knows nothing else, comes to the same bytes",
        arguments: ExampleStudy.Kind.allCases)
    func alone(kind: ExampleStudy.Kind) throws {
        for stage in try play(kind).stages {
            for (index, shard) in stage.plan.shards.enumerated() {
                let inputs = try shard.inputs.map { digest in
                    try #require(stage.plan.blobs.first { $0.digest == digest })
                }
                let result = try StudyExecutor().execute(shard, inputs: inputs, control: Patient())
                #expect(result == stage.results[index], "shard \(index) of \(shard.stage)")
            }
        }
    }

    @Test("A result that is not that of its shard is refused by its stage", arguments: ExampleStudy.Kind.allCases)
    func refusedResults(kind: ExampleStudy.Kind) throws {
        let program = StudyProgram(inputs: try ExampleStudy.inputs(kind)) { _, _ in }
        var results: [[UInt8]] = []
        var stageCount = 0
        try program.take([])
        while let plan = try program.nextStage(history: RunHistory()) {
            stageCount += 1
            let executor = StudyExecutor()
            results = try plan.shards.map { shard in
                let inputs = shard.inputs.map { digest in plan.blobs.first { $0.digest == digest }! }
                return try executor.execute(shard, inputs: inputs, control: Patient())
            }
            let (shard, sound) = (plan.shards[0], results[0])
            try program.check(sound, of: shard)
            var wider = shard
            wider.range = shard.range.lowerBound..<shard.range.upperBound + 1
            #expect(throws: (any Error).self, "\(shard.stage): of fewer items") { try program.check(sound, of: wider) }
            for (what, bytes) in [
                ("nothing", []), ("a part", Array(sound.dropLast(3))), ("nonsense", Array("nonsense".utf8)),
                ("a tail", sound + [1, 2, 3, 4, 5, 6, 7, 8]),
            ] {
                #expect(throws: (any Error).self, "\(shard.stage): \(what)") { try program.check(bytes, of: shard) }
            }
            try program.take(results)
        }
        #expect(stageCount > 0)
    }

    @Test("Whatever lengths a result says that it has, reading it never traps", arguments: ExampleStudy.Kind.allCases)
    func damagedLengths(kind: ExampleStudy.Kind) throws {
        let program = StudyProgram(inputs: try ExampleStudy.inputs(kind)) { _, _ in }
        var player = StudyPlayer(inputs: try ExampleStudy.inputs(kind))
        while let plan = try program.nextStage(history: RunHistory()), let stage = try player.next() {
            #expect(plan.shards == stage.plan.shards)
            for offset in stride(from: 0, to: min(80, stage.results[0].count - 8), by: 4) {
                for length in [-1, .max, .min, 1 << 61, 1 << 62, 1 << 32] {
                    var result = stage.results[0]
                    withUnsafeBytes(of: length) { result.replaceSubrange(offset..<offset + 8, with: $0) }
                    // Numbers are taken at their word, so that it may as well be read.
                    _ = try? program.check(result, of: plan.shards[0])
                }
            }
            try program.take(stage.results)
        }
    }

    @Test("Two analyses with the same design have their shards in common, and each has the results")
    func sharedShards() throws {
        var player = StudyPlayer(inputs: try ExampleStudy.expression(analyses: 2))
        var shards: [Int] = []
        let results = try player.play { shards.append($0.plan.shards.count) }
        #expect(shards == [1, 1, 1])
        let tables = results.analyses.map { $0.tests[0].table }
        #expect(tables.count == 2)
        #expect(tables[0].pValues.map(\.bitPattern) == tables[1].pValues.map(\.bitPattern))
    }

    @Test("The sets of the genes that a study tests are drawn after its tests")
    func geneSetsOfTests() throws {
        var sets = GeneSetSettings()
        sets.minSize = 3
        sets.permutations = 1_000
        var player = StudyPlayer(inputs: try ExampleStudy.expression(geneSets: sets))
        var names: [String] = []
        let results = try player.play { names.append($0.plan.shards[0].stage) }
        #expect(names.last == "gene-set-nulls")
        #expect(results.analyses[0].tests[0].enrichment?.table.count == 4)
    }

    @Test("Permutations are added, stage after stage, from checkpoint to checkpoint until every set is settled")
    func settling() throws {
        // No decision is taken at 1,500.
        var inputs = try ExampleStudy.enrichment { $0.permutations = 1_500 }
        inputs.settling = SettlingRule(limit: 5_000)
        var player = StudyPlayer(inputs: inputs)
        var ranges: [Range<Int>] = []
        let results = try player.play { stage in
            ranges.append(stage.plan.shards[0].range.lowerBound..<stage.plan.shards.last!.range.upperBound)
        }
        #expect(
            ranges.count > 1
                && ranges == Array([0..<1_500, 1_500..<2_000, 2_000..<4_000, 4_000..<5_000].prefix(ranges.count)))
        #expect(results.inputs.configuration.geneSets?.permutations == ranges.last?.upperBound)
        #expect(ranges.count == 4 || results.enrichment?.table.isSettled.contains(false) == false)
    }
}

/// Never cancelled.
struct Patient: ShardControl {
    var isCancelled: Bool { false }

    func madeProgress() {}
}
