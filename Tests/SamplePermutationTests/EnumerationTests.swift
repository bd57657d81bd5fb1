import ExpressionData
import ExpressionFormats
import Foundation
import Testing

import SamplePermutation

/// A problem of which every shuffle is known, and what comes of it.
struct EnumeratedProblem {
    let golden: SamplePermutationGoldens
    let model: SamplePermutationModel
    let statistics: [SetStatistic] = [.ks, .mean, .maxmean]

    init(_ golden: SamplePermutationGoldens) throws {
        self.golden = golden
        let problem = try golden.tinyProblem()
        var inputs = SamplePermutationInputs(
            counts: problem.counts.counts, sizeFactors: problem.sizeFactors, covariates: problem.design,
            dispersion: problem.dispersion, exposure: problem.exposure, seed: 1)
        inputs.scheme = .within(["batch"])
        inputs.labels = problem.strata
        inputs.setStatistics = statistics
        inputs.isEnumerated = true
        let row = Dictionary(uniqueKeysWithValues: problem.counts.geneIDs.enumerated().map { ($1, Int32($0)) })
        let text = try String(contentsOf: golden.folder.appending(path: "tiny/sets.gmt"), encoding: .utf8)
        inputs.sets = text.split(separator: "\n").map { line in
            line.split(separator: "\t").dropFirst(2).map { row[String($0)]! }
        }
        model = try SamplePermutationModel(SamplePermutationInputs(decoding: inputs.encoded()))
    }

    func nulls(_ name: String) throws -> [[Double]] {
        let file = "tiny/null_\(name).tsv"
        let path = golden.folder.appending(path: file + ".gz").path
        return try golden.rows(FileManager.default.fileExists(atPath: path) ? file + ".gz" : file)
    }

    /// Both passes over the given ranges, each sent as bytes, merged in the order given.
    func passes(_ ranges: [Range<Int>]) throws -> (PassOne, PassTwo) {
        var one = PassOne()
        for range in ranges { try one.merge(PassOne(decoding: model.countScores(range).encoded())) }
        let barrier = try #require(model.normalization(of: one)).encoded()
        let normalization = try model.normalization(decoding: barrier)
        var two = PassTwo()
        for range in ranges.reversed() {
            try two.merge(PassTwo(decoding: model.countNormalizedScores(range, normalization).encoded()))
        }
        return (one, two)
    }
}

@Suite("Enumeration of all shuffles")
struct EnumerationTests {
    static let goldens = SamplePermutationGoldens.isPresent ? ["own", "reference"] : ["own"]

    private static func problem(_ name: String) throws -> EnumeratedProblem {
        try EnumeratedProblem(name == "own" ? .own : .reference)
    }

    @Test("Statistics and set scores of every shuffle equal the goldens", arguments: goldens)
    func nullScores(name: String) throws {
        let problem = try Self.problem(name)
        let model = problem.model
        let expected = try problem.nulls("z")
        let count = try #require(model.enumeratedCount)
        #expect(count == expected.count)
        let nulls = try problem.statistics.map { try problem.nulls($0.rawValue) }
        var apart = 0
        var permutation = 0
        _ = model.countScores(0..<count) { scores in
            for (index, null) in nulls.enumerated() {
                for (set, value) in null[permutation].enumerated() {
                    let own = Double(scores[index * null[permutation].count + set])
                    if !agrees(own, value, relative: 1e-7, absolute: 1e-12) { apart += 1 }
                }
            }
            permutation += 1
        }
        #expect(apart == 0)
        let table = try problem.golden.table("tiny/genes.tsv")
        let z = try table.doubles("z")
        #expect(model.observedZ.indices.allSatisfy { agrees(model.observedZ[$0], z[$0]) })
    }

    @Test("p, NES, q and FWER of sets, and p of genes, equal full enumeration", arguments: goldens)
    func summaries(name: String) throws {
        let problem = try Self.problem(name)
        let count = try #require(problem.model.enumeratedCount)
        let (one, two) = try problem.passes([0..<count])
        let results = try problem.model.results(one, two)
        let table = try problem.golden.table("tiny/sets_expected.tsv")
        let statistic = try table.strings("statistic")
        func expected(_ column: String) throws -> [[Double]] {
            let values = try table.doubles(column)
            return problem.statistics.map { wanted in
                values.indices.filter { statistic[$0] == wanted.rawValue }.map { values[$0] }
            }
        }
        func compare(_ column: String, _ tolerance: Double, _ own: (PermutedSetResult) -> Double) throws {
            for (family, values) in zip(results.sets, try expected(column)) {
                #expect(family.count == values.count)
                let apart = values.indices.filter {
                    (own(family[$0]) - values[$0]).magnitude > tolerance * max(1, values[$0].magnitude)
                }
                #expect(apart.isEmpty, "\(column) \(apart.map { (own(family[$0]), values[$0]) })")
            }
        }
        try compare("n_same", 0) { Double($0.sameSign) }
        try compare("n_ge", 0) { Double($0.asExtreme) }
        try compare("p", 1e-15) { $0.pValue }
        try compare("fwer", 1e-15) { $0.familyWise }
        // Shares of permutations are added in multiples of 2⁻⁴⁰.
        try compare("fdr_q", 1e-10) { $0.falseDiscoveryRate }
        try compare("NES", 1e-6) { $0.normalizedScore }
        let genes = try problem.golden.table("tiny/genes.tsv")
        #expect(results.genes.map { Double($0.asExtreme) } == (try genes.doubles("n_ge")))
        #expect(results.genes.allSatisfy { $0.pValue == Double($0.asExtreme) / Double(count) && $0.pAnytime.isNaN })
    }

    @Test("max-T and the null of z of all genes equal brute force over the golden statistics")
    func genes() throws {
        let problem = try Self.problem("own")
        let null = try problem.nulls("z")
        let (one, two) = try problem.passes([0..<null.count])
        let results = try problem.model.results(one, two)
        let largest = null.map { $0.map(\.magnitude).max()! }
        for (gene, result) in results.genes.enumerated() {
            let reached = largest.count { $0 >= null[0][gene].magnitude - 1e-12 }
            #expect(result.familyWise == Double(reached) / Double(null.count))
        }
        let all = null.flatMap { $0 }
        let mean = all.reduce(0, +) / Double(all.count)
        let variance = all.reduce(0) { $0 + $1 * $1 } / Double(all.count) - mean * mean
        #expect(results.nullOfZ.count == UInt64(all.count))
        #expect((results.nullOfZ.mean - mean).magnitude < 1e-8)
        #expect((results.nullOfZ.standardDeviation - variance.squareRoot()).magnitude < 1e-6)
    }

    @Test("Summaries do not depend on how the permutations are cut, nor on the order of merging", arguments: 1...10)
    func sharding(pieces: Int) throws {
        let problem = try Self.problem("own")
        let count = try #require(problem.model.enumeratedCount)
        let whole = try problem.passes([0..<count])
        let cuts = (0...pieces).map { $0 * $0 * count / (pieces * pieces) }
        var ranges = zip(cuts, cuts.dropFirst()).map { $0..<$1 }.filter { !$0.isEmpty }
        // An order that is none: every third piece first.
        ranges = (0..<3).flatMap { rest in ranges.indices.filter { $0 % 3 == rest }.map { ranges[$0] } }
        let cut = try problem.passes(ranges)
        #expect(cut.0 == whole.0 && cut.1 == whole.1)
        #expect(cut.0.encoded() == whole.0.encoded() && cut.1.encoded() == whole.1.encoded())
    }
}
