import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import GeneSetEnrichment
import JobEngine
import Payloads
import SamplePermutation
import StatisticalKernels
import Testing

@Suite("Permuted samples as a stage")
struct SamplePermutationStageTests {
    private func outcome(_ inputs: StudyInputs) throws -> (EnrichmentResults, SamplePermutationOutcome, [ShardRecord]) {
        var player = StudyPlayer(inputs: inputs)
        let results = try player.play()
        let enrichment = try #require(results.analyses[0].tests[0].enrichment)
        return (enrichment, try #require(enrichment.samples), results.shards)
    }

    /// A pass of the run before, as a finished run would have left it.
    private func prior(_ enrichment: EnrichmentResults) -> PriorNull {
        PriorNull(
            analysis: "", test: "group_treated_vs_control", planDigest: enrichment.planDigest, null: enrichment.null)
    }

    @Test("Results are the same however the permutations were cut by extensions", arguments: [[20], [7, 31], [59]])
    func extensions(parts: [Int]) throws {
        let whole = try outcome(ExampleStudy.permutedSamples())
        var earlier: EnrichmentResults?
        for permutations in parts + [60] {
            var inputs = try ExampleStudy.permutedSamples(permutations: permutations)
            inputs.priorNulls = earlier.map { [prior($0)] } ?? []
            let (enrichment, samples, shards) = try outcome(inputs)
            let first = shards.first { $0.stage == "sample-permutations" && $0.parameters == "problem shape" }
            #expect(first?.first == earlier.map { _ in parts.last { $0 < permutations } ?? 0 } ?? 0)
            earlier = enrichment
            guard permutations == 60 else { continue }
            // As texts, in which a missing number equals another one.
            #expect("\(samples.results)" == "\(whole.1.results)")
            #expect(enrichment.table.fdr == whole.0.table.fdr)
        }
    }

    private func keepingNull(permutations: Int = 60) throws -> StudyInputs {
        var inputs = try ExampleStudy.permutedSamples(permutations: permutations)
        inputs.configuration.samplePermutation?.keepNull = true
        return inputs
    }

    private func scores(_ enrichment: EnrichmentResults) throws -> [SetStatistic: [[Float]]] {
        guard case .bySamples(_, let scores) = enrichment.null else { return [:] }
        return scores.mapValues { null in (0..<null.setCount).map { null.scores(ofSets: $0..<$0 + 1) } }
    }

    @Test("Kept null scores are those that p was counted from, and leave the results as they are")
    func keptNull() throws {
        let (enrichment, samples, shards) = try outcome(keepingNull())
        let (bare, without, bareShards) = try outcome(ExampleStudy.permutedSamples())
        #expect("\(samples.results)" == "\(without.results)" && enrichment.table.fdr == bare.table.fdr)
        #expect(try scores(bare).isEmpty)
        #expect(shards.map(\.first) == bareShards.map(\.first))
        let kept = try scores(enrichment)
        #expect(Set(kept.keys) == [.ks, .mean])
        let ks = try #require(kept[.ks])
        #expect(ks.count == enrichment.table.count && ks.allSatisfy { $0.count == 60 })
        for (set, observed) in enrichment.table.enrichmentScore.enumerated() {
            let side = ks[set].filter { ($0 >= 0) == (observed >= 0) }
            let beyond = side.count { $0.magnitude >= Float(observed).magnitude }
            let p = Double(beyond + 1) / Double(side.count + 1)
            #expect(abs(enrichment.table.pValue[set] - p) < 1e-12, "set \(set)")
        }
        // A replay computes every shard anew, those with scores among them.
        var replay = StudyReplay(inputs: try keepingNull(), records: shards)
        #expect(try replay.firstDifference(of: Set(shards.indices), computing: { try $0.map($1) }) == nil)
    }

    @Test(
        "A run that kept its null is extended from it: no earlier permutation is computed again",
        arguments: [1, 20, 59])
    func extendedFromNull(permutations: Int) throws {
        let whole = try outcome(keepingNull())
        let earlier = try outcome(keepingNull(permutations: permutations)).0
        var inputs = try keepingNull()
        inputs.priorNulls = [prior(earlier)]
        let (enrichment, samples, shards) = try outcome(inputs)
        #expect("\(samples.results)" == "\(whole.1.results)" && enrichment.table.fdr == whole.0.table.fdr)
        #expect(try scores(enrichment) == scores(whole.0))
        let passes = shards.filter { $0.stage == "sample-permutations" && !$0.parameters.contains("flips") }
        #expect(!passes.isEmpty && passes.allSatisfy { $0.first >= permutations })
        var replay = StudyReplay(inputs: try keepingNull(), records: shards)
        #expect(try replay.firstDifference(of: Set(shards.indices), computing: { try $0.map($1) }) == nil)
        // Counts without their scores do not do.
        guard case .bySamples(let pass, _) = earlier.null else { return }
        inputs.priorNulls = [
            PriorNull(
                analysis: "", test: "group_treated_vs_control", planDigest: earlier.planDigest,
                null: .bySamples(pass, scores: [:]))
        ]
        #expect(try scores(outcome(inputs).0) == scores(whole.0))
    }

    @Test("A shard's scores stay small, and shards fall where those of a longer run do")
    func shardsOfScores() {
        for scores in [0, 100, 4_600, 13_800, 20_000_000] {
            let ranges = SamplePermutationShards.ranges(of: 0..<100_000, cost: 1, scores: scores)
            #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == 100_000)
            #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
            #expect(ranges.allSatisfy { $0.count == 1 || $0.count * scores <= 8 << 20 })
            let longer = SamplePermutationShards.ranges(of: 0..<200_000, cost: 1, scores: scores)
            #expect(ranges.dropLast() == longer.prefix(ranges.count - 1))
        }
        #expect(
            SamplePermutationShards.ranges(of: 0..<50_000, cost: 1)
                == SamplePermutationShards.ranges(of: 0..<50_000, cost: 1, scores: 10))
    }

