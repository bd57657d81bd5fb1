import ExpressionData
import StatisticalKernels
import Testing

import SamplePermutation

/// Three exposures of the same eight samples, the second going with the first, the third a factor of three levels.
struct FamilyProblem {
    let problem = RandomProblem(genes: 12, samples: 8, seed: 31)
    let exposures: [[[Double]]]
    let sets: [[Int32]] = (0..<6).map { set in (0..<12).filter { ($0 * (set + 2)) % 5 < 2 }.map(Int32.init) }
    let geneLengths = [4, 5, 3]
    let setLengths = [2, 3, 2]

    init() {
        let first = [0.0, 1, 1, 0, 2, 2, 1, 0]
        let second = zip(first, [1.0, 0, 0, 1, 0, 1, 1, 0]).map { $0 + $1 }
        exposures = [[first], [second], JointProblem.columns([0, 1, 2, 1, 0, 2, 0, 1])]
    }

    func member(_ index: Int, permutations: Int) throws -> PermutationFamily.Member {
        var inputs = SamplePermutationInputs(
            counts: problem.counts, sizeFactors: problem.sizeFactors, covariates: problem.design,
            dispersion: problem.dispersion, exposure: exposures[index][0], seed: 9)
        inputs.furtherColumns = Array(exposures[index].dropFirst())
        inputs.scheme = .within(["group"])
        inputs.labels = problem.groups.map { "\($0)" }
        inputs.sets = sets
        let drawn = try SamplePermutationModel(inputs)
        let model = drawn.enumerating(drawn.shuffles.areEnumerated(within: permutations))
        let one = model.countScores(0..<(model.enumeratedCount ?? permutations))
        return PermutationFamily.Member(
            model, normalization: model.normalization(of: one), geneLength: geneLengths[index],
            setLength: setLengths[index], setIDs: sets.indices.map(Int32.init))
    }

    func family(permutations: Int) throws -> PermutationFamily {
        let members = try (0..<3).map { try member($0, permutations: permutations) }
        return try #require(
            PermutationFamily(
                members, comparisons: [[0, 1], [0, 2], [1, 2], [0, 1, 2]], permutations: permutations))
    }

    /// All orders of the samples within the two groups.
    func orders() -> [[Int]] {
        func all(_ places: [Int]) -> [[Int]] {
            places.isEmpty
                ? [[]] : places.flatMap { first in all(places.filter { $0 != first }).map { [first] + $0 } }
        }
        let groups = (0..<2).map { group in (0..<8).filter { problem.groups[$0] == group } }
        return all(groups[0]).flatMap { even in
            all(groups[1]).map { odd in
                var order = [Int](repeating: 0, count: 8)
                for (place, source) in zip(groups[0], even) { order[place] = source }
                for (place, source) in zip(groups[1], odd) { order[place] = source }
                return order
            }
        }
    }

    /// What a naive reader makes of one exposure whose rows were moved.
    func statistics(_ naive: NaiveScores, _ index: Int, _ order: [Int]) -> [Double] {
        let columns = exposures[index].map { column in order.map { column[$0] } }
        return columns.count == 1 ? naive.z(columns[0]) : naive.joint(columns)
    }

    func scores(_ statistics: [Double], _ index: Int) -> [Double] {
        sets.map {
            naiveEnrichment(statistics, members: Set($0.map(Int.init)), isOneSided: exposures[index].count > 1)
        }
    }

    static func top(_ values: [Double], _ length: Int) -> Set<Int> {
        Set(values.indices.sorted { values[$0].magnitude > values[$1].magnitude }.prefix(length))
    }
}

@Suite("Exposures under shared shuffles")
struct PermutationFamilyTests {
    /// Of all orders, those that give distinct rows; each exposure's own arrangements are among them equally often.
    private static func nulls(
        _ own: FamilyProblem, _ naive: NaiveScores
    ) -> [[[Double]]] {
        var seen: Set<[Double]> = []
        return own.orders().filter { order in
            seen.insert(order.flatMap { sample in own.exposures.flatMap { $0.map { $0[sample] } } }).inserted
        }.map { order in (0..<3).map { own.statistics(naive, $0, order) } }
    }

