import Payloads

/// The lengths of one exposure's lists, as they travel beside its problem, and how many shuffles are asked for.
package struct ListLengths: Equatable, Sendable {
    let geneLength: Int
    let setLength: Int
    let setIDs: [Int32]

    /// Of these all distinct ones are gone through where they are no more.
    package let permutations: Int

    package init(_ member: PermutationFamily.Member, permutations: Int) {
        geneLength = member.geneLength
        setLength = member.setLength
        setIDs = member.setIDs
        self.permutations = permutations
    }

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        for number in [geneLength, setLength, permutations] { writer.write(number) }
        writer.write(setIDs)
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(PayloadError) {
        var reader = PayloadReader(bytes)
        geneLength = try reader.readCount()
        setLength = try reader.readCount()
        permutations = try reader.readCount()
        setIDs = try reader.readArray()
        try reader.finish()
    }
}

extension PermutationFamily.Member {
    /// - Throws: `SummaryProblem` where the lists are of other sets than the model.
    package init(
        _ model: SamplePermutationModel, normalization: ScoreNormalization?, _ lists: ListLengths
    ) throws(SummaryProblem) {
        guard lists.setIDs.count == (normalization == nil ? 0 : model.catalogue.setCount) else { throw .otherAnalysis }
        self.init(
            model, normalization: normalization, geneLength: lists.geneLength, setLength: lists.setLength,
            setIDs: lists.setIDs)
    }
}
