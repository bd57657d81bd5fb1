extension GeneSetNull {
    /// How the draws of one observed set's size and sign compare with its score.
    package struct Exceedances: Equatable, Sendable {
        /// Same-sign draws strictly beyond the set's score.
        package let beyond: Int

        /// Same-sign draws equal to it.
        package let equal: Int

        /// All same-sign draws.
        package let sameSign: Int

        package init(beyond: Int, equal: Int, sameSign: Int) {
            self.beyond = beyond
            self.equal = equal
            self.sameSign = sameSign
        }
    }
}

extension GeneSetNull.State {
    /// Returns how the draws compare with one observed set of the plan.
    package func exceedances(ofSet set: Int, in plan: GeneSetNull.Plan) -> GeneSetNull.Exceedances {
        let histogram = plan.thresholds.histogramOfSet[set]
        let counts = self.histogram(sizeIndex: histogram / 2, isPositive: histogram % 2 == 0)
        let ownBin = counts.startIndex + plan.thresholds.binOfSet[set]
        let above = counts[(ownBin + 1)...].reduce(0) { $0 + Int($1) }
        return GeneSetNull.Exceedances(
            beyond: above + Int(beyondWithinBin[set]), equal: Int(equal[set]),
            sameSign: counts.reduce(0) { $0 + Int($1) })
    }

    /// The 4,096 counts of one size and side.
    package func histogram(sizeIndex: Int, isPositive: Bool) -> ArraySlice<UInt32> {
        let start = (2 * sizeIndex + (isPositive ? 0 : 1)) * GeneSetNull.binCount
        return histograms[start..<start + GeneSetNull.binCount]
    }

    /// The sum of one size's scores of one side, in multiples of 2⁻⁴⁰.
    package func sum(sizeIndex: Int, isPositive: Bool) -> Int128 {
        sums[2 * sizeIndex + (isPositive ? 0 : 1)]
    }
}