    @Test("FWER over the family and overlaps equal brute force over all joint arrangements")
    func enumeration() throws {
        let own = FamilyProblem()
        let naive = NaiveScores(own.problem)
        let nulls = Self.nulls(own, naive)
        let count = nulls.count
        let family = try own.family(permutations: 576)
        #expect(family.isEnumerated && family.permutationCount(asked: 576) == count && count > 100)
        let results = try family.results(family.count(0..<count))
        let observed = (0..<3).map { own.statistics(naive, $0, Array(0..<8)) }

        func common(_ values: [Double], _ index: Int) -> [Double] {
            guard own.exposures[index].count > 1 else { return values.map(\.magnitude) }
            return values.map { normalUpperTailQuantile(chiSquareUpperTail($0, degreesOfFreedom: 2) / 2) }
        }
        let largest = nulls.map { null in (0..<3).flatMap { common(null[$0], $0) }.max()! }
        for index in 0..<3 {
            for (gene, value) in common(observed[index], index).enumerated() {
                let reached = largest.count { $0 >= value - 1e-10 }
                #expect(results.genes[index][gene] == Double(reached) / Double(count), "\(index) \(gene)")
            }
        }

        let nullScores = nulls.map { null in (0..<3).map { own.scores(null[$0], $0) } }
        /// The mean of the null scores of the sign; of one exposure's own arrangements it is that of all joint ones.
        func mean(_ index: Int, _ set: Int, negative: Bool) -> Double {
            let side = nullScores.map { $0[index][set] }.filter { negative ? $0 <= 0 : $0 >= 0 }
            return side.reduce(0, +) / Double(side.count)
        }
        func normalized(_ scores: [Double], _ index: Int) -> [Double] {
            scores.enumerated().map { set, score in
                score / mean(index, set, negative: score < 0).magnitude
            }
        }
        let nullNES = nullScores.map { scores in (0..<3).map { normalized(scores[$0], $0) } }
        let nes = (0..<3).map { normalized(own.scores(observed[$0], $0), $0) }
        for index in 0..<3 {
            for (set, value) in nes[index].enumerated() {
                let reached = nullNES.count { permutation in
                    let all = permutation.flatMap { $0 }
                    return value >= 0 ? all.max()! >= value - 1e-6 : all.min()! <= value + 1e-6
                }
                #expect(results.sets[index][set] == Double(reached) / Double(count), "\(index) \(set)")
            }
        }

        for (place, comparison) in family.comparisons.enumerated() {
            func genes(_ statistics: [[Double]]) -> Int {
                let lists = comparison.map { FamilyProblem.top(statistics[$0], own.geneLengths[$0]) }
                return lists.dropFirst().reduce(lists[0]) { $0.intersection($1) }.count
            }
            func sets(_ scores: [[Double]]) -> Int {
                let isSigned = !comparison.contains(2)
                let lists = comparison.map { index in
                    Set(
                        FamilyProblem.top(scores[index], own.setLengths[index]).map {
                            isSigned && scores[index][$0] < 0 ? -1 - $0 : $0
                        })
                }
                return lists.dropFirst().reduce(lists[0]) { $0.intersection($1) }.count
            }
            for (result, observed, null) in [
                (results.geneOverlaps[place], genes(observed), nulls.map(genes)),
                (results.setOverlaps[place], sets(nes), nullNES.map(sets)),
            ] {
                #expect(result.observed == observed)
                #expect(agrees(result.expected, Double(null.reduce(0, +)) / Double(count)))
                #expect(result.pValue == Double(null.count { $0 >= observed }) / Double(count))
            }
        }
    }

