/// What one gene-set analysis says of the sets it tested.
package struct AnalyzedSets: Equatable, Sendable {
    package let name: String
    package let sets: [TestedSet]

    /// How many genes the analysis ranked.
    package let rankedGenes: Int

    package init(name: String, sets: [TestedSet], rankedGenes: Int) {
        self.name = name
        self.sets = sets
        self.rankedGenes = rankedGenes
    }

    /// One tested set.
    package struct TestedSet: Equatable, Sendable {
        package let name: String
        package let description: String

        /// The file the set came from.
        package let source: String

        /// The set's genes that the analysis ranked, under numbers that all analyses share; ascending.
        package let genes: [Int32]
        package let statistics: SetStatistics

        package init(name: String, description: String, source: String, genes: [Int32], statistics: SetStatistics) {
            self.name = name
            self.description = description
            self.source = source
            self.genes = genes
            self.statistics = statistics
        }
    }
}

/// A set's numbers in one analysis, under GSEA's names; missing ones are NaN.
package struct SetStatistics: Equatable, Sendable {
    package let enrichmentScore: Double
    package let normalizedEnrichmentScore: Double
    package let pValue: Double

    /// The false discovery rate q, as computed and not rounded.
    package let falseDiscoveryRate: Double
    package let familyWiseErrorRate: Double

    package init(
        enrichmentScore: Double, normalizedEnrichmentScore: Double, pValue: Double, falseDiscoveryRate: Double,
        familyWiseErrorRate: Double
    ) {
        self.enrichmentScore = enrichmentScore
        self.normalizedEnrichmentScore = normalizedEnrichmentScore
        self.pValue = pValue
        self.falseDiscoveryRate = falseDiscoveryRate
        self.familyWiseErrorRate = familyWiseErrorRate
    }

    /// Whether the set passes both thresholds, inclusively; a missing number passes none.
    package func passes(_ settings: NetworkSettings) -> Bool {
        settings.admits(p: pValue, q: falseDiscoveryRate)
    }

    /// EnrichmentMap's colouring: the sign of NES times 1 − p; an NES of 0 counts as positive.
    package var colouring: Double { (normalizedEnrichmentScore >= 0 ? 1 : -1) * (1 - pValue) }
}
