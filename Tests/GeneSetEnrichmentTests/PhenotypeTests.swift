import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import Testing

@Suite("Permuted phenotypes")
struct PhenotypeTests {
    /// A golden run of the GSEA desktop on the leukemia data.
    struct Golden: Sendable, CustomTestStringConvertible {
        var name: String
        var metric: PhenotypeMetric
        var permutations: Int
        var usesMedian = false
        var isAbsolute = false
        var isAscending = false
        var isReversed = false

        var testDescription: String { name }
    }

    static let goldens = [
        Golden(name: "s2n_pheno", metric: .signalToNoise, permutations: 1_000),
        Golden(name: "s2n_median", metric: .signalToNoise, permutations: 200, usesMedian: true),
        Golden(name: "s2n_abs", metric: .signalToNoise, permutations: 200, isAbsolute: true),
        Golden(name: "s2n_asc", metric: .signalToNoise, permutations: 200, isAscending: true),
        Golden(name: "s2n_rev", metric: .signalToNoise, permutations: 100, isReversed: true),
        Golden(name: "tTest", metric: .tTest, permutations: 1_000),
        Golden(name: "ttest_median", metric: .tTest, permutations: 200, usesMedian: true),
        Golden(name: "Ratio_of_Classes", metric: .ratio, permutations: 1_000),
        Golden(name: "Diff_of_Classes", metric: .difference, permutations: 1_000),
        Golden(name: "log2_Ratio_of_Classes", metric: .logRatio, permutations: 1_000),
        Golden(name: "cont_Pearson", metric: .pearson, permutations: 200),
        Golden(name: "cont_Spearman", metric: .spearman, permutations: 200),
        Golden(name: "cont_Cosine", metric: .cosine, permutations: 200),
    ]

    /// Distances that the program adds up in float32.
    static let distances = [
        Golden(name: "cont_Euclidean", metric: .euclidean, permutations: 200),
        Golden(name: "cont_Manhattan", metric: .manhattan, permutations: 200),
    ]

    /// The plan of a golden, with values rounded to float32 as the program reads them.
    private func plan(
        _ golden: Golden, shuffles: PhenotypeShuffles
    ) throws -> (plan: PhenotypePlan, matrix: ExpressionMatrix, sets: [GeneSet]) {
        let matrix = try ExpressionFile.read(
            InputFile(path: ReferenceData.path("data/Leukemia_collapsed_symbols.gct")))
        let cls = golden.metric.isOfProfile ? "Leukemia_CD19_continuous.cls" : "Leukemia.cls"
        let phenotypes = try PhenotypeFile.read(
            InputFile(path: ReferenceData.path("data/" + cls)), sampleCount: matrix.sampleCount)
        let samples: [Int]
        let phenotype: PhenotypeComparison.Phenotype
        switch phenotypes {
        case .classes(_, let labels):
            let first = labels.indices.filter { (labels[$0] == 0) != golden.isReversed }
            samples = first + labels.indices.filter { (labels[$0] == 0) == golden.isReversed }
            phenotype = .classes(sizeOfFirst: first.count)
        case .profiles(let profiles):
            samples = Array(0..<matrix.sampleCount)
            phenotype = .profile(profiles[0].values.map { Double(Float($0)) })
        }
        var order = PhenotypeComparison.Order()
        order.isAbsolute = golden.isAbsolute
        order.isAscending = golden.isAscending
        let comparison = PhenotypeComparison(
            values: (0..<matrix.geneCount).flatMap { gene in
                samples.map { Double(Float(matrix.values[gene * matrix.sampleCount + $0])) }
            }, sampleCount: samples.count, phenotype: phenotype, metric: golden.metric, usesMedian: golden.usesMedian,
            order: order)
        var rows: [String: Int32] = [:]
        for (row, gene) in matrix.geneNames.enumerated() { rows[gene] = Int32(row) }
        let sets = try GeneSetFile.read(
            paths: [ReferenceData.path("data/hallmark_v7.0.gmt")], as: .gseaDesktop
        ).sets
        let members = sets.map { set in set.genes.compactMap { rows[$0] } }
        return (
            PhenotypePlan(comparison: comparison, sets: members, exponent: 1, shuffles: shuffles), matrix, sets
        )
    }

