import AnalysisPipeline
import ExpressionData
import GeneSetEnrichment

/// What was read and what will be compared, in words: all of it for `modicum check`, the main points for commands
/// that compute.
package struct StudyDescription {
    /// Data, columns, designs, plan.
    package let lines: [String]

    /// What a command says before it computes: the same lines without examples, unused columns and the plan.
    package let summary: [String]

    /// How many samples and rows are shown as examples.
    private static let shownRows = 3

    /// How many analyses a summary has.
    private static let summarisedAnalyses = 6

    package init(_ inputs: StudyInputs) {
        var lines: [String] = []
        let configuration = inputs.configuration
        for (place, input) in configuration.inputs.enumerated() {
            let name = inputs.inputNames.indices.contains(place) ? inputs.inputNames[place] : input.name
            // So that nobody compares it with that of the file.
            let what = name == input.name ? "SHA-256" : "SHA-256 of its content, uncompressed,"
            lines.append("input    \(input.role): \(name), \(what) \(input.sha256.prefix(16))…")
        }
        var summary: [String] = []
        if let counts = inputs.counts { summary += Self.describe(counts, of: inputs) }
        if let list = inputs.rankedList { summary.append("list     \(grouped(list.genes.count)) genes") }
        lines += summary
        let formulas = inputs.analyses.compactMap { try? DesignFormula(parsing: $0.formula) }
        let columnsInUse = Set(formulas.flatMap(\.columns))
        let variables = Set(formulas.flatMap(\.variables))
        for column in inputs.sampleColumns {
            let isUsed = columnsInUse.contains(column.name)
            let isVariable = variables.contains(column.name)
            let line = "column   \(column.name): \(Self.describe(column, isUsed: isUsed, isVariable: isVariable))"
            lines.append(line)
            if isUsed { summary.append(line) }
        }
        lines += Self.firstSamples(of: inputs)
        for (position, analysis) in inputs.analyses.enumerated() {
            let title = "analysis \(analysis.name.isEmpty ? "" : analysis.name + ": ")\(analysis.formula)"
            let tests = Self.comparisons(of: analysis)
            if position < Self.summarisedAnalyses { summary += [title] + tests }
            lines.append(title)
            lines.append("         coefficients \(analysis.design.columnNames.joined(separator: ", "))")
            lines.append("         tests \(analysis.tests.map(\.name).joined(separator: ", "))")
            lines += tests
            lines.append(
                "         \(analysis.design.sampleCount) samples, \(analysis.design.columnCount) coefficients, "
                    + "\(counted(analysis.design.sampleCount - analysis.design.columnCount, "residual degree")) of freedom"
            )
            for sample in 0..<min(Self.shownRows, analysis.design.sampleCount) {
                let row = (0..<analysis.design.columnCount).map { decimal(analysis.design[sample, $0]) }
                lines.append("         \(inputs.counts?.sampleNames[sample] ?? ""): \(row.joined(separator: " "))")
            }
        }
        if inputs.analyses.count > Self.summarisedAnalyses {
            let others = inputs.analyses.count - Self.summarisedAnalyses
            summary.append("         and \(others) more analyses, which `modicum check` shows")
        }
        if let sets = configuration.geneSets {
            let description = Self.describe(sets, of: inputs)
            lines += description
            summary += description
        }
        lines += StudyPlan(inputs).lines
        self.lines = lines
        self.summary = summary
    }

    /// What the fold changes and p-values of each test are.
    private static func comparisons(of analysis: StudyInputs.AnalysisInput) -> [String] {
        let reduced = analysis.reducedFormula.map { "p-values compare the design with \($0), " } ?? ""
        return analysis.tests.compactMap { test in
            test.meaning.map { "         \(test.name): \(reduced)log2 fold changes are \($0)" }
        }
    }

    /// How many sets there are, and how many are left out for which reason.
    private static func describe(_ sets: StudyConfiguration.GeneSets, of inputs: StudyInputs) -> [String] {
        let permutations =
            (inputs.settling.map { "permutations until settled, at most \($0.limit)" }
                ?? "\(sets.permutations) permutations")
            + (inputs.configuration.samplePermutation == nil ? "" : " of samples")
        if inputs.geneSets.isEmpty, inputs.configuration.samplePermutation != nil {
            return ["genes    \(permutations), seed \(sets.seed); no gene sets"]
        }
        let first =
            "sets     \(inputs.geneSets.count) gene sets, sizes \(sets.minSize) to \(sets.maxSize), "
            + "weight \(sets.weight), \(permutations), seed \(sets.seed)"
        let names =
            inputs.rankedList?.genes
            ?? inputs.counts.map {
                analysedNames(of: $0, annotation: inputs.annotation, exclusions: inputs.exclusions)
            }
        guard let names else { return [first] }
        let matching = GeneSetMatching(
            of: inputs.geneSets, with: names, minimumSize: sets.minSize, maximumSize: sets.maxSize)
        let reasons: [(RejectedGeneSet.Reason, String)] = [
            (.noGeneInList, "with none of the genes"), (.fewerThanMinimum, "with fewer than \(sets.minSize) of them"),
            (.moreThanMaximum, "with more than \(sets.maxSize)"),
        ]
        let left = reasons.compactMap { reason, text -> String? in
            let count = matching.rejected.count { $0.reason == reason }
            return count == 0 ? nil : "\(grouped(count)) \(text)"
        }
        let rest = left.isEmpty ? "none left out" : "left out: " + left.joined(separator: ", ")
        return [first, "         \(grouped(matching.matched.count)) sets tested; \(rest)"]
    }

    private static func describe(_ counts: CountMatrix, of inputs: StudyInputs) -> [String] {
        let kept = inputs.exclusions.count { $0 == nil }
        var lines = ["counts   \(counts.geneCount) genes × \(counts.sampleCount) samples; \(kept) genes analysed"]
        for reason in Set(inputs.exclusions.compactMap { $0 }).sorted() {
            lines.append("         \(inputs.exclusions.count { $0 == reason }) genes left out: \(reason)")
        }
        let sizes = counts.librarySizes
        if let low = sizes.min(), let high = sizes.max(), let smallest = sizes.firstIndex(of: low),
            let largest = sizes.firstIndex(of: high)
        {
            lines.append(
                "         \(low) (\(counts.sampleNames[smallest])) to \(high) (\(counts.sampleNames[largest])) counts "
                    + "in a sample")
        }
        return lines
    }

    /// Type, levels or range, and what a fold change of the column is per.
    private static func describe(
        _ column: StudyInputs.SampleColumn, isUsed: Bool, isVariable: Bool
    ) -> String {
        let use = isUsed ? "" : "; not in a design"
        switch column.values {
        case .numeric(let values):
            let known = values.filter { !$0.isNaN }
            guard let low = known.min(), let high = known.max() else { return "numeric, no values" }
            let mean = known.reduce(0, +) / Double(known.count)
            let squares = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(max(known.count - 1, 1))).squareRoot()
            let missing = values.count - known.count
            return "numeric, \(low) to \(high), mean \(rounded(mean)), standard deviation \(rounded(deviation))"
                + (isVariable ? "; fold changes are per 1 unit of \(column.name)" : use)
                + (missing > 0 ? "; \(missing) missing" : "")
        case .factor(let codes, let levels):
            let counts = levels.indices.map { level in codes.count { Int($0) == level } }
            let reference = levels.first.map { ", reference \($0)" } ?? ""
            let missing = codes.count { $0 < 0 }
            // A column of names says nothing about groups.
            let shown = levels.count > 12 ? Array(levels.prefix(12)) + ["… (\(levels.count) levels)"] : levels
            let sizes = levels.count > 12 ? "" : "; samples \(counts.map(String.init).joined(separator: ", "))"
            return "factor, levels \(shown.joined(separator: ", "))\(reference)\(sizes)\(use)"
                + (missing > 0 ? "; \(missing) missing" : "")
        }
    }

    private static func firstSamples(of inputs: StudyInputs) -> [String] {
        guard let names = inputs.counts?.sampleNames, !inputs.sampleColumns.isEmpty else { return [] }
        return names.prefix(shownRows).enumerated().map { sample, name in
            let values = inputs.sampleColumns.map { column in
                switch column.values {
                case .numeric(let values): values[sample].isNaN ? "NA" : decimal(values[sample])
                case .factor(let codes, let levels): codes[sample] < 0 ? "NA" : levels[Int(codes[sample])]
                }
            }
            return "sample   \(name): \(values.joined(separator: " "))"
        }
    }

    /// Three decimals are enough to recognise a column.
    private static func rounded(_ value: Double) -> String {
        decimal((value * 1000).rounded() / 1000)
    }
}