    @Test("A result whose scores are too few, or too many, is refused", arguments: [-4, -1, 1, 4, -100_000])
    func scoresOfAnotherNumber(bytes: Int) throws {
        var player = StudyPlayer(inputs: try keepingNull(permutations: 20), executor: Lengthening(bytes: bytes))
        #expect(throws: PayloadError.self) { try player.play() }
    }

    @Test("With as many permutations as there are distinct shuffles these are enumerated, and more change nothing")
    func enumerated() throws {
        let first = try outcome(ExampleStudy.permutedSamples(permutations: 70))
        let more = try outcome(ExampleStudy.permutedSamples(permutations: 5_000))
        #expect(first.1.isEnumerated && first.1.results.permutations == 70)
        #expect(first.1.results.smallestPossibleP > 1 / 70.0001 && first.1.results.smallestPossibleP < 1 / 69.9999)
        #expect("\(first.1.results)" == "\(more.1.results)")
        #expect(first.0.table.isSettled.allSatisfy { $0 })
        #expect(first.1.results.genes.allSatisfy { $0.pValue == Double($0.asExtreme) / 70 && $0.asExtreme > 0 })
    }

    @Test("Of genes with one name the one with the largest statistic is in the list, and all have a row")
    func sharedNames() throws {
        var inputs = try ExampleStudy.permutedSamples()
        inputs.annotation = ExampleStudy.geneNames.indices.map { gene in
            GeneAnnotation(symbol: gene < 110 ? ExampleStudy.geneNames[gene] : "shared")
        }
        let (enrichment, samples, _) = try outcome(inputs)
        #expect(samples.geneIDs == ExampleStudy.geneNames)
        #expect(enrichment.list.genes.count == 111)
        let shared = try #require(enrichment.list.genes.firstIndex(of: "shared"))
        let z = samples.results.genes[110...].map(\.z)
        #expect(enrichment.list.scores[shared].magnitude == z.map(\.magnitude).max())
    }

