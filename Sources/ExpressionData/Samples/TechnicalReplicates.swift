/// Sequencing runs of one library, whose counts are added up before anything is estimated.
///
/// As DESeq2's `collapseReplicates`: the sheet's row of a sample is that of its first run.
package struct TechnicalReplicates {
    /// In the order of their names, as levels are ordered.
    package let sampleNames: [String]

    /// The runs of each sample, in the sheet's order.
    package let runs: [[Int]]

    /// The sheet's names of the runs of a sample, by its position.
    package func runNames(ofSample sample: Int) -> [String] { runs[sample].map { samples.sampleNames[$0] } }

    /// Throws where what a model is to know of a sample differs between its runs.
    ///
    /// - Parameter columns: Those of the designs.
    package func checkColumns(_ columns: Set<String>) throws {
        guard let (column, sample) = differing.first(where: { columns.contains($0.column) }),
            let position = sampleNames.firstIndex(of: sample)
        else { return }
        throw InputError(
            file: samples.fileName, sample: sample, column: column,
            "its \(runs[position].count) runs have different values: \(listed(runNames(ofSample: position)))",
            remedy:
                "Runs of one sample differ in nothing that a design has: correct the sheet, or leave the column out.")
    }

    /// What is said of it: how many samples are left of how many runs, and of which columns only the first run counts.
    ///
    /// - Parameter column: Which sample each run is of.
    package func remarks(column: String) -> [InputWarning] {
        let place = InputPlace(file: samples.fileName, column: column)
        guard runs.contains(where: { $0.count > 1 }) else {
            return [InputWarning(.warning, place: place, "no two runs are of one sample: nothing is added up")]
        }
        let sum = InputWarning(
            .note, place: place,
            "the counts of \(counted(samples.sampleCount, "run")) were added up to those of "
                + counted(sampleNames.count, "sample"))
        guard !differing.isEmpty else { return [sum] }
        return [
            sum,
            InputWarning(
                .note, place: place,
                "runs of one sample differ in \(listed(differing.map(\.column))); the value of the first run is kept"),
        ]
    }

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
