import ExpressionData

/// Rows of a count table that count reads or samples and no gene: what counting programs and spreadsheets put below.
package enum SummaryRows {
    /// Leaves such rows out.
    ///
    /// The rows of HTSeq (also of its versions before 0.6, without the
    /// underscores), STAR and featureCounts are known by name. A row called a
    /// total is one if it is the sum of the others in every sample.
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
