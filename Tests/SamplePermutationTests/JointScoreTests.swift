import ExpressionData
import StatisticalKernels
import Testing

import SamplePermutation

/// A factor of three levels, three and three and two samples, and six overlapping sets of 12 genes.
struct JointProblem {
    let problem = RandomProblem(genes: 12, samples: 8, seed: 31)
    let levels = [0, 1, 2, 1, 0, 2, 0, 1]
    let sets: [[Int32]] = (0..<6).map { set in (0..<12).filter { ($0 * (set + 2)) % 5 < 2 }.map(Int32.init) }

    /// 0/1 columns of the levels behind the first.
    static func columns(_ levels: [Int]) -> [[Double]] {
        (1...2).map { level in levels.map { $0 == level ? 1 : 0 } }
    }

    func inputs(_ change: (inout SamplePermutationInputs) -> Void = { _ in }) -> SamplePermutationInputs {
        let columns = Self.columns(levels)
        var inputs = SamplePermutationInputs(
            counts: problem.counts, sizeFactors: problem.sizeFactors, covariates: problem.design,
            dispersion: problem.dispersion, exposure: columns[0], seed: 9)
        inputs.furtherColumns = [columns[1]]
        inputs.scheme = .free
        inputs.sets = sets
        inputs.isEnumerated = true
        change(&inputs)
        return inputs
    }

    func model(_ change: (inout SamplePermutationInputs) -> Void = { _ in }) throws -> SamplePermutationModel {
        try SamplePermutationModel(SamplePermutationInputs(decoding: inputs(change).encoded()))
    }

    /// All distinct ways to give the levels to the samples.
    static func arrangements(_ levels: [Int]) -> [[Int]] {
        guard !levels.isEmpty else { return [[]] }
        return Set(levels).sorted().flatMap { first -> [[Int]] in
            var rest = levels
            rest.remove(at: rest.firstIndex(of: first)!)
            return arrangements(rest).map { [first] + $0 }
        }
    }
}

@Suite("Joint test of several columns")
struct JointScoreTests {
    private static func passes(
        _ model: SamplePermutationModel, _ ranges: [Range<Int>]
    ) throws -> (PassOne, PassTwo) {
        var one = PassOne()
        for range in ranges { try one.merge(PassOne(decoding: model.countScores(range).encoded())) }
        let normalization = try #require(model.normalization(of: one))
        var two = PassTwo()
        for range in ranges { try two.merge(model.countNormalizedScores(range, normalization)) }
        return (one, two)
    }

    @Test("Genes and sets have the p, NES, q and FWER of brute force over all arrangements of three levels")
    func enumeration() throws {
        let own = JointProblem()
        let model = try own.model()
        let naive = NaiveScores(own.problem)
        let null = JointProblem.arrangements(own.levels).map { naive.joint(JointProblem.columns($0)) }
        #expect(model.enumeratedCount == 560 && null.count == 560)
        let (one, two) = try Self.passes(model, [0..<560])
        let results = try model.results(one, two)
        let observed = naive.joint(JointProblem.columns(own.levels))
        let largest = null.map { $0.max()! }
        for gene in observed.indices {
            let result = results.genes[gene]
            #expect(agrees(result.z, observed[gene], relative: 1e-8))
            #expect(result.asExtreme == null.count { $0[gene] >= observed[gene] * (1 - 1e-10) })
            #expect(result.pValue == Double(result.asExtreme) / 560)
            #expect(result.familyWise == Double(largest.count { $0 >= observed[gene] * (1 - 1e-10) }) / 560)
        }
        func scores(_ statistics: [Double]) -> [Double] {
            // Rounded before anything is compared: levels of equal size changing places give the same score but for the ridge.
            own.sets.map {
                Double(Float(naiveEnrichment(statistics, members: Set($0.map(Int.init)), isOneSided: true)))
            }
        }
        let nullScores = null.map(scores)
        let means = own.sets.indices.map { set in nullScores.reduce(0) { $0 + $1[set] } / 560 }
        let nes = zip(scores(observed), means).map(/)
        let nullNES = nullScores.map { zip($0, means).map(/) }
        for (set, result) in results.sets[0].enumerated() {
            #expect(agrees(result.score, scores(observed)[set], relative: 1e-6))
            #expect(agrees(result.normalizedScore, nes[set], relative: 1e-6))
            // One-sided: every arrangement counts, whatever its scores.
            #expect(result.sameSign == 560)
            let reached = nullScores.count { $0[set] >= scores(observed)[set] }
            #expect(result.asExtreme == reached && result.pValue == Double(reached) / 560)
            #expect(result.familyWise == Double(nullNES.count { $0.max()! >= nes[set] - 1e-10 }) / 560)
            let share = Double(nes.count { $0 >= nes[set] - 1e-10 }) / 6
            let ratios = nullNES.reduce(0.0) { $0 + Double($1.count { $0 >= nes[set] - 1e-10 }) / 6 }
            #expect(agrees(result.falseDiscoveryRate, min(1, ratios / 560 / share), relative: 1e-9))
        }
    }

