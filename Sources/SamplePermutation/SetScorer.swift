import KernelArguments
import StatisticalKernels

/// Scores all sets from one permutation's statistics.
///
/// The genes are ranked once, and the ranks serve every set. Going down the list, each gene moves the running sums of
/// the sets that it is in, so that no set is sorted.
///
/// Working memory of one thread.
package final class SetScorer {
    private let catalogue: SetCatalogue
    private let geneCount: Int

    /// Whether an enrichment score is the largest deviation upwards: of a statistic without a sign the top of the list
    /// alone says that the exposure has to do with a set.
    private let isOneSided: Bool
    private let ranking: RankOrder
    private let kernels: ModelKernels

    /// By set, what `SetWalk` names.
    private let walks: LaneMemory

    /// By set, the sum of its members' |z|.
    private var totals: [Double]

    /// Deviations this close are equal, and the one that is met first wins: with as many misses before the first hit
    /// as after the last they are the same rational number, and rounding must not choose the sign.
    private static let tie = 1e-12

    package init(
        _ catalogue: SetCatalogue, geneCount: Int, isOneSided: Bool = false, cpuLevel: CPULevel = .current
    ) {
        self.isOneSided = isOneSided
        self.catalogue = catalogue
        self.geneCount = geneCount
        kernels = ModelKernels(level: cpuLevel)
        ranking = RankOrder(geneCount: geneCount)
        walks = LaneMemory(count: SetWalk.width * catalogue.setCount)
        totals = [Double](repeating: 0, count: catalogue.setCount)
    }

    /// Writes the scores of all sets, rounded to float32; 0 for a set without genes.
    ///
    /// - Parameter z: By place among the fitted genes.
    package func score(_ z: UnsafePointer<Double>, _ statistic: SetStatistic, into scores: UnsafeMutablePointer<Float>)
    {
        switch statistic {
        case .ks: enrichment(z, into: scores)
        case .mean: forEachSum(z) { scores[$0] = Float($1 - $2) }
        case .maxmean: forEachSum(z) { scores[$0] = Float($1 >= $2 ? $1 : -$2) }
        }
    }

    /// The means of positive and of negative parts over all members.
    private func forEachSum(_ z: UnsafePointer<Double>, _ body: (Int, Double, Double) -> Void) {
        catalogue.members.withUnsafeBufferPointer { members in
            for set in 0..<catalogue.setCount {
                var positive = 0.0
                var negative = 0.0
                let range = catalogue.range(ofSet: set)
                for entry in range {
                    let value = z[Int(members[entry])]
                    if value > 0 { positive += value } else { negative -= value }
                }
                let size = Double(max(1, range.count))
                body(set, positive / size, negative / size)
            }
        }
    }

    private func enrichment(_ z: UnsafePointer<Double>, into scores: UnsafeMutablePointer<Float>) {
        ranking.sort(z)
        begin(z)
        walk(z)
        for set in 0..<catalogue.setCount {
            let walk = walks.doubles + SetWalk.width * set
            let (highest, lowest) = (walk[SetWalk.highest], walk[SetWalk.lowest])
            let total = totals[set]
            let gap = highest + lowest
            if isOneSided, total > 0 {
                scores[set] = Float(highest / total)
            } else if total == 0 || gap.magnitude <= Self.tie * total {
                scores[set] = Float(firstExtreme(ofSet: set, z))
            } else {
                scores[set] = Float((gap > 0 ? highest : lowest) / total)
            }
        }
    }

    private func begin(_ z: UnsafePointer<Double>) {
        catalogue.members.withUnsafeBufferPointer { members in
            for set in 0..<catalogue.setCount {
                let range = catalogue.range(ofSet: set)
                var total = 0.0
                for entry in range { total += z[Int(members[entry])].magnitude }
                let misses = geneCount - range.count
                totals[set] = total
                let walk = walks.doubles + SetWalk.width * set
                walk[SetWalk.base] = 0
                walk[SetWalk.missStep] = misses == 0 ? 0 : total / Double(misses)
                walk[SetWalk.highest] = 0
                walk[SetWalk.lowest] = 0
            }
        }
    }

    private func walk(_ z: UnsafePointer<Double>) {
        ranking.order.withUnsafeBufferPointer { order in
            catalogue.sets.withUnsafeBufferPointer { sets in
                catalogue.setStarts.withUnsafeBufferPointer { starts in
                    // Without a member no set moves.
                    guard let order = order.baseAddress, let sets = sets.baseAddress else { return }
                    var arguments = SetWalkArguments(
                        geneCount: geneCount, order: order, statistics: z, sets: sets, setStarts: starts.baseAddress!,
                        walks: walks.doubles)
                    kernels.walkSets(&arguments)
                }
            }
        }
    }

    /// The score of one set by going down the list, the first of equal deviations; members that all weigh nothing count
    /// alike.
    private func firstExtreme(ofSet set: Int, _ z: UnsafePointer<Double>) -> Double {
        let members = Set(catalogue.members[catalogue.range(ofSet: set)])
        guard !members.isEmpty else { return 0 }
        let total = totals[set]
        let missCount = Double(geneCount - members.count)
        var extreme = 0.0
        var hits = 0.0
        var hitsAbove = 0
        func visit(_ deviation: Double) {
            if isOneSided, deviation < 0 { return }
            if deviation.magnitude > extreme.magnitude + Self.tie { extreme = deviation }
        }
        for (rank, gene) in ranking.order.enumerated() where members.contains(gene) {
            let misses = missCount == 0 ? 0 : Double(rank - hitsAbove) / missCount
            visit(hits - misses)
            hits += total == 0 ? 1 / Double(members.count) : z[Int(gene)].magnitude / total
            hitsAbove += 1
            visit(hits - misses)
        }
        return extreme
    }
}
