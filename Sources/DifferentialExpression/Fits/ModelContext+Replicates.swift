extension ModelContext {
    /// How many samples share each sample's row of the model matrix, itself included.
    package var replicateCounts: [Int] {
        let columns = design.columnCount
        let rows = (0..<sampleCount).map { Array(design.values[$0 * columns..<($0 + 1) * columns]) }
        var counts: [[Double]: Int] = [:]
        for row in rows { counts[row, default: 0] += 1 }
        return rows.map { counts[$0, default: 0] }
    }

    /// Whether the outliers of every sample may be replaced.
    package var allSamplesAreReplaceable: Bool {
        guard let minimum = settings.minimumReplicatesForReplacement else { return false }
        return replicateCounts.allSatisfy { $0 >= minimum }
    }
}
