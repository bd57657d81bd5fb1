import AnalysisPipeline
import ExpressionData

/// What `modicum check` prints of a study: data, columns, designs, plan.
package struct StudyDescription {
    package let lines: [String]

    package init(_ inputs: StudyInputs) {
        var lines: [String] = []
        let configuration = inputs.configuration
        for input in configuration.inputs {
            lines.append("input    \(input.role): \(input.name), SHA-256 \(input.sha256.prefix(16))…")
        }
        if let counts = inputs.counts {
            let kept = inputs.exclusions.count { $0 == nil }
            lines.append("counts   \(counts.geneCount) genes × \(counts.sampleCount) samples; \(kept) genes analysed")
            for reason in Set(inputs.exclusions.compactMap { $0 }).sorted() {
                lines.append("         \(inputs.exclusions.count { $0 == reason }) genes left out: \(reason)")
            }
        }
        for column in inputs.sampleColumns {
            switch column.values {
            case .numeric(let values):
                let known = values.filter { !$0.isNaN }
                let range = known.isEmpty ? "no values" : "\(known.min()!) to \(known.max()!)"
                lines.append("column   \(column.name): numeric, \(range)")
            case .factor(_, let levels):
                let reference = levels.first.map { ", reference \($0)" } ?? ""
                lines.append("column   \(column.name): factor, levels \(levels.joined(separator: ", "))\(reference)")
            }
        }
        for analysis in inputs.analyses {
            lines.append("analysis \(analysis.name): \(analysis.formula)")
            lines.append("         coefficients \(analysis.design.columnNames.joined(separator: ", "))")
            lines.append("         tests \(analysis.tests.map(\.name).joined(separator: ", "))")
            for sample in 0..<min(3, analysis.design.sampleCount) {
                let row = (0..<analysis.design.columnCount).map { "\(analysis.design[sample, $0])" }
                lines.append("         \(inputs.counts?.sampleNames[sample] ?? ""): \(row.joined(separator: " "))")
            }
        }
        if let sets = configuration.geneSets {
            lines.append(
                "sets     \(inputs.geneSets.count) gene sets, sizes \(sets.minSize) to \(sets.maxSize), "
                    + "weight \(sets.weight), \(sets.permutations) permutations, seed \(sets.seed)")
        }
        lines += StudyDescription.plan(inputs)
        self.lines = lines
    }

    /// Shards and memory, from the shape of the data alone.
    private static func plan(_ inputs: StudyInputs) -> [String] {
        var lines: [String] = []
        if let counts = inputs.counts {
            let genes = inputs.exclusions.count { $0 == nil }
            let ranges = GeneShards.ranges(geneCount: genes, sampleCount: counts.sampleCount)
            lines.append(
                "plan     \(ranges.count) shards of genes in each of \(inputs.analyses.count) analyses, twice")
            let columns = inputs.analyses.map(\.design.columnCount).reduce(0, +)
            let bytes = counts.counts.count * 8 + genes * (columns * 40 + inputs.analyses.count * 200)
            lines.append("memory   about \(max(1, bytes >> 20)) MiB in the coordinator, less in a worker")
        }
        if let sets = inputs.configuration.geneSets {
            let blocks = PermutationShards.ranges(of: 0..<sets.permutations).count
            lines.append("plan     \(blocks) shards of permutations for each ranked list")
        }
        return lines
    }
}