    @Test(
        "Every metric gives the reference's scores, order and exact ES", .enabled(if: ReferenceData.isPresent),
        arguments: goldens)
    func metrics(golden: Golden) throws {
        let (plan, matrix, sets) = try plan(golden, shuffles: .free(seed: 1))
        let (genes, scores) = plan.observedRanking()
        let lines = try ReferenceData.lines("golden/phenotype/leuk_\(golden.name).scores.tsv").dropFirst()
        #expect(lines.count == genes.count)
        let scoreOfGene = Dictionary(
            uniqueKeysWithValues: zip(genes, scores).map { (matrix.geneNames[Int($0)], $1) })
        var misplaced = 0
        for (rank, line) in lines.enumerated() {
            let fields = line.split(separator: "\t")
            if fields[1] != matrix.geneNames[Int(genes[rank])] { misplaced += 1 }
            guard let score = Double(fields[2]), !score.isNaN else { continue }
            let own = try #require(scoreOfGene[String(fields[1])])
            #expect(abs(own - score) <= 1e-11 * max(1, abs(score)), "\(fields[1])")
        }
        // Scores that cannot be computed count as zero with us, and stand at the bottom in the program.
        if golden.metric != .logRatio { #expect(misplaced == 0) }
        guard golden.metric != .logRatio else { return }
        let expected = try ReferenceData.table("golden/phenotype/leuk_\(golden.name).es.tsv")
        for (set, score) in zip(sets, plan.observedScores()) {
            let row = try #require(expected[set.name])
            #expect(abs(score.value - row.number("es_exact")) <= 1e-11, "\(set.name)")
            #expect(Double(score.rank) == row.number("rank_at_es"), "\(set.name)")
        }
    }

    @Test(
        "The same seed gives the program's own numbers", .enabled(if: ReferenceData.isPresent),
        arguments: goldens + distances)
    func program(golden: Golden) throws {
        let (plan, matrix, sets) = try plan(golden, shuffles: .desktop(seed: 149))
        let (genes, scores) = plan.observedRanking()
        let list = RankedGeneList(inOrder: genes.map { matrix.geneNames[Int($0)] }, scores: scores)
        let results = GeneSetResults(
            desktop: list, sets: sets,
            matching: GeneSetMatching(of: sets, with: list.genes, minimumSize: 15, maximumSize: 500),
            enrichments: plan.observedScores(),
            null: NullScores(plan.nullScores(permutations: 0..<golden.permutations) {}), isNormalized: true)
        let expected = try ReferenceData.table("golden/phenotype/leuk_\(golden.name).broad.tsv")
        #expect(results.count == expected.count)
        // Distances lie close together, and the program's differ from ours in the last digits (it adds up Euclidean and
        // Manhattan ones in float32): in some shuffle two genes of nearly one distance change places. If one of them
        // leads a set's running sum, that null score moves by one miss step, 1/(N − k), and the mean under NES by that
        // over the number of shuffles. So many such steps were seen; their differences are whole multiples of a step.
        let steps: Double =
            switch golden.metric {
            case .cosine: 1
            case .manhattan: 2
            case .euclidean: 3
            default: 0
            }
        // One null score on the other side of an observed one moves a q by one of two hundred shuffles.
        let rateTolerance = [.euclidean, .manhattan].contains(golden.metric) ? 5e-3 : 5e-6
        for set in 0..<results.count {
            let name = results.name[set]
            let row = try #require(expected[name])
            #expect(abs(results.enrichmentScore[set] - row.number("ES")) <= 4e-7, "\(name)")
            let (es, nes) = (row.number("ES"), row.number("NES"))
            let missStep = 1 / Double(genes.count - results.size[set])
            let stepOfNES = missStep / Double(golden.permutations) / (es / nes) * abs(nes)
            #expect(
                same(results.normalizedEnrichmentScore[set], nes, nes.isNaN ? 0 : 2e-6 + 1.05 * steps * stepOfNES),
                "\(name)")
            #expect(same(results.pValue[set], row.number("NOM_P"), 1e-7), "\(name)")
            #expect(same(results.fdr[set], row.number("FDR_Q"), rateTolerance), "\(name)")
            #expect(same(results.fwer[set], row.number("FWER_P"), 1e-6), "\(name)")
        }
    }

    private func same(_ value: Double, _ expected: Double, _ tolerance: Double) -> Bool {
        value.isNaN ? expected.isNaN : abs(value - expected) <= tolerance
    }

