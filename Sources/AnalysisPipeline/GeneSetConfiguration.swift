extension StudyConfiguration {
    /// GSEA's settings. What is nil does not apply, and is left out of the stored configuration.
    package struct GeneSets: Codable, Equatable, Sendable {
        package var minSize: Int
        package var maxSize: Int
        package var weight: Double

        /// The only setting that `extend` raises: `extensible` is without it.
        package var permutations: Int
        package var seed: UInt64

        /// What *settled* and the counts in summaries refer to.
        package var fdrThreshold: Double

        /// The ranking metric, or `file` for a list that was given.
        package var ranking: String

        /// `gsea-desktop`: generator, order of draws, arithmetic and rules of that program.
        package var compatibility: String?

        /// `multilevel`: rare p-values are estimated by adaptive splitting.
        package var nominal: String?

        /// A p-value below this is not followed by splitting, and told as this.
        package var eps: Double?

        /// `none`: NES is ES.
        package var norm: String?

        /// Which row of a gene that the list has more than once counts.
        package var duplicates: String?

        /// How probes of one gene became one row.
        package var collapse: String?

        /// How samples were compared, for a list made from expression values.
        package var phenotype: Phenotype?

        package struct Phenotype: Codable, Equatable, Sendable {
            /// `A_versus_B`, or the profile's name.
            package var comparison: String
            package var metric: String
            package var median: Bool

            /// `real` or `abs`.
            package var sort: String

            /// `descending` or `ascending`.
            package var order: String

            /// `phenotype` or `gene-sets`.
            package var permute: String

            /// `no-balance` or `equalize-and-balance`.
            package var shuffle: String

            package init(
                comparison: String, metric: String, median: Bool, sort: String, order: String, permute: String,
                shuffle: String
            ) {
                self.comparison = comparison
                self.metric = metric
                self.median = median
                self.sort = sort
                self.order = order
                self.permute = permute
                self.shuffle = shuffle
            }
        }

        package init(
            minSize: Int = 15, maxSize: Int = 500, weight: Double = 1, permutations: Int = 1000, seed: UInt64 = 42,
            fdrThreshold: Double = 0.05, ranking: String = "signed-log10-p"
        ) {
            self.minSize = minSize
            self.maxSize = maxSize
            self.weight = weight
            self.permutations = permutations
            self.seed = seed
            self.fdrThreshold = fdrThreshold
            self.ranking = ranking
        }
    }

    /// The same configuration whatever the number of permutations: runs that differ in nothing
    /// else are one run, more or less far.
    package var extensible: StudyConfiguration {
        var configuration = self
        configuration.geneSets?.permutations = 0
        return configuration
    }
}
