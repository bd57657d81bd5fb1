import ExpressionData

/// The output of Subread's `featureCounts`.
enum FeatureCountsLayout {
    static let columns = ["Geneid", "Chr", "Start", "End", "Strand", "Length"]

    static func matches(header: [String]) -> Bool {
        header.starts(with: columns)
    }

    /// The samples' names behind the paths of BAM files.
    ///
    /// The candidates are the whole path, its last component, that without its
    /// extension, and that without the words aligners and sorters append. The
    /// sample sheet decides if it has exactly one of these sets of names, or if
    /// its names stand somewhere in the paths; else the shortest that is still
    /// without duplicates is taken.
    static func sampleNames(ofBAMs paths: [String], expecting sheet: [String]?) -> [String] {
        let fileNames = paths.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        let withoutExtension = fileNames.map { removing(extensions, from: $0) }
        let bare = withoutExtension.map { removing(appendages, from: $0) }
        let candidates = [bare, withoutExtension, fileNames, paths].filter { Set($0).count == $0.count }
        if let sheet {
            let names = Set(sheet)
            if let match = candidates.first(where: { Set($0) == names }) { return match }
            if let inside = SampleNamesInPaths.names(of: paths, among: sheet) { return inside }
        }
        return candidates.first ?? paths
    }

    private static let extensions = [".bam", ".sam", ".cram"]

    private static let appendages = [
        "Aligned.sortedByCoord.out", "Aligned.out", ".sortedByCoord", ".sorted", "_sorted", ".sort", ".markdup",
        ".dedup", ".rmdup", ".out", ".aligned", "_aligned",
    ]

    /// Removes suffixes until none is left, never the whole name.
    private static func removing(_ suffixes: [String], from name: String) -> String {
        var rest = name
        while let suffix = suffixes.first(where: { rest.hasSuffix($0) && rest.utf8.count > $0.utf8.count }) {
            rest.removeLast(suffix.count)
        }
        return rest
    }
}
