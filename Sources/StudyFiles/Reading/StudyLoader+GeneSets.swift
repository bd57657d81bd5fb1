import AnalysisPipeline
import ExpressionData
import ExpressionFormats
import GeneSetEnrichment

extension StudyLoader {
    /// Checks that sets and genes are called alike, and counts the sets that do not take part.
    ///
    /// - Throws: `InputError` unless some set has enough of the genes; it says why when none has any.
    mutating func checkMatches(genes: [String], sets: [GeneSet], settings: StudyConfiguration.GeneSets) throws {
        if let error = explanationOfUnmatchedSets(genes: genes, sets: sets) { throw error }
        let matching = GeneSetMatching(
            of: sets, with: genes, minimumSize: settings.minSize, maximumSize: settings.maxSize)
        if matching.matched.isEmpty {
            throw InputError(
                "none of the \(grouped(sets.count)) gene sets has \(settings.minSize) to \(settings.maxSize) "
                    + "of the list's \(grouped(genes.count)) genes",
                remedy: "Widen the size limits, or check that list and sets name genes in the same way.")
        }
        note(unmatchedSources(sets, matching) + missingDescriptions(sets, genes: Set(genes)))
        guard !matching.rejected.isEmpty else { return }
        func count(_ reason: RejectedGeneSet.Reason) -> Int { matching.rejected.count { $0.reason == reason } }
        let parts = [
            (count(.fewerThanMinimum), "with fewer than \(settings.minSize) of the genes"),
            (count(.moreThanMaximum), "with more than \(settings.maxSize)"),
            (count(.noGeneInList), "with none"),
        ].filter { $0.0 > 0 }.map { "\(grouped($0)) \($1)" }
        note([
            InputWarning(
                .note,
                "\(grouped(matching.rejected.count)) of \(grouped(sets.count)) gene sets are left out: \(listed(parts))"
            )
        ])
    }

    /// Files of which no set has a gene, beside others that match.
    private func unmatchedSources(_ sets: [GeneSet], _ matching: GeneSetMatching) -> [InputWarning] {
        let without = Set(matching.rejected.lazy.filter { $0.reason == .noGeneInList }.map(\.index))
        var sources: [String] = []
        for set in sets where !sources.contains(set.source) { sources.append(set.source) }
        guard sources.count > 1 else { return [] }
        return sources.compactMap { source in
            let own = sets.indices.filter { sets[$0].source == source }
            guard own.allSatisfy(without.contains), let example = own.lazy.compactMap({ sets[$0].genes.first }).first
            else {
                return nil
            }
            let kind = IdentifierKind.mostCommon(in: own.prefix(200).flatMap { sets[$0].genes })
            return InputWarning(
                .warning, place: InputPlace(file: source),
                (own.count == 1
                    ? "its only set has no gene of the data: it holds "
                    : "none of its \(own.count) sets has a gene of the data: they hold ")
                    + "\(kind) (\(example))")
        }
    }

    /// A description that is a gene shows a file that has none, and a set that lost its first gene to it.
    private func missingDescriptions(_ sets: [GeneSet], genes: Set<String>) -> [InputWarning] {
        var sources: [String] = []
        for set in sets where !sources.contains(set.source) { sources.append(set.source) }
        return sources.compactMap { source in
            let own = sets.filter { $0.source == source }
            let affected = own.filter { genes.contains($0.description) && !$0.genes.contains($0.description) }
            guard let first = affected.first else { return nil }
            return InputWarning(
                affected.count * 2 >= own.count ? .warning : .note, place: InputPlace(file: source),
                "the description of \(affected.count) of \(counted(own.count, "set")) is a gene of the data "
                    + "(\(first.description) of \(first.name)): a column of descriptions seems to be missing, and each of "
                    + "these sets lost a gene to it; put a description or an empty field behind the names")
        }
    }
}
