import DifferentialExpression
import ExpressionData
import JobEngine
import SamplePermutation

/// All exposures of a study under shuffles that they share, on their way.
struct PermutationFamilyState: Sendable {
    /// An exposure under an adjustment set.
    struct Place: Sendable {
        /// Empty where there are no sets of covariates with names.
        let adjustment: String
        let exposure: String
        let geneIDs: [String]
        let setNames: [String]

        var analysis: String { adjustment.isEmpty ? exposure : adjustment + "/" + exposure }
    }

    /// One exposure kept and another shuffled given it.
    struct Pair: Sendable {
        let kept: Int
        let shuffled: Int
        let overlap: ConditionalOverlap
        let permutations: Int
        var pass = OverlapPass()
    }

    let places: [Place]
    let family: PermutationFamily
    let permutations: Int

    /// The members' problems, for the workers.
    let problems: [Blob]
    var pass = FamilyPass()

    /// How many shuffles are asked for where one exposure is kept.
    let pairDraws: Int
    var pairs: [Pair] = []

    /// - Returns: Nil for fewer than two exposures, and where they are not shuffled alike.
    init?(of study: StudyState) {
        let threshold = study.inputs.configuration.geneSets?.fdrThreshold ?? 0.05
        var places: [Place] = []
        var members: [PermutationFamily.Member] = []
        var problems: [Blob] = []
        var asked = 0
        for (analysis, test, run) in study.enrichment.runs(of: SamplePermutationRun.self) {
            guard let analysis, let test else { continue }
            let significant =
                run.model.inputs.isJoint
                ? nil : study.analyses[analysis].tests[test].table.significantCount(below: threshold)
            guard let member = run.familyMember(significantGenes: significant, threshold: threshold) else { continue }
            members.append(member)
            problems.append(run.problem)
            places.append(Place(of: run, study.analyses[analysis].input, test: test))
            asked = run.askedPermutations
        }
        guard members.count > 1,
            let family = PermutationFamily(
                members, comparisons: Self.comparisons(places.map(\.adjustment)), permutations: asked)
        else { return nil }
        self.places = places
        self.family = family
        self.problems = problems
        permutations = family.permutationCount(asked: asked)
        let draws = min(asked, ConditionalOverlap.draws)
        pairDraws = draws
        for pair in family.comparisons where pair.count == 2 {
            for (kept, shuffled) in [(pair[0], pair[1]), (pair[1], pair[0])] {
                guard
                    let overlap = ConditionalOverlap(
                        of: members[shuffled], keeping: members[kept], permutations: draws)
                else { continue }
                pairs.append(
                    Pair(
                        kept: kept, shuffled: shuffled, overlap: overlap,
                        permutations: overlap.permutationCount(asked: draws)))
            }
        }
    }

    /// Every pair of exposures of an adjustment set, and all three where there are three.
    private static func comparisons(_ adjustments: [String]) -> [[Int]] {
        var seen: [String] = []
        for name in adjustments where !seen.contains(name) { seen.append(name) }
        return seen.flatMap { name -> [[Int]] in
            let own = adjustments.indices.filter { adjustments[$0] == name }
            let pairs = own.indices.flatMap { first in own[(first + 1)...].map { [own[first], $0] } }
            return pairs + (own.count == 3 ? [own] : [])
        }
    }
}

extension PermutationFamilyState.Place {
    init(of run: SamplePermutationRun, _ analysis: StudyInputs.AnalysisInput, test: Int) {
        let parts = analysis.name.split(separator: "/", maxSplits: 1).map(String.init)
        let isNamed = parts.count == 2 && analysis.tests.count == 1
        adjustment = parts.first ?? ""
        exposure =
            run.model.inputs.isJoint ? run.exposureName : isNamed ? parts[1] : analysis.tests[test].name
        geneIDs = run.model.genes.map { run.genes.ids[Int($0)] }
        setNames = run.matching.matched.map { run.sets[$0.index].name }
    }
}

extension ResultsTable {
    /// How many genes are significant: by the empirical null's adjusted p-values where there are some.
    fileprivate func significantCount(below threshold: Double) -> Int {
        (empiricalNull?.adjustedPValues ?? adjustedPValues).count { $0 < threshold }
    }
}
