import StatisticalKernels

/// Adjusted p-values after leaving out genes whose mean is too low to have a chance.
///
/// Among fifty cutoffs on the mean normalized count, takes the lowest whose
/// number of rejections comes close to the best (Bourgon, Gentleman & Huber,
/// 2010, with DESeq2's rule for the choice).
package struct IndependentFiltering: Equatable, Sendable {
    /// The rejections at one cutoff; a row of DESeq2's `filterNumRej`.
    package struct Candidate: Equatable, Sendable {
        /// The share of genes that the cutoff leaves out.
        package var theta: Double

        /// Rejections at the level `alpha`.
        package var rejections: Int

        /// The rejections smoothed over theta.
        package var smoothed: Double
    }

    /// False discovery rate that the cutoff is chosen for.
    package let alpha: Double

    package let candidates: [Candidate]

    /// Which candidate was taken.
    package let chosen: Int

    /// The chosen cutoff on the mean of normalized counts: `filterThreshold`.
    package let threshold: Double

    /// Benjamini–Hochberg over the genes that pass; NaN for the others and where the p-value is NaN.
    package let adjustedPValues: [Double]

    /// - Parameters:
    ///   - pValues: NaN where missing.
    ///   - baseMeans: Means of normalized counts, of all genes, zero for those without counts.
    package init(pValues: [Double], baseMeans: [Double], alpha: Double = 0.1) {
        precondition(pValues.count == baseMeans.count)
        let sortedMeans = sortedAscending(baseMeans)
        let thetas = Self.thetas(sortedMeans: sortedMeans)
        let cutoffs = thetas.map { quantile($0, ofSorted: sortedMeans) }
        let rejections = Self.rejections(ofPValues: pValues, baseMeans: baseMeans, cutoffs: cutoffs, alpha: alpha)
        let smoothed = lowess(x: thetas, y: rejections.map(Double.init), span: 1.0 / 5)

        self.alpha = alpha
        candidates = thetas.indices.map {
            Candidate(theta: thetas[$0], rejections: rejections[$0], smoothed: smoothed[$0])
        }
        let chosen = Self.choice(among: candidates)
        let threshold = cutoffs[chosen]
        self.chosen = chosen
        self.threshold = threshold
        adjustedPValues = benjaminiHochberg(
            zip(pValues, baseMeans).map { $1 >= threshold ? $0 : .nan })
    }

    /// Fifty equal steps from the share of genes without counts to 0.95, or to 1 when that share is larger.
    private static func thetas(sortedMeans: [Double]) -> [Double] {
        let zeroCount = sortedMeans.prefix { $0 == 0 }.count
        let lowest = sortedMeans.isEmpty ? 0 : Double(zeroCount) / Double(sortedMeans.count)
        let highest = lowest < 0.95 ? 0.95 : 1
        let step = (highest - lowest) / 49
        return (0..<50).map { $0 == 49 ? highest : lowest + Double($0) * step }
    }

    /// Counts, for each cutoff, the genes with an adjusted p-value below alpha.
    ///
    /// An adjusted p-value is below alpha when that of any larger p-value is, so
    /// the count is the last rank at which `n/rank · p < alpha`.
    private static func rejections(
        ofPValues pValues: [Double],
        baseMeans: [Double],
        cutoffs: [Double],
        alpha: Double
    ) -> [Int] {
        // n/rank is at least 1, so a p-value of alpha or more is never below it.
        let candidates = ascendingOrder(of: pValues).prefix { pValues[$0] < alpha }
        let (candidateP, candidateMean) = (candidates.map { pValues[$0] }, candidates.map { baseMeans[$0] })
        let testedMeans = sortedAscending(baseMeans.indices.filter { !pValues[$0].isNaN }.map { baseMeans[$0] })
        return cutoffs.map { cutoff in
            let tested = Double(testedMeans.count - countBelow(cutoff, in: testedMeans))
            var rank = 0
            var lastRejected = 0
            for index in candidateP.indices where candidateMean[index] >= cutoff {
                rank += 1
                if tested / Double(rank) * candidateP[index] < alpha { lastRejected = rank }
            }
            return lastRejected
        }
    }

    /// The first cutoff whose rejections exceed the best smoothed number less the
    /// scatter about the smooth; the first of all when there are hardly any rejections.
    private static func choice(among candidates: [Candidate]) -> Int {
        guard candidates.contains(where: { $0.rejections > 10 }) else { return 0 }
        let squares = candidates.filter { $0.rejections > 0 }.map {
            (Double($0.rejections) - $0.smoothed) * (Double($0.rejections) - $0.smoothed)
        }
        let best = candidates.reduce(-Double.infinity) { max($0, $1.smoothed) }
        let needed = best - (compensatedSum(squares) / Double(squares.count)).squareRoot()
        return candidates.firstIndex { Double($0.rejections) > needed } ?? 0
    }
}

private func countBelow(_ bound: Double, in sorted: [Double]) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
}