    @Test("Counts of a family and of overlaps do not depend on how the permutations are cut", arguments: 1...10)
    func sharding(pieces: Int) throws {
        let own = FamilyProblem()
        let family = try own.family(permutations: 100)
        #expect(!family.isEnumerated)
        let first = family.members[0]
        let overlap = try #require(ConditionalOverlap(of: family.members[1], keeping: first, permutations: 100))
        let sent = FamilyInputs(family)
        let worker = try PermutationFamily(FamilyInputs(decoding: sent.encoded(), sharing: sent.members[0].problem))
        let cuts = (0...pieces).map { $0 * $0 * 100 / (pieces * pieces) }
        let ranges = zip(cuts, cuts.dropFirst()).map { $0..<$1 }.filter { !$0.isEmpty }
        var (pass, pairs) = (FamilyPass(), OverlapPass())
        for range in ranges.reversed() {
            try pass.merge(FamilyPass(decoding: worker.count(range).encoded()))
            try pairs.merge(OverlapPass(decoding: overlap.count(range).encoded()))
        }
        #expect(pass == family.count(0..<100) && pairs == overlap.count(0..<100))
        #expect(pass.encoded() == family.count(0..<100).encoded())
        // Draws are those of each exposure alone: the largest of the family is that of its members' own draws.
        let results = try family.results(pass)
        let strongest = family.members.indices.map { results.genes[$0].min()! }.min()!
        #expect(strongest >= 1.0 / 101 && results.permutations == 100)
    }

    @Test("With one exposure kept, overlaps equal brute force over shuffled residuals of the other")
    func conditional() throws {
        let own = FamilyProblem()
        let naive = NaiveScores(own.problem)
        let (kept, shuffled) = (try own.member(0, permutations: 576), try own.member(1, permutations: 576))
        let overlap = try #require(ConditionalOverlap(of: shuffled, keeping: kept, permutations: 576))
        #expect(overlap.isEnumerated)
        let count = overlap.permutationCount(asked: 576)
        let design = (0..<8).map { sample in
            (0..<3).map { own.problem.design[sample, $0] } + [own.exposures[0][0][sample]]
        }
        let products = (0..<4).map { a in (0..<4).map { b in design.reduce(0) { $0 + $1[a] * $1[b] } } }
        let second = own.exposures[1][0]
        let right = (0..<4).map { a in zip(design, second).reduce(0) { $0 + $1.0[a] * $1.1 } }
        let coefficients = solved(products, right)
        let fitted = design.map { row in zip(row, coefficients).reduce(0) { $0 + $1.0 * $1.1 } }
        let residuals = zip(second, fitted).map { $0 - $1 }
        let list = FamilyProblem.top(own.statistics(naive, 0, Array(0..<8)), own.geneLengths[0])
        // All orders: every arrangement comes equally often.
        let sizes = own.orders().map { order -> Int in
            let moved = zip(fitted, order).map { $0 + residuals[$1] }
            return FamilyProblem.top(naive.z(moved), own.geneLengths[1]).intersection(list).count
        }
        let results = try overlap.results(
            overlap.count(0..<count), keptLengths: (genes: own.geneLengths[0], sets: own.setLengths[0]),
            keptFirst: true)
        let observed = FamilyProblem.top(own.statistics(naive, 1, Array(0..<8)), own.geneLengths[1])
            .intersection(list).count
        #expect(results.genes.lengths == [4, 5] && results.genes.observed == observed)
        #expect(agrees(results.genes.expected, Double(sizes.reduce(0, +)) / 576))
        let share = Double(sizes.count { $0 >= observed }) / 576
        #expect(agrees(results.genes.pValue, share))
    }

    @Test("An exposure that another one and the covariates explain leaves nothing to shuffle")
    func explained() throws {
        let own = FamilyProblem()
        let kept = try own.member(0, permutations: 100)
        #expect(ConditionalOverlap(of: kept, keeping: kept, permutations: 100) == nil)
    }
}
