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
        let above = counts.dropFirst(plan.thresholds.binOfSet[set] + 1).reduce(0) { $0 + Int($1) }
        return GeneSetNull.Exceedances(
            beyond: above + Int(beyondWithinBin[set]), equal: Int(equal[set]),
            sameSign: counts.reduce(0) { $0 + Int($1) })
    }

    /// The counts of one size and side, up to the last bin that is kept.
    package func histogram(sizeIndex: Int, isPositive: Bool) -> [UInt32] {
        histograms[2 * sizeIndex + (isPositive ? 0 : 1)]
    }

    /// The mean |ES| of one size and side; NaN where there is no draw.
    func mean(sizeIndex: Int, isPositive: Bool) -> Double {
        let side = 2 * sizeIndex + (isPositive ? 0 : 1)
        let count = histograms[side].reduce(0) { $0 + Int($1) }
        return count == 0 ? .nan : Double(sums[side].magnitude) / GeneSetNull.fixedPointScale / Double(count)
    }

    /// The sum of one size's scores of one side, in multiples of 2⁻⁴⁰.
    package func sum(sizeIndex: Int, isPositive: Bool) -> Int128 {
        sums[2 * sizeIndex + (isPositive ? 0 : 1)]
    }
}
