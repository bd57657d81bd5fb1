import SamplePermutation

/// What shuffles that all exposures share say of a study.
package struct PermutationFamilyOutcome: Sendable {
    /// One exposure under one adjustment set.
    package struct Member: Sendable {
        /// Such as `main/stir_volume`.
        package let analysis: String
        package let geneIDs: [String]
        package let statistics: [Double]

        /// By gene, that any statistic of the family is as large under the joint null.
        package let geneFamilyWise: [Double]
        package let setNames: [String]
        package let normalizedScores: [Double]
        package let setFamilyWise: [Double]
    }

    /// The overlap of two lists or three, under one null.
    package struct Overlap: Sendable {
        package enum Kind: String, Sendable {
            case genes
            case geneSets = "gene_sets"
        }

        package enum Null: Sendable {
            /// The rows of all exposures are shuffled together.
            case joint

            /// One is kept, and the other's residuals on it and the covariates are shuffled.
            case conditional(kept: String, shuffled: String)
        }

        package let kind: Kind
        package let adjustment: String
        package let exposures: [String]
        package let null: Null
        package let result: OverlapResult
    }

    package let members: [Member]
    package let overlaps: [Overlap]
    package let permutations: Int
    package let isEnumerated: Bool
}

extension PermutationFamilyState {
    /// - Throws: `SummaryProblem` where permutations are missing.
    func outcome() throws -> PermutationFamilyOutcome {
        let results = try family.results(pass)
        let members = places.indices.map { index in
            PermutationFamilyOutcome.Member(
                analysis: places[index].analysis, geneIDs: places[index].geneIDs,
                statistics: family.members[index].statistics, geneFamilyWise: results.genes[index],
                setNames: places[index].setNames, normalizedScores: family.members[index].scores,
                setFamilyWise: results.sets[index])
        }
        var overlaps: [PermutationFamilyOutcome.Overlap] = []
        for (index, comparison) in family.comparisons.enumerated() {
            func add(_ genes: OverlapResult, _ sets: OverlapResult, _ null: PermutationFamilyOutcome.Overlap.Null) {
                let hasSets = comparison.contains { !places[$0].setNames.isEmpty }
                for (kind, result) in [(.genes, genes), (.geneSets, sets)]
                    as [(PermutationFamilyOutcome.Overlap.Kind, OverlapResult)]
                where kind == .genes || hasSets {
                    overlaps.append(
                        .init(
                            kind: kind, adjustment: places[comparison[0]].adjustment,
                            exposures: comparison.map { places[$0].exposure }, null: null, result: result))
                }
            }
            add(results.geneOverlaps[index], results.setOverlaps[index], .joint)
            for pair in pairs where comparison.count == 2 && Set(comparison) == [pair.kept, pair.shuffled] {
                let kept = family.members[pair.kept]
                let given = try pair.overlap.results(
                    pair.pass, keptLengths: (genes: kept.geneLength, sets: kept.setLength),
                    keptFirst: pair.kept == comparison[0])
                add(
                    given.genes, given.sets,
                    .conditional(kept: places[pair.kept].exposure, shuffled: places[pair.shuffled].exposure))
            }
        }
        return PermutationFamilyOutcome(
            members: members, overlaps: overlaps, permutations: results.permutations,
            isEnumerated: results.isEnumerated)
    }
}
