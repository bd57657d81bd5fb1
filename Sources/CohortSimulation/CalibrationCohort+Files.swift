extension CalibrationCohort {
    /// Counts, samples, sets and truth, as tables that every program reads.
    package func files() -> [CohortFile] {
        [
            CohortFile(name: "counts.tsv", content: countsTable.bytes),
            CohortFile(name: "samples.tsv", content: samplesTable.bytes),
            CohortFile(name: "sets.gmt", content: setsTable.bytes),
            CohortFile(name: "truth.tsv", content: truthTable.bytes),
        ]
    }

    private var sampleNames: [String] { exposure.indices.map { "S\($0 + 1)" } }

    private func name(ofGene gene: Int) -> String { "g\(gene + 1)" }

    private var countsTable: TabSeparatedText {
        var table = TabSeparatedText()
        let samples = exposure.count
        table.append(row: ["gene_id"] + sampleNames)
        for gene in 0..<geneCount {
            table.append(
                row: [name(ofGene: gene)] + counts[gene * samples..<(gene + 1) * samples].map { String($0) })
        }
        return table
    }

    private var samplesTable: TabSeparatedText {
        var table = TabSeparatedText()
        table.append(row: ["sample", "batch", "age", "exposure"])
        for (sample, name) in sampleNames.enumerated() {
            table.append(row: [name, "B\(batch[sample] + 1)", "\(age[sample])", "\(exposure[sample])"])
        }
        return table
    }

    private var setsTable: TabSeparatedText {
        var table = TabSeparatedText()
        for (kind, sets) in [("COREGULATED", coregulatedSets), ("RANDOM", randomSets)] {
            for (index, genes) in sets.enumerated() {
                table.append(
                    row: ["\(kind)_\(zeroPadded(index + 1, to: 2))", "simulated"]
                        + genes.map { name(ofGene: Int($0)) })
            }
        }
        return table
    }

    private var truthTable: TabSeparatedText {
        var table = TabSeparatedText()
        table.append(row: ["gene_id", "log2FoldPerSD"])
        for gene in 0..<geneCount { table.append(row: [name(ofGene: gene), "\(effects[gene])"]) }
        return table
    }
}
