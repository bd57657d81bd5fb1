import Payloads
import StatisticalKernels
import Testing

import SamplePermutation

@Suite("Drawn permutations")
struct DrawnPermutationTests {
    private static func model(_ scheme: PermutationScheme, level: CPULevel = .current) throws -> SamplePermutationModel
    {
        let problem = RandomProblem(genes: 53, samples: 12, seed: 11)
        var inputs = SamplePermutationInputs(
            counts: problem.counts, sizeFactors: problem.sizeFactors, covariates: problem.design,
            dispersion: problem.dispersion, exposure: problem.exposure, seed: 77)
        inputs.scheme = scheme
        if case .within = scheme { inputs.labels = problem.groups.map { "\($0)" } }
        inputs.setStatistics = [.ks, .maxmean]
        inputs.sets = (0..<9).map { set in (0..<53).filter { ($0 * (set + 3)) % 7 < 2 }.map(Int32.init) }
        return try SamplePermutationModel(inputs, cpuLevel: level)
    }

    private static func passes(_ model: SamplePermutationModel, _ ranges: [Range<Int>]) throws -> ([UInt8], [UInt8]) {
        var one = PassOne()
        for range in ranges { try one.merge(model.countScores(range)) }
        let normalization = try #require(model.normalization(of: one))
        var two = PassTwo()
        for range in ranges { try two.merge(model.countNormalizedScores(range, normalization)) }
        return (one.encoded(), two.encoded())
    }

    @Test(
        "Shards, and every kernel build, give the same bytes",
        arguments: [PermutationScheme.free, .within(["group"]), .residual, .flip])
    func sameBytes(scheme: PermutationScheme) throws {
        let model = try Self.model(scheme)
        let whole = try Self.passes(model, [0..<230])
        #expect(try Self.passes(model, [150..<230, 0..<7, 7..<150]) == whole)
        for level in CPULevel.supported {
            #expect(try Self.passes(Self.model(scheme, level: level), [0..<230]) == whole)
        }
    }

    @Test("The second pass gives the same bytes from kept scores as from computed ones")
    func keptScores() throws {
        let model = try Self.model(.residual)
        var kept: [Float] = []
        let one = model.countScores(0..<120) { kept += $0 }
        let normalization = try #require(model.normalization(of: one))
        let computed = model.countNormalizedScores(0..<120, normalization)
        let stored = kept.withUnsafeBufferPointer { model.countNormalizedScores(0..<120, normalization, kept: $0) }
        #expect(stored == computed)
    }

    @Test("Permutations that overlap, or leave a gap, are told")
    func problems() throws {
        let model = try Self.model(.free)
        var one = model.countScores(0..<10)
        #expect(throws: SummaryProblem.overlapping(0..<10, 5..<12)) { try one.merge(model.countScores(5..<12)) }
        try one.merge(model.countScores(20..<30))
        #expect(one.permutations == 0 && model.normalization(of: one) == nil)
        #expect(throws: SummaryProblem.incomplete(expected: 0..<30)) { try model.results(one, PassTwo()) }
        #expect(throws: PayloadError.self) { try PassOne(decoding: one.encoded().dropLast()) }
    }

    @Test("p is (b + 1)/(m + 1), inside its limits; the sequential p-value is Besag and Clifford's")
    func pValues() throws {
        let model = try Self.model(.residual)
        let one = model.countScores(0..<400)
        let two = model.countNormalizedScores(0..<400, try #require(model.normalization(of: one)))
        let results = try model.results(one, two)
        for result in results.sets.flatMap({ $0 }) {
            #expect(result.pValue == Double(result.asExtreme + 1) / Double(result.sameSign + 1))
            #expect(result.pLow <= result.pValue && result.pValue <= result.pHigh)
            #expect(result.settlingLow <= result.falseDiscoveryRate && result.falseDiscoveryRate <= result.settlingHigh)
            #expect(result.familyWise > 0 && result.falseDiscoveryRate > 0)
        }
        // By brute force, gene by gene.
        for gene in model.genes.indices.prefix(8) {
            var seen = 0
            var exceeding = 0
            var expected: Double?
            for permutation in 0..<400 {
                seen += 1
                let z = model.statistics(permutation)[gene]
                if z.magnitude >= model.observedZ[gene].magnitude - 1e-12 { exceeding += 1 }
                if exceeding == 15, expected == nil { expected = 15 / Double(seen) }
            }
            #expect(results.genes[gene].asExtreme == exceeding)
            #expect(results.genes[gene].pAnytime == expected ?? 15 / Double(400 + 15 - exceeding))
        }
    }
}
