import StatisticalKernels

/// The scoring schemes that the GSEA desktop offers.
package enum DesktopScheme: String, CaseIterable, Sendable {
    case classic
    case weighted
    case weightedP15 = "weighted_p1.5"
    case weightedP2 = "weighted_p2"

    /// The scheme of an exponent, or nil where the desktop has none.
    package init?(exponent: Double) {
        switch exponent {
        case 0: self = .classic
        case 1: self = .weighted
        case 1.5: self = .weightedP15
        case 2: self = .weightedP2
        default: return nil
        }
    }
}

/// Enrichment scores in the arithmetic of the GSEA desktop: float32 terms, a double running sum.
///
/// With `weighted_p1.5` the program raises the signed score to the power, and
/// replaces the resulting NaN of a negative one, after division, by 10⁻⁶.
struct DesktopScores: Sendable {
    let geneCount: Int
    private let scheme: DesktopScheme

    /// By rank: the hit term before division; NaN where the program gets NaN.
    private let terms: [Float]

    /// By rank: what a member adds to the total.
    private let shares: [Float]

    init(scores: [Double], scheme: DesktopScheme) {
        geneCount = scores.count
        self.scheme = scheme
        let rounded = scores.map { Float($0) }
        switch scheme {
        case .classic:
            terms = rounded.map { _ in 1 }
            shares = terms
        case .weighted:
            terms = rounded.map { $0.isFinite ? $0.magnitude : 0.01 }
            shares = terms
        case .weightedP2:
            terms = rounded.map { ($0 * $0).isFinite ? $0 * $0 : 1e-6 }
            shares = terms
        case .weightedP15:
            shares = rounded.map {
                let magnitude = Double($0.magnitude)
                let power = Float(magnitude * magnitude.squareRoot())
                return power.isFinite ? power : 1e-6
            }
            terms = zip(rounded, shares).map { $0 < 0 ? .nan : $1 }
        }
    }

    /// The total of members in the order of their file.
    func total(ofMembers members: [Int32]) -> Float {
        if scheme == .classic { return Float(members.count) }
        return members.reduce(0) { $0 + shares[Int($1)] }
    }

    /// The total of a random set, which the program sums in the order of a hash set.
    ///
    /// That order is not reproduced: the sum in doubles may differ from it by one
    /// float32 rounding.
    func totalOfDraw(_ members: some Sequence<Int32>) -> Float {
        if scheme == .classic { return 1 }
        return Float(members.reduce(0.0) { $0 + Double(shares[Int($1)]) })
    }

    /// Returns the enrichment score and the rank, from 0, where it is reached.
    ///
    /// - Parameter members: Ranks, ascending.
    func score(_ members: UnsafeBufferPointer<Int32>, total: Float) -> (value: Float, rank: Int) {
        let total = scheme == .classic ? Float(members.count) : total
        let missStep = Double(1 / (Float(geneCount) - Float(members.count)))
        var running = 0.0
        var best: Float = 0
        var bestRank = 0
        var last = -1
        func visit(_ rank: Int) {
            if Double(best).magnitude < running.magnitude {
                best = Float(running)
                bestRank = rank
            }
        }
        for member in members {
            let rank = Int(member)
            let gap = rank - last - 1
            if gap > 0 {
                running -= Double(gap) * missStep
                visit(rank - 1)
            }
            let hit = terms[rank] / total
            running += Double(hit.isFinite || scheme == .weighted ? hit : 1e-6)
            visit(rank)
            last = rank
        }
        if last != geneCount - 1 {
            // The last gene is a step of its own there, with a rounding of its own.
            let gap = geneCount - 2 - last
            if gap > 0 {
                running -= Double(gap) * missStep
                visit(geneCount - 2)
            }
            running -= missStep
            visit(geneCount - 1)
        }
        return (best, bestRank)
    }
}
