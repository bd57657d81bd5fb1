import ExpressionData

extension StudyLoader {
    /// Brings the samples' names of counts and sheet together where it is certain how, and says so.
    ///
    /// Three things are certain: the sheet's names stand in the paths above the
    /// counts' columns; another column of the sheet has exactly the counts'
    /// names; the counts have samples in rows and genes in columns.
    ///
    /// - Returns: The sheet to match the counts' samples to.
    mutating func matchingNames(_ loaded: inout LoadedCounts, to sheet: SampleTable, counts file: String) -> SampleTable
    {
        let counts = loaded.counts
        let (own, wanted) = (Set(counts.sampleNames), Set(sheet.sampleNames))
        guard own.isDisjoint(with: wanted) else { return sheet }
        if counts.sampleNames.allSatisfy(SampleNamesInPaths.isPath),
            let names = SampleNamesInPaths.names(of: counts.sampleNames, among: sheet.sampleNames)
        {
            say(
                "the samples' names were found in those of its columns, such as \(names[0]) in \(counts.sampleNames[0])",
                file)
            loaded.counts = CountMatrix(geneIDs: counts.geneIDs, sampleNames: names, counts: counts.counts)
            return sheet
        }
        if let (renamed, column) = sheet.renamed(toSamples: counts.sampleNames) {
            say(
                "the samples are called as in the column \(column), not as in the column "
                    + (sheet.idName.map { $0.isEmpty ? "without a name" : $0 } ?? "of names"), sheet.fileName)
            return renamed
        }
        if loaded.lengths == nil, Set(counts.geneIDs) == wanted {
            say(
                "it has samples in rows and genes in columns: rows and columns were exchanged, which gives "
                    + "\(counted(counts.sampleCount, "gene")) and \(counted(counts.geneCount, "sample"))", file)
            loaded.counts = counts.transposed
        }
        return sheet
    }

    private mutating func say(_ text: String, _ file: String) {
        note([InputWarning(.warning, place: InputPlace(file: file), text)])
    }
}

extension CountMatrix {
    /// Samples for genes and genes for samples.
    fileprivate var transposed: CountMatrix {
        CountMatrix(
            geneIDs: sampleNames, sampleNames: geneIDs,
            counts: (0..<sampleCount).flatMap { column in
                (0..<geneCount).map { row in counts[row * sampleCount + column] }
            })
    }
}
