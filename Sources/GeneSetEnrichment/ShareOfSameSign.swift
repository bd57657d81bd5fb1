import StatisticalKernels

/// What one set of each size adds, on average, to the share that exceeds a threshold.
///
/// GSEA's q averages over permutations the ratio a/b, with b the sets that have
/// the sign in question and a those among them beyond a threshold; permutations
/// with b = 0 are left out. Its draws are independent between sets, so with s_k the
/// probability of the sign and P_k(x) that of exceeding x, for n_k sets of size k,
///
///     E[a/b | b > 0] = Σ_k n_k P_k(x) I_k / (1 − Π_k (1 − s_k)^n_k)
///     I_k = ∫₀¹ Π_j (1 − s_j + s_j t)^(n_j − [j = k]) dt
///
/// where I_k is the mean of 1/(1 + number of the other sets with the sign). The
/// integrand is a polynomial; Gauss–Legendre nodes in proportion to the root of
/// the number of sets integrate it to rounding.
struct ShareOfSameSign: Sendable {
    /// n_k I_k / P(b > 0) by size index.
    let factors: [Double]

    /// - Parameters:
    ///   - signProbabilities: s_k by size index.
    ///   - setCounts: n_k by size index.
    init(signProbabilities: [Double], setCounts: [Int]) {
        let total = setCounts.reduce(0, +)
        let nodeCount = max(200, Int((4 * Double(total).squareRoot()).rounded(.up)))
        let rule = GaussLegendreRule(nodeCount: nodeCount)
        var integrals = [Double](repeating: 0, count: setCounts.count)
        var logFactors = [Double](repeating: 0, count: setCounts.count)
        for (node, weight) in zip(rule.nodes, rule.weights) {
            var sum = 0.0
            for (size, probability) in signProbabilities.enumerated() {
                logFactors[size] = log1p(probability * (node - 1))
                sum += Double(setCounts[size]) * logFactors[size]
            }
            // Below e⁻⁷⁴⁵ nothing is left to add.
            if sum - (logFactors.min() ?? 0) < -745 { continue }
            for size in integrals.indices { integrals[size] += weight * exp(sum - logFactors[size]) }
        }
        var logNone = 0.0
        for (size, probability) in signProbabilities.enumerated() {
            logNone += Double(setCounts[size]) * (probability >= 1 ? -.infinity : log1p(-probability))
        }
        let some = -expm1(logNone)
        factors = integrals.indices.map { Double(setCounts[$0]) * integrals[$0] / some }
    }
}
