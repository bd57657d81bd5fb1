import KernelArguments
import StatisticalKernels

/// The coefficients of one gene by the bounded quasi-Newton search: the fallback of the iteration.
///
/// Minimises the negative log-likelihood at unfloored means plus a normal prior
/// of variance 1/ridge, over log2 coefficients within ±30, with gradients from
/// differences of 0.001 either way. Where the search stops is seldom the
/// maximum; like DESeq2 it is taken as it is (docs/numerics.md §6).
struct BoundedCoefficientFit {
    /// Natural-log scale.
    let coefficients: [Double]

    /// Whether the search ended because its objective no longer fell.
    let isConverged: Bool

    private static let bound = 30.0
    private static let differenceStep = 1e-3
    private static let log2e = 1.4426950408889634
    private static let ln2 = 0.6931471805599453

    /// - Parameters:
    ///   - stopped: Where the iteration stopped, natural-log scale.
    ///   - start: Where the iteration started, natural-log scale.
    init(
        _ block: CountBlock, gene: Int, dispersion: Double, likelihoodConstant: Double, stopped: [Double],
        start: [Double], in context: ModelContext
    ) {
        let order = context.coefficientCount
        let ridges = context.ridges
        let logPriorConstants = ridges.map { -0.5 * log(6.283185307179586 / $0) }
        let log2Stopped = stopped.map { $0 * Self.log2e }
        // The starting coefficients enter unconverted, as they do in DESeq2.
        let first = log2Stopped.allSatisfy { $0.magnitude < Self.bound } ? log2Stopped : start
        var saturatedLikelihood = likelihoodConstant
        for (sample, count) in block.counts(ofGene: gene).enumerated() where count > 0 {
            let y = Double(count)
            let weight = block.weights.isEmpty ? 1 : block.relativeWeights[gene * context.sampleCount + sample]
            saturatedLikelihood += weight * (y * log(y) - (y + 1 / dispersion) * log1p(y * dispersion))
        }
        var coefficients: [Double] = []
        var isConverged = false
        context.withArguments(block, genes: [Int32(gene)]) { model, arguments in
            var points = [Double](repeating: 0, count: order * 8)
            var likelihoods = [Double](repeating: 0, count: 8)
            // Point 0 and, two by two, the neighbours of each variable, eight points at a time.
            func objectives(around point: [Double], _ steps: [(variable: Int, by: Double)]) -> [Double] {
                var values: [Double] = []
                for firstStep in stride(from: 0, to: steps.count, by: 8) {
                    let group = steps[firstStep..<min(firstStep + 8, steps.count)]
                    for i in 0..<order {
                        for lane in 0..<8 { points[i * 8 + lane] = point[i] }
                    }
                    for (lane, step) in group.enumerated() { points[step.variable * 8 + lane] += step.by }
                    context.kernels.likelihoodsAtPoints(
                        model, arguments, gene: gene, dispersion: dispersion,
                        saturatedLikelihood: saturatedLikelihood, points: points, result: &likelihoods)
                    for lane in 0..<group.count {
                        // One sum each of the likelihood and the prior, as in DESeq2: these are rounded to the last
                        // digits that the differences are made of.
                        var prior = 0.0
                        for i in 0..<order {
                            let coefficient = points[i * 8 + lane]
                            prior += logPriorConstants[i] - 0.5 * ridges[i] * (coefficient * coefficient)
                        }
                        let value = -(likelihoods[lane] + prior)
                        values.append(value.isFinite ? value : 1e300)
                    }
                }
                return values
            }
            let search = BoundedQuasiNewton(from: first, within: Self.bound) { point in
                var steps = [(variable: 0, by: 0.0)]
                for i in 0..<order {
                    // Neither neighbour leaves the box.
                    let up = min(Self.differenceStep, Self.bound - point[i])
                    let down = min(Self.differenceStep, Self.bound + point[i])
                    steps.append((variable: i, by: up))
                    steps.append((variable: i, by: -down))
                }
                let values = objectives(around: point, steps)
                var gradient: [Double] = []
                for i in 0..<order {
                    let distance = steps[2 * i + 1].by - steps[2 * i + 2].by
                    gradient.append((values[2 * i + 1] - values[2 * i + 2]) / distance)
                }
                return (values[0], gradient)
            }
            coefficients = search.point.map { $0 * Self.ln2 }
            isConverged = search.isConverged
        }
        self.coefficients = coefficients
        self.isConverged = isConverged
    }
}
