import DifferentialExpression
import ExpressionData
import StatisticalKernels

import SamplePermutation

/// A small cohort of made-up counts: an intercept, a group and a number as covariates, and an exposure.
struct RandomProblem {
    let counts: [Int32]
    let design: DesignMatrix
    let sizeFactors: [Double]
    let exposure: [Double]
    let dispersion: [Double]
    let groups: [Int]

    init(genes: Int, samples: Int, seed: UInt64) {
        var stream = PhiloxStream(seed: seed, stream: 0)
        func uniform() -> Double { (Double(stream.next()) + 0.5) / 4_294_967_296 }
        groups = (0..<samples).map { $0 % 2 }
        let ages = (0..<samples).map { _ in 30 + 40 * uniform() }
        design = DesignMatrix(
            columnNames: ["Intercept", "group", "age"],
            values: (0..<samples).flatMap { [1, Double($0 % 2), ages[$0]] }, sampleCount: samples)
        exposure = (0..<samples).map { _ in 3 * uniform() + uniform() }
        sizeFactors = (0..<samples).map { _ in 0.6 + 0.8 * uniform() }
        dispersion = (0..<genes).map { _ in 0.05 + 0.5 * uniform() }
        var counts: [Int32] = []
        for gene in 0..<genes {
            let mean = 2.0 + 200 * uniform() * Double(gene % 3)
            for sample in 0..<samples { counts.append(Int32(mean * sizeFactors[sample] * (0.3 + 1.4 * uniform()))) }
        }
        self.counts = counts
    }

    func model(_ level: CPULevel = .current) -> ScoreModel {
        ScoreModel(
            fitting: CountBlock(counts: counts, sampleCount: exposure.count), design: design, sizeFactors: sizeFactors,
            dispersion: dispersion, cpuLevel: level)
    }
}
