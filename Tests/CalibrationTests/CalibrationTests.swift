import Calibration
import CohortSimulation
import JobEngine
import SamplePermutation
import Synchronization
import Testing

@Suite("Calibration on simulated cohorts")
struct CalibrationTests {
    /// Small enough for a debug build: two sets of each kind.
    private func request(_ cell: String, cohorts: Int, _ schemes: [CalibrationScheme]) throws -> CalibrationRequest {
        CalibrationRequest(
            cells: [try #require(CalibrationCell(name: cell))], cohorts: cohorts, geneCount: 150, permutations: 59,
            schemes: schemes, effect: 0.5, seed: 4)
    }

    @Test("The grid has 16 cells with names of their own, each found by its name")
    func grid() {
        let names = CalibrationCell.all.map(\.name)
        #expect(names.count == 16 && Set(names).count == 16)
        #expect(Set(CalibrationCell.all.map(\.sampleCount)) == [12, 24, 48, 96])
        for cell in CalibrationCell.all { #expect(CalibrationCell(name: cell.name) == cell) }
        #expect(CalibrationCell(name: "n13-plain") == nil)
    }

    @Test("A table is the same bytes whatever the sizes of shards and the order in which they are computed")
    func shardSizes() throws {
        let request = try request("n12-tied", cohorts: 5, CalibrationScheme.allCases)
        let whole = try InMemoryRun.results(of: request, cohortsPerShard: 5)
        let text = CalibrationTable(whole).text
        for size in [1, 2, 3] {
            let cut = try InMemoryRun.results(of: request, cohortsPerShard: size)
            #expect(CalibrationTable(cut).text == text)
            #expect(CohortTable.text(cut) == CohortTable.text(whole))
        }
        // Eight schemes, of which seven have genes and seven two kinds of sets; type-I error, power and FDR of each.
        #expect(CalibrationTable(whole).rows.count == (7 + 14) * 3)
    }

    @Test("A result of another length, or with a share that is none, is refused")
    func nonsense() throws {
        let request = try request("n12-plain", cohorts: 2, [.asymptotic])
        let program = try CalibrationProgram(request, cohortsPerShard: 2) { _ in }
        let shard = try #require(try program.nextStage(history: RunHistory())?.shards.first)
        let half = withUnsafeBytes(of: 0.5.bitPattern.littleEndian, Array.init)
        let three = withUnsafeBytes(of: 3.0.bitPattern.littleEndian, Array.init)
        let none = withUnsafeBytes(of: Double.nan.bitPattern.littleEndian, Array.init)
        #expect(throws: Never.self) { try program.check(half + half, of: shard) }
        for wrong in [half, half + half + half, half + three, half + none] {
            #expect(throws: CalibrationError.self) { try program.check(wrong, of: shard) }
        }
    }

    @Test(
        "With a well-behaved exposure the schemes keep to 5 %; gene permutation calls co-regulated sets far more often")
    func errorRates() throws {
        let request = try request("n24-plain", cohorts: 60, [.genePermutation, .residual, .flip])
        let rows = CalibrationTable(try InMemoryRun.results(of: request)).rows.filter {
            $0.measure.quantity == .typeIError
        }
        for row in rows where row.measure.scheme != .genePermutation {
            #expect(row.holds == true, "\(row)")
        }
        for row in rows where row.measure.scheme == .genePermutation {
            switch row.measure.subject {
            case .coregulatedSets: #expect(row.mean.low > 0.15, "\(row)")
            default: #expect(row.holds == true, "\(row)")
            }
        }
    }

    @Test("Leaving the covariates out is far from 5 % where they carry the exposure")
    func naive() throws {
        let request = try request("n24-tied", cohorts: 20, [.naive, .residual])
        let rows = CalibrationTable(try InMemoryRun.results(of: request)).rows.filter {
            $0.measure.quantity == .typeIError && $0.measure.subject == .genes
        }
        #expect(rows.map(\.holds) == [false, true], "\(rows)")
    }

    @Test("Effects are found by every scheme")
    func power() throws {
        let request = try request("n48-plain", cohorts: 4, CalibrationScheme.allCases)
        let rows = CalibrationTable(try InMemoryRun.results(of: request)).rows
        for row in rows where row.measure.quantity == .power {
            #expect(row.mean.mean > 0.6 && row.holds == nil, "\(row)")
        }
    }
}

@Suite("Cohorts of a calibration")
struct CalibrationCohortTests {
    private func cohort(
        _ cell: String, effect: Double = 0, number: Int = 7, seed: UInt64 = 3
    ) throws -> CalibrationCohort {
        CalibrationCohort(
            CalibrationCohort.Key(
                cell: try #require(CalibrationCell(name: cell)), effect: effect, number: number), geneCount: 150,
            seed: seed)
    }

    @Test("A cohort is made again from seed, cell and number, and differs in all else")
    func reproduction() throws {
        let first = try cohort("n24-tied")
        let again = try cohort("n24-tied")
        #expect(first.counts == again.counts && first.exposure == again.exposure)
        #expect(first.permutationSeed == again.permutationSeed)
        let others = try [
            cohort("n24-tied", number: 8), cohort("n24-tied", seed: 4), cohort("n24-plain"),
            cohort("n24-tied", effect: 0.1),
        ]
        #expect(Set(others.map(\.counts) + [first.counts]).count == 5)
    }

    @Test("A tied exposure follows batch and age, a skewed one has a long right tail, and a plain one neither")
    func exposures() throws {
        func explained(_ cell: String) throws -> Double {
            let cohort = try cohort(cell)
            let batch = cohort.batch.map { Double($0) }
            return correlation(cohort.exposure, zip(batch, cohort.age).map { 1.5.squareRoot() * ($0 - 1) + $1 })
        }
        #expect(try explained("n96-tied") > 0.5)
        #expect(try explained("n96-plain").magnitude < 0.4)
        func largest(_ cell: String) throws -> Double { try #require(try cohort(cell).exposure.max()) }
        #expect(try largest("n96-skewed") > largest("n96-plain"))
    }

    @Test("Sets are disjoint, have 20 to 40 genes, and a fifth of each kind is shifted, where there is an effect")
    func sets() throws {
        let shifted = CalibrationCohort(
            CalibrationCohort.Key(cell: CalibrationCell.all[0], effect: 0.3, number: 0), geneCount: 1500, seed: 1)
        for sets in [shifted.coregulatedSets, shifted.randomSets] {
            #expect(sets.count == 20 && sets.allSatisfy { (20...40).contains($0.count) })
            #expect(sets.count { shifted.effects[Int($0[0])] != 0 } == 4)
        }
        let members = (shifted.coregulatedSets + shifted.randomSets).flatMap { $0 }
        #expect(Set(members).count == members.count && members.count < 1500)
        #expect(Set(shifted.effects) == [0, 0.3, -0.3])
        #expect(try cohort("n12-plain").effects.allSatisfy { $0 == 0 })
    }
}

@Suite("Means over cohorts")
struct CohortMeanTests {
    @Test("The interval is Student's, with the cohorts as unit")
    func interval() {
        // R: t.test(c(0.02, 0.05, 0.08, 0.03), conf.level = 0.99)$conf.int is -0.0323 to 0.1223.
        let mean = CohortMean(of: [0.02, 0.05, 0.08, 0.03])
        #expect((mean.mean - 0.045).magnitude < 1e-15)
        #expect(mean.low == 0)
        #expect((mean.high - (0.045 + 5.840909 * 0.0264575131 / 2)).magnitude < 1e-7)
    }

    @Test("Cohorts that all agree do not settle what the mean is")
    func agreement() {
        // R: binom.test(0, 3, conf.level = 0.99)$conf.int is 0 to 1 - 0.005^(1/3).
        let none = CohortMean(of: [0, 0, 0])
        #expect(none.mean == 0 && none.low == 0 && (none.high - 0.829_002_4).magnitude < 1e-6)
        let all = CohortMean(of: [1, 1, 1])
        #expect(all.high == 1 && (all.low - 0.170_997_6).magnitude < 1e-6)
    }

    @Test("A call counts by the fraction that makes the test's size the level, for any number of draws")
    func size() {
        for draws in [0, 1, 19, 88, 95, 101, 199] {
            // Under the null the observed value is equally likely at every rank among draws + 1.
            let size = (0...draws).reduce(0.0) {
                $0 + ExceedanceCount(asExtreme: $1, draws: draws).call(atLevel: 0.05)
            }
            #expect((size / Double(draws + 1) - 0.05).magnitude < 1e-12)
        }
        #expect(ExceedanceCount(asExtreme: 9, draws: 199).call(atLevel: 0.05) == 1)
        #expect(ExceedanceCount(asExtreme: 10, draws: 199).call(atLevel: 0.05) == 0)
    }
}

/// The program with its executor in this process, shards computed from the last to the first.
private enum InMemoryRun {
    private struct Unwatched: ShardControl {
        func madeProgress() {}
        var isCancelled: Bool { false }
    }

    static func results(of request: CalibrationRequest, cohortsPerShard: Int? = nil) throws -> CalibrationResults {
        let kept = Mutex<CalibrationResults?>(nil)
        let program = try CalibrationProgram(request, cohortsPerShard: cohortsPerShard) { results in
            kept.withLock { $0 = results }
        }
        let plan = try #require(try program.nextStage(history: RunHistory()))
        let executor = CalibrationExecutor()
        var results = [[UInt8]](repeating: [], count: plan.shards.count)
        for index in plan.shards.indices.reversed() {
            let shard = plan.shards[index]
            let inputs = plan.blobs.filter { $0.digest == shard.inputs[0] }
            results[index] = try executor.execute(shard, inputs: inputs, control: Unwatched())
            try program.check(results[index], of: shard)
        }
        try program.take(results)
        #expect(try program.nextStage(history: RunHistory()) == nil)
        return try #require(kept.withLock { $0 })
    }
}
