import ExpressionData

/// A ranked list made from scores that may be missing and names that may occur twice.
///
/// Equal scores keep the order in which the genes came.
package struct GeneRanking: Equatable, Sendable {
    /// Which of several rows with one name is kept.
    package enum DuplicatePolicy: String, CaseIterable, Sendable {
        /// The row with the lowest score, the last of equal ones: what the GSEA desktop does to a `.rnk` file.
        case lowest

        /// The row with the largest |score|, the first of equal ones: for lists made from symbols.
        case largestMagnitude = "largest-magnitude"
    }

    package let list: RankedGeneList

    /// Rows left out because their score is NaN.
    package let missingCount: Int

    /// Names that occurred more than once among the others, in order of first occurrence.
    package let duplicatedNames: [String]

    /// - Precondition: There is one score per name.
    package init(names: [String], scores: [Double], duplicates: DuplicatePolicy) {
        precondition(names.count == scores.count)
        var rowOfName: [String: Int] = [:]
        rowOfName.reserveCapacity(names.count)
        var duplicated: Set<String> = []
        var duplicatedNames: [String] = []
        for row in names.indices where !scores[row].isNaN {
            guard let kept = rowOfName[names[row]] else {
                rowOfName[names[row]] = row
                continue
            }
            if duplicated.insert(names[row]).inserted { duplicatedNames.append(names[row]) }
            let replaces =
                switch duplicates {
                case .lowest: scores[row] <= scores[kept]
                case .largestMagnitude: scores[row].magnitude > scores[kept].magnitude
                }
            if replaces { rowOfName[names[row]] = row }
        }
        let rows = names.indices.filter { !scores[$0].isNaN && rowOfName[names[$0]] == $0 }
        list = RankedGeneList(genes: rows.map { names[$0] }, scores: rows.map { scores[$0] })
        missingCount = scores.count { $0.isNaN }
        self.duplicatedNames = duplicatedNames
    }
}
