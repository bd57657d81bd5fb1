/// One ranked list, and the running sums of all sets down it.
package struct SetWalkArguments {
    package var geneCount: Int

    /// The genes by rank.
    package var order: UnsafePointer<Int32>

    /// By gene, the statistic whose magnitude a hit weighs.
    package var statistics: UnsafePointer<Double>

    /// Gene after gene the sets that it is in, and by gene where they begin; one entry more, where the last ones end.
    package var sets: UnsafePointer<Int32>
    package var setStarts: UnsafePointer<Int32>

    /// By set `SetWalk.width` numbers, as `SetWalk` names them.
    package var walks: UnsafeMutablePointer<Double>

    package init(
        geneCount: Int, order: UnsafePointer<Int32>, statistics: UnsafePointer<Double>, sets: UnsafePointer<Int32>,
        setStarts: UnsafePointer<Int32>, walks: UnsafeMutablePointer<Double>
    ) {
        self.geneCount = geneCount
        self.order = order
        self.statistics = statistics
        self.sets = sets
        self.setStarts = setStarts
        self.walks = walks
    }
}

/// The numbers of one set on its walk down the list, in units of |z|: 32 bytes, for a permutation touches each once a
/// member. Before rank i the running sum is `base − i·missStep`.
package enum SetWalk {
    /// The sum of the hits so far, and one step for each.
    package static let base = 0
    package static let missStep = 1
    package static let highest = 2
    package static let lowest = 3
    package static let width = 4
}
