/// How many of a number of draws were at least as extreme as what was observed.
package struct ExceedanceCount: Equatable, Sendable {
    /// b.
    package let asExtreme: Int

    /// m: all draws of a gene, and those of the observed score's sign of a set.
    package let draws: Int

    package init(asExtreme: Int, draws: Int) {
        self.asExtreme = asExtreme
        self.draws = draws
    }
}

extension SamplePermutationModel {
    /// What every gene's p-value, and by set statistic every set's, is counted from.
    ///
    /// - Returns: Nil where permutations before the last are missing.
    package func exceedances(_ one: PassOne) -> (genes: [ExceedanceCount], sets: [[ExceedanceCount]])? {
        guard let counts = one.ranges.whole?.counts else { return nil }
        return (
            (0..<counts.genes.geneCount).map { gene in
                let count = counts.genes.exceedances(ofGene: gene)
                return ExceedanceCount(asExtreme: count.exceedances, draws: count.draws)
            },
            counts.sets.map { sets in
                sets.map { ExceedanceCount(asExtreme: $0.sameSign.exceedances, draws: $0.sameSign.draws) }
            }
        )
    }
}
