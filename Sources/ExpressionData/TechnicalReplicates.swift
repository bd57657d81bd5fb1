/// Sequencing runs of one library, whose counts are added up before anything is estimated.
///
/// As DESeq2's `collapseReplicates`: the sheet's row of a sample is that of its first run.
package struct TechnicalReplicates {
    /// In the order of their names, as levels are ordered.
    package let sampleNames: [String]

    /// The runs of each sample, in the sheet's order.
    package let runs: [[Int]]

    /// Columns that differ between runs of one sample, with the first such sample.
    package let differing: [(column: String, sample: String)]

    private let samples: SampleTable

    /// - Parameters:
    ///   - column: Which sample each run is of.
    ///   - samples: The sheet, a row per run.
    /// - Throws: `InputError` where the column is not there or a value is missing.
    package init(column name: String, of samples: SampleTable) throws {
        guard let column = samples.column(named: name) else {
            throw InputError(
                file: samples.fileName, column: name, "the column of the samples that runs belong to is not there",
                remedy: nearestName(to: name, among: samples.columns.map(\.name)).map { "Did you mean `\($0)`?" }
                    ?? "Its columns are \(listed(samples.columns.map(\.name))).")
        }
        if let missing = column.missing.first {
            throw InputError(
                file: samples.fileName, sample: samples.sampleNames[missing], column: name,
                "the value is missing, so that nobody knows which sample the run is of",
                remedy: "Every run needs one.")
        }
        let factor: Factor
        switch column.values {
        case .factor(let values): factor = values.droppingUnusedLevels()
        case .numeric(let numbers): factor = Factor(numbers.map { decimal($0) })
        }
        sampleNames = factor.levels
        runs = factor.levels.indices.map { level in factor.codes.indices.filter { factor.codes[$0] == level } }
        self.samples = samples
        let groups = zip(factor.levels, runs).map { ($0, $1) }
        differing = samples.columns.filter { $0.name != name }.compactMap { other in
            groups.first { !other.isConstant(in: $0.1) }.map { (other.name, $0.0) }
        }
    }

    /// The sheet with a row per sample.
    package var collapsedSamples: SampleTable {
        let first = samples.selecting(samples: runs.map { $0[0] })
        return SampleTable(
            fileName: samples.fileName, sampleNames: sampleNames, columns: first.columns, idName: samples.idName)
    }

    /// The sums of the runs' counts.
    ///
    /// - Throws: `InputError` for a sum above 2^31 − 1.
    package func collapsed(_ counts: CountMatrix, file: String) throws -> CountMatrix {
        var sums: [Int32] = []
        sums.reserveCapacity(counts.geneCount * runs.count)
        for gene in 0..<counts.geneCount {
            let own = counts.counts(ofGene: gene)
            for (sample, runs) in runs.enumerated() {
                let sum = runs.reduce(0) { $0 + Int(own[own.startIndex + $1]) }
                guard let count = Int32(exactly: sum) else {
                    throw InputError(
                        file: file, gene: counts.geneIDs[gene], sample: sampleNames[sample],
                        "the counts of its \(runs.count) runs add up to \(sum), above 2^31 - 1",
                        remedy: "Check that the runs are of one sample.")
                }
                sums.append(count)
            }
        }
        return CountMatrix(geneIDs: counts.geneIDs, sampleNames: sampleNames, counts: sums)
    }
}

extension SampleTable.Column {
    /// Whether all these samples have one value; missing ones are equal to each other.
    fileprivate func isConstant(in samples: [Int]) -> Bool {
        switch values {
        case .numeric(let numbers):
            samples.allSatisfy { numbers[$0] == numbers[samples[0]] || numbers[$0].isNaN && numbers[samples[0]].isNaN }
        case .factor(let factor): samples.allSatisfy { factor.codes[$0] == factor.codes[samples[0]] }
        }
    }
}