    @Test("Dispersions are those of the design without the exposure, and given ones are taken as they are")
    func dispersions() throws {
        var reduced = try ExampleStudy.permutedSamples()
        let (_, samples, _) = try outcome(reduced)
        let table = SampleTable(sampleNames: (0..<8).map { "s\($0)" }, columns: [])
        let blank = try Design(DesignFormula(parsing: "~ 1"), samples: table)
        var settings = try #require(reduced.configuration.differentialExpression)
        settings.minReplicatesForReplace = .never
        var alone = try ExampleStudy.expression { $0 = settings }
        alone.analyses = [
            .init(
                name: "", formula: "~ 1", design: blank.matrix, tests: [.init(blank.lastCoefficient)])
        ]
        var player = StudyPlayer(inputs: alone)
        let fits = try player.play().analyses[0].fits
        #expect(samples.dispersion == fits.dispersion)
        reduced.givenDispersions = ExampleStudy.geneNames.indices.map { 0.1 + 0.001 * Double($0) }
        let (_, given, shards) = try outcome(reduced)
        #expect(given.dispersion == reduced.givenDispersions)
        #expect(!shards.contains { $0.stage == "covariate-dispersions" })
    }

    @Test("Shards of earlier permutations stay in the record; second passes of other means do not")
    func joinedRecords() throws {
        let (_, _, short) = try outcome(ExampleStudy.permutedSamples(permutations: 20))
        let (_, _, long) = try outcome(ExampleStudy.permutedSamples())
        let joined = ShardRecord.joining(short, long)
        #expect(joined.count == long.count)
        #expect(ShardRecord.joining(long, []) == long)
    }

    @Test(
        "What permutations up to an earlier checkpoint came to is on record only where results rest on it",
        arguments: [40, 65, 120])
    func settlingRecords(limit: Int) throws {
        // Of 70 arrangements: beyond these they are enumerated, and what was drawn counts for nothing.
        var asked = try ExampleStudy.permutedSamples(permutations: 30)
        asked.settling = SettlingRule(limit: limit)
        let (_, _, shards) = try outcome(asked)
        var replay = StudyReplay(inputs: try ExampleStudy.permutedSamples(permutations: limit), records: shards)
        #expect(try replay.firstDifference(of: Set(shards.indices), computing: { try $0.map($1) }) == nil)
        let counted = shards.filter { $0.stage == "sample-permutations" && $0.parameters.contains("means") }
        #expect(counted.reduce(0) { $0 + $1.end - $1.first } == min(limit, 70))
    }

    @Test("Replaying a run's shards finds none that differs, and names the first of those that do")
    func replay() throws {
        let inputs = try ExampleStudy.permutedSamples()
        let (_, _, shards) = try outcome(inputs)
        let alone: StudyReplay.Computing = { shards, compute in try shards.map(compute) }
        for chosen in [Set(shards.indices), [0], [shards.count - 1], [1, 3]] {
            var replay = StudyReplay(inputs: inputs, records: shards)
            #expect(try replay.firstDifference(of: chosen, computing: alone) == nil)
        }
        var other = inputs
        other.configuration.geneSets?.seed = 43
        var replay = StudyReplay(inputs: other, records: shards)
        let last = shards.count - 1
        #expect(try replay.firstDifference(of: [last], computing: alone) == .inputs(shards[last]))
    }
}

/// Adds to results with scores, or cuts off their end.
private struct Lengthening: ShardExecutor {
    let bytes: Int
    private let executor = StudyExecutor()

    init(bytes: Int) { self.bytes = bytes }

    func execute(_ shard: Shard, inputs: [Blob], control: any ShardControl) throws -> [UInt8] {
        let result = try executor.execute(shard, inputs: inputs, control: control)
        guard String(decoding: shard.parameters, as: UTF8.self).contains("keep") else { return result }
        return bytes < 0 ? result.dropLast(-bytes) : result + [UInt8](repeating: 0, count: bytes)
    }
}
