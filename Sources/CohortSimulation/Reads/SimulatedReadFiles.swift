extension SimulatedReads {
    /// Everything but the reads themselves: reference, sheets, study, and the truth.
    ///
    /// - Parameter counts: Per sample, the fragments of each gene.
    package func files(counts: [[Int]]) -> [CohortFile] {
        [
            CohortFile(name: "genome.fa", content: genome.fasta),
            CohortFile(name: "genes.gtf", content: genome.annotation),
            CohortFile(name: "sheet.csv", content: sheet),
            CohortFile(name: "samples.tsv", content: sampleTable),
            CohortFile(name: "truth_genes.tsv", content: truthAboutGenes),
            CohortFile(name: "truth_counts.tsv", content: truthAboutCounts(counts)),
        ]
    }

    /// The names of a sample's files of reads, relative to the folder.
    package static func readFileNames(of sample: String) -> (first: String, second: String) {
        ("reads/\(sample)_1.fastq.gz", "reads/\(sample)_2.fastq.gz")
    }

    private var sampleNames: [String] { (0..<options.sampleCount).map(sampleName) }

    private var sheet: [UInt8] {
        let rows = sampleNames.map { name in
            let files = Self.readFileNames(of: name)
            return "\(name),\(files.first),\(files.second),auto\n"
        }
        return Array(("sample,fastq_1,fastq_2,strandedness\n" + rows.joined()).utf8)
    }

    private var sampleTable: [UInt8] {
        var text = TabSeparatedText()
        text.append(row: ["sample", "condition"])
        for (index, name) in sampleNames.enumerated() {
            text.append(row: [name, isTreated(index) ? "treated" : "control"])
        }
        return text.bytes
    }

    private var truthAboutGenes: [UInt8] {
        var text = TabSeparatedText()
        text.append(row: ["gene_id", "symbol", "strand", "length", "log2FoldChange"])
        for (gene, effect) in zip(genome.genes, effects) {
            text.append(row: [gene.id, gene.symbol, gene.isReverse ? "-" : "+", "\(gene.length)", "\(effect)"])
        }
        return text.bytes
    }

    private func truthAboutCounts(_ counts: [[Int]]) -> [UInt8] {
        var text = TabSeparatedText()
        text.append(row: ["gene_id"] + sampleNames)
        for (index, gene) in genome.genes.enumerated() {
            text.append(row: [gene.id] + counts.map { "\($0[index])" })
        }
        return text.bytes
    }
}
