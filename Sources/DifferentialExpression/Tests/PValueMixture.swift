import StatisticalKernels

/// The distribution of p-values as a uniform share `eta0` and a decreasing rest.
///
/// Its density is Grenander's estimate over the empirical distribution, which is
/// first held between what `eta0` nulls alone allow at either end.
struct PValueMixture {
    private let eta0: Double
    private let distribution: LeastConcaveMajorant

    /// - Precondition: There is a p-value, and none is NaN.
    init(of pValues: [Double], eta0: Double) {
        let sorted = sortedAscending(pValues)
        var points: [Double] = []
        var shares: [Double] = []
        for (rank, p) in sorted.enumerated() where rank == sorted.count - 1 || sorted[rank + 1] != p {
            let share = Double(rank + 1) / Double(sorted.count)
            points.append(p)
            shares.append(max(eta0 * p, min(share, 1 - eta0 * (1 - p))))
        }
        if points[points.count - 1] != 1 {
            points.append(1)
            shares.append(1)
        }
        if points[0] != 0 {
            points.insert(0, at: 0)
            shares.insert(0, at: 0)
        }
        // The slope of the last segment becomes eta0.
        let nextToLast = points.count - 2
        shares[nextToLast] = 1 - eta0 * (1 - points[nextToLast])

        self.eta0 = eta0
        distribution = LeastConcaveMajorant(x: points, y: shares)
    }

    /// The share of nulls among p-values up to `p`.
    func qValue(at p: Double) -> Double {
        min(1, eta0 * p / distribution.value(at: p))
    }

    /// The share of nulls among p-values at `p`.
    func localFalseDiscoveryRate(at p: Double) -> Double {
        // The smallest p that is given out stands for all that are smaller.
        min(1, eta0 / distribution.slope(at: p == Double.ulpOfOne ? 0 : p))
    }
}