    @Test("Our own shuffles agree with ten thousand others", .enabled(if: ReferenceData.isPresent))
    func truth() throws {
        let (plan, matrix, sets) = try plan(Self.goldens[0], shuffles: .free(seed: 5))
        let (genes, scores) = plan.observedRanking()
        let list = RankedGeneList(inOrder: genes.map { matrix.geneNames[Int($0)] }, scores: scores)
        let permutations = 2_000
        let results = GeneSetResults(
            paired: list, sets: sets,
            matching: GeneSetMatching(of: sets, with: list.genes, minimumSize: 15, maximumSize: 500),
            enrichments: plan.observedScores(), null: NullScores(plan.nullScores(permutations: 0..<permutations) {}),
            least: plan.leastProbability, fdrThreshold: 0.25)
        let expected = try ReferenceData.table("golden/phenotype/leuk_s2n_pheno.truth_1e4.tsv")
        // The reference has five times as many shuffles; its standard errors times the root of that, and five of both.
        let factor = 5 * (1.0 + 5.0).squareRoot()
        for set in 0..<results.count {
            let row = try #require(expected[results.name[set]])
            let name = results.name[set]
            let nes = results.normalizedEnrichmentScore[set] - row.number("NES")
            #expect(abs(nes) <= factor * row.number("NES_se"), "\(name)")
            #expect(abs(results.pValue[set] - row.number("p")) <= factor * row.number("p_se") + 2e-3, "\(name)")
            #expect(abs(results.fdr[set] - row.number("FDR")) <= factor * row.number("FDR_se") + 0.02, "\(name)")
            #expect(abs(results.fwer[set] - row.number("FWER")) <= factor * row.number("FWER_se") + 2e-3, "\(name)")
            #expect(results.fdrLow[set] <= results.fdr[set] && results.fdr[set] <= results.fdrHigh[set] + 2e-3)
            #expect(results.pValue[set] > 0 && results.fwer[set] > 0 && results.fdr[set] > 0)
        }
    }

    /// Twelve samples and thirty genes, without anything in them.
    private func smallPlan(_ shuffles: PhenotypeShuffles, metric: PhenotypeMetric = .difference) -> PhenotypePlan {
        let values = (0..<360).map { Double(($0 * 7919) % 101) / 10 }
        let phenotype: PhenotypeComparison.Phenotype =
            metric.isOfProfile ? .profile((0..<12).map { Double($0 * $0 % 7) }) : .classes(sizeOfFirst: 5)
        return PhenotypePlan(
            comparison: PhenotypeComparison(
                values: values, sampleCount: 12, phenotype: phenotype, metric: metric, usesMedian: false, order: .init()
            ),
            sets: [[3, 1, 7], [29, 0, 11, 4, 15]], exponent: 1, shuffles: shuffles)
    }

    @Test(
        "Any cut into ranges of permutations gives the same scores, and the plan travels unchanged",
        arguments: [PhenotypeShuffles.free(seed: 3), .balanced(seed: 3), .desktop(seed: 3)])
    func ranges(shuffles: PhenotypeShuffles) throws {
        for metric in [PhenotypeMetric.difference, .spearman] {
            if metric.isOfProfile, case .balanced = shuffles { continue }
            let plan = smallPlan(shuffles, metric: metric)
            let whole = plan.nullScores(permutations: 0..<40) {}
            for cuts in [[0, 40], [0, 1, 17, 40], [0, 39, 40]] {
                let parts = zip(cuts, cuts.dropFirst()).map { plan.nullScores(permutations: $0..<$1) {} }
                let joined = whole.indices.map { set in parts.flatMap { $0[set] } }
                #expect(joined == whole)
            }
            #expect(try PhenotypePlan(decoding: plan.encoded()) == plan)
            #expect(throws: GeneSetNull.EncodingError.self) { try PhenotypePlan(decoding: plan.encoded().dropLast(3)) }
        }
        #expect(smallPlan(shuffles).ranges(of: 0..<5_000).flatMap { Array($0) } == Array(0..<5_000))
    }

    @Test("A missing value is left out, and a class without any has no score")
    func missing() {
        let values: [Double] = [1, 2, .nan, 5, 6, 7, .nan, .nan, .nan, 1, 2, 3]
        let comparison = PhenotypeComparison(
            values: values, sampleCount: 6, phenotype: .classes(sizeOfFirst: 3), metric: .difference,
            usesMedian: false, order: .init())
        let plan = PhenotypePlan(comparison: comparison, sets: [], exponent: 1, shuffles: .free(seed: 1))
        let (genes, scores) = plan.observedRanking()
        #expect(genes == [1, 0])
        #expect(scores == [0, -4.5])
    }
}
