extension CountMatrix {
    /// The rows of the given genes, in that order.
    package func selecting(genes: [Int]) -> CountMatrix {
        var selected: [Int32] = []
        selected.reserveCapacity(genes.count * sampleCount)
        for gene in genes { selected += counts(ofGene: gene) }
        return CountMatrix(geneIDs: genes.map { geneIDs[$0] }, sampleNames: sampleNames, counts: selected)
    }

    /// The columns of the given samples, in that order.
    package func selecting(samples: [Int]) -> CountMatrix {
        var selected: [Int32] = []
        selected.reserveCapacity(geneCount * samples.count)
        for gene in 0..<geneCount {
            for sample in samples { selected.append(counts[gene * sampleCount + sample]) }
        }
        return CountMatrix(geneIDs: geneIDs, sampleNames: samples.map { sampleNames[$0] }, counts: selected)
    }

    /// The total count of every sample.
    package var librarySizes: [Int] {
        var sizes = [Int](repeating: 0, count: sampleCount)
        for gene in 0..<geneCount {
            for (sample, count) in counts(ofGene: gene).enumerated() { sizes[sample] += Int(count) }
        }
        return sizes
    }

    /// Checks what no model can be fitted to.
    ///
    /// - Throws: `InputError` when a sample has no counts at all.
    package func checkLibraries(file: String) throws {
        let sizes = librarySizes
        let empty = sizes.indices.filter { sizes[$0] == 0 }.map { sampleNames[$0] }
        guard empty.isEmpty else {
            throw InputError(
                file: file, sample: empty[0],
                empty.count == 1
                    ? "all its counts are 0" : "all counts are 0, as in \(listed(Array(empty.dropFirst())))",
                remedy: "Leave the sample out, or repeat its counting.")
        }
    }
}