    @Test("Summaries do not depend on how the permutations are cut", arguments: 1...10)
    func sharding(pieces: Int) throws {
        for isEnumerated in [true, false] {
            let model = try JointProblem().model { $0.isEnumerated = isEnumerated }
            let cuts = (0...pieces).map { $0 * $0 * 560 / (pieces * pieces) }
            let ranges = zip(cuts, cuts.dropFirst()).map { $0..<$1 }.filter { !$0.isEmpty }
            #expect(try Self.passes(model, ranges.reversed()) == Self.passes(model, [0..<560]))
        }
    }

    @Test(
        "The statistic of one column is z squared, and does not depend on the basis of several", arguments: [0, 1, 2])
    func identities(variant: Int) throws {
        let own = JointProblem()
        let adjust: (inout SamplePermutationInputs) -> Void = { inputs in
            inputs.isEnumerated = false
            if variant == 1 { inputs.variance = .robust }
            if variant == 2 { inputs.scheme = .flip }
        }
        let joint = try own.model(adjust)
        let turned = try own.model { inputs in
            adjust(&inputs)
            let columns = inputs.columns
            inputs.exposure = zip(columns[0], columns[1]).map { 3 * $0 - $1 }
            inputs.furtherColumns = [zip(columns[0], columns[1]).map { 0.01 * $0 + 100 * $1 }]
        }
        // The second column is the first with next to nothing added: no direction of its own is left.
        let single = try own.model { inputs in
            adjust(&inputs)
            inputs.furtherColumns = []
        }
        let doubled = try own.model { inputs in
            adjust(&inputs)
            inputs.furtherColumns = [inputs.exposure.map { 2 * $0 }]
        }
        #expect(joint.degreesOfFreedom.allSatisfy { $0 == 2 })
        #expect(doubled.degreesOfFreedom.allSatisfy { $0 == 1 } && single.degreesOfFreedom.isEmpty)
        for permutation in 0..<20 {
            let (a, b) = (joint.statistics(permutation), turned.statistics(permutation))
            #expect(zip(a, b).allSatisfy { agrees($0, $1, relative: 1e-8) })
            let (z, q) = (single.statistics(permutation), doubled.statistics(permutation))
            #expect(zip(z, q).allSatisfy { agrees($0 * $0, $1, relative: 1e-8) })
        }
    }

    @Test("Every kernel build gives the same bytes, and Wald statistics of several columns are refused")
    func kernels() throws {
        let own = JointProblem()
        let whole = try Self.passes(own.model(), [0..<90])
        for level in CPULevel.supported {
            #expect(try Self.passes(SamplePermutationModel(own.inputs(), cpuLevel: level), [0..<90]) == whole)
        }
        #expect(throws: ShuffleProblem.jointWald) { try own.model { $0.statistic = .wald } }
    }
}
