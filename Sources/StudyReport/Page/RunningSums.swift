import StoredRuns
import StatisticalKernels

/// A set's running sum (Subramanian et al., 2005): at each of its genes it rises by |score|^weight over their sum, between
/// them it falls by 1/(N − k) a gene.
struct RunningSums {
    /// Behind each of the set's genes.
    let atHits: [Double]

    init(_ enrichment: StoredEnrichment, set: Int, exponent: Double) {
        let members = enrichment.members[set].map { Int($0) }
        let scores = members.map { abs(enrichment.scores[$0]) }
        // Weights relative to the largest: their sum cannot overflow.
        let largest = scores.max() ?? 0
        let weights = scores.map { score -> Double in
            if exponent == 0 { return 1 }
            let relative = largest > 0 && largest.isFinite ? score / largest : score == largest ? 1 : 0
            return exponent == 1 ? relative : pow(relative, exponent)
        }
        let total = weights.reduce(0, +)
        let fall = 1 / Double(max(enrichment.scores.count - members.count, 1))
        var sum = 0.0
        var previous = 0
        atHits = zip(members, weights).map { member, weight in
            sum += (total > 0 ? weight / total : 0) - Double(member - previous) * fall
            previous = member + 1
            return sum
        }
    }
}
