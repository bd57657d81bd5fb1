import Payloads
import StatisticalKernels

/// What a family is computed from, as it is sent to workers.
///
/// The counts are those of the first member's problem, which travels beside it, and so are they for all others.
package struct FamilyInputs: Equatable, Sendable {
    package struct Member: Equatable, Sendable {
        package var problem: SamplePermutationInputs

        /// `ScoreNormalization.encoded()`; empty without sets.
        package var means: [UInt8]
        package var geneLength: Int
        package var setLength: Int
        package var setIDs: [Int32]
    }

    package var members: [Member]
    package var comparisons: [[Int]]
    package var isEnumerated: Bool

    package init(_ family: PermutationFamily) {
        members = family.members.map { member in
            Member(
                problem: member.model.inputs, means: member.normalization?.encoded() ?? [],
                geneLength: member.geneLength, setLength: member.setLength, setIDs: member.setIDs)
        }
        comparisons = family.comparisons
        isEnumerated = family.isEnumerated
    }

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(members.count)
        for member in members {
            var problem = member.problem
            (problem.counts, problem.normalizationFactors) = ([], [])
            writer.write(problem.encoded())
            writer.write(member.means)
            writer.write(member.geneLength)
            writer.write(member.setLength)
            writer.write(member.setIDs)
        }
        writer.write(comparisons.count)
        for comparison in comparisons { writer.write(comparison.map(Int32.init)) }
        writer.write(isEnumerated)
        return writer.bytes
    }

    /// - Parameter first: The problem whose counts all members have.
    package init(decoding bytes: [UInt8], sharing first: SamplePermutationInputs) throws(PayloadError) {
        var reader = PayloadReader(bytes)
        members = []
        for _ in 0..<(try reader.readCount(ofSize: 40)) {
            let problem = try SamplePermutationInputs(decoding: try reader.readArray(), sharing: first)
            let means = try reader.readArray(of: UInt8.self)
            members.append(
                Member(
                    problem: problem, means: means, geneLength: try reader.readCount(),
                    setLength: try reader.readCount(), setIDs: try reader.readArray()))
        }
        comparisons = []
        for _ in 0..<(try reader.readCount(ofSize: 8)) {
            comparisons.append(try reader.readArray(of: Int32.self).map { Int($0) })
        }
        isEnumerated = try reader.readBool()
        try reader.finish()
        let known = members.indices
        guard !members.isEmpty, comparisons.allSatisfy({ !$0.isEmpty && $0.allSatisfy(known.contains) }) else {
            throw .misfit
        }
    }
}

extension PermutationFamily {
    /// Fits the reduced models of all members.
    ///
    /// - Throws: `ShuffleProblem`, `PayloadError` or `SummaryProblem` for inputs that are of no family.
    package init(_ inputs: FamilyInputs, cpuLevel: CPULevel = .current) throws {
        let members = try inputs.members.map { member in
            let model = try SamplePermutationModel(member.problem, cpuLevel: cpuLevel)
            guard member.setIDs.count == (member.means.isEmpty ? 0 : model.catalogue.setCount) else {
                throw PayloadError.misfit
            }
            return Member(
                model, normalization: member.means.isEmpty ? nil : try model.normalization(decoding: member.means),
                geneLength: member.geneLength, setLength: member.setLength, setIDs: member.setIDs)
        }
        guard let shuffles = FamilyShuffles(members.map(\.model.shuffles)) else { throw SummaryProblem.otherAnalysis }
        self.init(members, comparisons: inputs.comparisons, shuffles, isEnumerated: inputs.isEnumerated)
    }
}
