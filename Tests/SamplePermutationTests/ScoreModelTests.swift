import DifferentialExpression
import ExpressionFormats
import KernelArguments
import StatisticalKernels
import Testing

import SamplePermutation

/// Whether two numbers agree to 1e-9 relative, or 1e-12 absolute where they are near zero.
func agrees(_ a: Double, _ b: Double, relative: Double = 1e-9, absolute: Double = 1e-12) -> Bool {
    (a - b).magnitude <= max(absolute, relative * b.magnitude)
}

@Suite("Score statistics of the reduced model")
struct ScoreModelTests {
    @Test(
        "Score, robust, flip, residual and within statistics of a cohort equal the goldens of given dispersions",
        .enabled(if: SamplePermutationGoldens.isPresent))
    func cohort() throws {
        let golden = SamplePermutationGoldens.reference
        let problem = try SamplePermutationGoldens.cohortProblem()
        let model = ScoreModel(
            fitting: problem.block, design: problem.design, sizeFactors: problem.sizeFactors,
            dispersion: problem.dispersion)
        let fitted = problem.dispersion.indices.filter { !problem.dispersion[$0].isNaN }
        #expect(model.genes.map(Int.init) == fitted)
        let x = problem.exposure

        var tables: [String: DelimitedTable] = [:]
        func expect(
            _ vector: [Double], _ kind: ScoreKind, _ file: String, z: String, variance: String? = nil
        ) throws {
            let scores = model.scores(under: vector, kind: kind, exposure: x)
            let table = try tables[file] ?? golden.table(file)
            tables[file] = table
            func compare(_ own: [Double], _ column: String) throws {
                let expected = try table.doubles(column)
                let apart = model.genes.indices.filter { !agrees(own[$0], expected[Int(model.genes[$0])]) }
                let worst = apart.map { "\(own[$0]) \(expected[Int(model.genes[$0])])" }.prefix(5)
                #expect(apart.isEmpty, "\(file) \(column): \(apart.count) genes, \(worst)")
            }
            try compare(scores.z, z)
            if let variance { try compare(scores.variances, variance) }
        }

        try expect(x, .model, "score_observed.tsv.gz", z: "z", variance: "V")
        try expect(x, .robust, "score_robust.tsv.gz", z: "z_robust", variance: "V_robust")
        let ones = x.map { _ in 1.0 }
        try expect(ones, .flip, "score_flip.tsv.gz", z: "z_flip_ones", variance: "V_flip_ones")
        let shuffles = try golden.table("permutations.tsv")
        let flips = try golden.table("flips.tsv")
        let residual = try golden.table("residual_exposures.tsv")
        let within = try golden.table("within_permutations.tsv")
        for k in 1...5 {
            let shuffled = problem.taking(x, from: try shuffles.strings("takes_value_of_\(k)"))
            try expect(shuffled, .model, "score_permuted.tsv.gz", z: "z\(k)")
            try expect(shuffled, .robust, "score_robust.tsv.gz", z: "z_robust\(k)")
            try expect(try flips.doubles("f\(k)"), .flip, "score_flip.tsv.gz", z: "z_flip\(k)")
            try expect(try residual.doubles("x\(k)"), .model, "score_residual.tsv.gz", z: "z\(k)")
            try expect(try within.doubles("x\(k)"), .model, "score_within.tsv.gz", z: "z\(k)")
        }
    }

    @Test("Score, robust and flip statistics of a small problem equal those of 40 digits")
    func ownProblem() throws {
        let golden = SamplePermutationGoldens.own
        let problem = try golden.tinyProblem()
        let model = problem.model()
        let x = problem.exposure
        let table = try golden.table("tiny/genes.tsv")
        func compare(_ own: [Double], _ column: String) throws {
            let expected = try table.doubles(column)
            let apart = expected.indices.filter { !agrees(own[$0], expected[$0]) }
            #expect(apart.isEmpty, "\(column) \(apart.map { (own[$0], expected[$0]) })")
        }
        let score = model.scores(under: x, kind: .model, exposure: x)
        try compare(score.effects, "U")
        try compare(score.variances, "V")
        try compare(score.z, "z")
        let robust = model.scores(under: x, kind: .robust, exposure: x)
        try compare(robust.variances, "V_robust")
        try compare(robust.z, "z_robust")
        let ones = model.scores(under: x.map { _ in 1 }, kind: .flip, exposure: x)
        try compare(ones.variances, "V_flip_ones")
        try compare(ones.z, "z_flip_ones")
        let signs = try golden.doubles("tiny/flips.tsv", "f")
        try compare(model.scores(under: signs, kind: .flip, exposure: x).z, "z_flip")
    }

    @Test("Every kernel build gives the same bits", arguments: [CPULevel.baseline, .v3, .v4])
    func sameBits(level: CPULevel) throws {
        guard CPULevel.supported.contains(level) else { return }
        let problem = RandomProblem(genes: 37, samples: 14, seed: 5)
        func scores(_ level: CPULevel) -> [ScoreModel.Scores] {
            let model = problem.model(level)
            let signs = (0..<14).map { $0 % 3 == 0 ? -1.0 : 1 }
            return [
                model.scores(under: problem.exposure, kind: .model, exposure: problem.exposure),
                model.scores(under: problem.exposure, kind: .robust, exposure: problem.exposure),
                model.scores(under: signs, kind: .flip, exposure: problem.exposure),
            ]
        }
        #expect(scores(level) == scores(.baseline))
    }
}
