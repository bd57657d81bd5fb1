import ExpressionData

/// Rows of a count table that count reads or samples and no gene: what counting programs and spreadsheets put below.
package enum SummaryRows {
    /// Leaves such rows out.
    ///
    /// The rows of HTSeq (also of its versions before 0.6, without the
    /// underscores), STAR and featureCounts are known by name. A row called a
    /// total is one if it is the sum of the others in every sample; under any
    /// other name such a sum over several genes is no coincidence, and a total too.
    package static func removed(
        from counts: CountMatrix, file: String
    ) -> (counts: CountMatrix, warnings: [InputWarning]) {
        let ids = counts.geneIDs
        var rows = Set(ids.indices.filter { isSummary(ids[$0]) })
        let totals = ids.indices.filter { !rows.contains($0) && totalNames.contains(ids[$0].lowercased()) }
        var suspects: [String] = []
        if !totals.isEmpty {
            var sums = [Int](repeating: 0, count: counts.sampleCount)
            for gene in ids.indices where !rows.contains(gene) && !totals.contains(gene) {
                for (sample, count) in counts.counts(ofGene: gene).enumerated() { sums[sample] += Int(count) }
            }
            for gene in totals {
                if counts.counts(ofGene: gene).elementsEqual(sums, by: { Int($0) == $1 }) {
                    rows.insert(gene)
                } else {
                    suspects.append(ids[gene])
                }
            }
        }
        if let total = sumOfAllOthers(in: counts, besides: rows.union(totals)) { rows.insert(total) }
        var warnings: [InputWarning] = []
        let place = InputPlace(file: file)
        if !suspects.isEmpty {
            let text = "\(listed(suspects)) is called as a row of totals, but is not the sum of the genes: it was kept"
            warnings.append(InputWarning(.warning, place: place, text))
        }
        guard !rows.isEmpty, rows.count < ids.count else { return (counts, warnings) }
        let text =
            "\(counted(rows.count, "row")) that \(rows.count == 1 ? "is" : "are") no gene left out: "
            + listed(rows.sorted().map { ids[$0] })
        warnings.insert(InputWarning(.warning, place: place, text), at: 0)
        return (counts.selecting(genes: ids.indices.filter { !rows.contains($0) }), warnings)
    }

    /// The row that in every sample is the sum of all other rows, of which at least three have counts; nil if none is.
    ///
    /// There is one at most: it has half of all counts.
    private static func sumOfAllOthers(in counts: CountMatrix, besides known: Set<Int>) -> Int? {
        var sums = [Int](repeating: 0, count: counts.sampleCount)
        var rowsWithCounts = 0
        for gene in counts.geneIDs.indices where !known.contains(gene) {
            var hasCounts = false
            for (sample, count) in counts.counts(ofGene: gene).enumerated() where count > 0 {
                sums[sample] += Int(count)
                hasCounts = true
            }
            rowsWithCounts += hasCounts ? 1 : 0
        }
        guard rowsWithCounts > 3, sums.count(where: { $0 > 0 }) > 1 else { return nil }
        return counts.geneIDs.indices.first { gene in
            !known.contains(gene) && counts.counts(ofGene: gene).elementsEqual(sums, by: { 2 * Int($0) == $1 })
        }
    }

    private static func isSummary(_ name: String) -> Bool {
        names.contains(name) || name.hasPrefix("Unassigned_")
    }

    private static let htseq = ["no_feature", "ambiguous", "too_low_aQual", "not_aligned", "alignment_not_unique"]

    private static let names = Set(
        htseq + htseq.map { "__" + $0 } + ["N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous", "Assigned"])

    private static let totalNames: Set<String> = [
        "total", "totals", "sum", "sums", "grand total", "column sums", "colsums", "total counts", "total_counts",
        "total reads", "total_reads", "library size", "library_size",
    ]
}
