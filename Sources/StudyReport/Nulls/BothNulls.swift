import ExpressionData
import ExpressionFormats
import Figures
import StatisticalKernels
import StoredRuns

/// The gene sets of a run beside those of another run of the same study under another null.
package struct BothNulls: Sendable {
    package struct Analysis: Sendable {
        package let name: String
        package let fileName: String
        package let sets: SetsUnderBothNulls
        let nulls: (here: SetNullWords.Null, there: SetNullWords.Null)

        /// The least p that each null can show other than 0.
        let least: (here: Double, there: Double)
    }

    /// Those that both runs have, under two nulls.
    package let analyses: [Analysis]

    /// The other run's, by which it can be told.
    package let identity: String

    /// How the other run's p and q came about.
    let words: SetNullWords

    /// - Precondition: Both runs have the same inputs, designs and rules for gene sets.
    /// - Throws: `InputError` where no analysis of gene sets is in both under two nulls.
    package init(of run: StoredRun, beside other: StoredRun, settings: ReportSettings) throws {
        let there = Dictionary(uniqueKeysWithValues: Self.tested(in: other).map { ($0.name, $0) })
        let pairs = Self.tested(in: run).compactMap { one in there[one.name].map { (one, $0) } }
        guard let first = pairs.first else {
            throw InputError(
                "\(run.folder) and \(other.folder) have no analysis of gene sets in common",
                remedy: "Give --beside the folder of a run of the same study, with its gene sets.")
        }
        let differing = pairs.filter { $0.null != $1.null }
        guard let words = differing.first?.1 else {
            throw InputError(
                "\(run.folder) and \(other.folder) both have p and q from \(first.0.null.name)",
                remedy: "Give --beside the folder of a run with another null: `permute: samples` in the one, "
                    + "`permute: gene-sets` in the other.")
        }
        identity = other.identity
        self.words = SetNullWords(words.null, permutations: words.permutations)
        analyses = differing.map { here, there in
            Analysis(
                name: here.name, fileName: here.fileName,
                sets: SetsUnderBothNulls(
                    here: here.numbers, there: there.numbers, isSignificant: settings.network.admits),
                nulls: (here.null, there.null),
                least: (1 / Double(max(here.permutations, 1)), 1 / Double(max(there.permutations, 1))))
        }
    }

    /// Gene sets of one list of a run.
    private struct Tested {
        let name: String
        let fileName: String
        let null: SetNullWords.Null
        let permutations: Int
        let numbers: SetsUnderBothNulls.Numbers

        init(
            _ name: String, _ fileName: String, _ enrichment: StoredEnrichment, _ permutation: StoredPermutation?,
            in run: StoredRun
        ) {
            (self.name, self.fileName) = (name, fileName)
            null = SetNullWords.Null(run, permutation: permutation)
            permutations = permutation?.permutations ?? run.configuration.geneSets?.permutations ?? 0
            numbers = SetsUnderBothNulls.Numbers(
                rows: enrichment.rows, normalizedEnrichmentScore: enrichment.normalizedEnrichmentScore,
                pvalue: enrichment.pvalue, fdr: enrichment.fdr)
        }
    }

    private static func tested(in run: StoredRun) -> [Tested] {
        run.analyses.compactMap { analysis in
            analysis.enrichment.map { Tested(analysis.name, analysis.fileName, $0, analysis.permutation, in: run) }
        } + (run.enrichment.map { [Tested("gsea", "gsea", $0, run.permutation, in: run)] } ?? [])
    }
}

extension BothNulls.Analysis {
    /// How many sets each null finds, in a sentence.
    var words: String {
        func number(_ verdict: SetsUnderBothNulls.Verdict) -> String { NumberWords.grouped(sets.count(verdict)) }
        let once = sets.testedOnce
        return
            "Of \(NumberWords.counted(sets.rows.count, "gene set")) \(number(.both)) \(sets.count(.both) == 1 ? "is" : "are") "
            + "significant under both nulls, \(number(.here)) under \(nulls.here.name) alone, "
            + "\(number(.there)) under \(nulls.there.name) alone, and \(number(.neither)) under neither."
            + (once > 0
                ? " \(NumberWords.grouped(once)) of them \(once == 1 ? "was" : "were") tested in one run alone." : "")
    }

    /// All sets, the strongest first.
    func columns(names: [String], sources: [String]) -> [TableColumn] {
        let order = sets.strongestFirst
        func numbers(_ name: String, _ values: [Double]) -> TableColumn {
            TableColumn(name, .doubles(order.map { values[$0] }))
        }
        func columns(_ null: SetNullWords.Null, _ found: SetsUnderBothNulls.Numbers) -> [TableColumn] {
            [
                numbers("NES \(null.name)", found.normalizedEnrichmentScore),
                numbers("pvalue \(null.name)", found.pvalue), numbers("fdr \(null.name)", found.fdr),
            ]
        }
        return [
            TableColumn("name", .strings(order.map { names[sets.rows[$0]] })),
            TableColumn("source", .strings(order.map { sources[sets.rows[$0]] })),
        ] + columns(nulls.here, sets.here) + columns(nulls.there, sets.there) + [
            TableColumn("significant", .strings(order.map { word(sets.verdicts[$0]) }))
        ]
    }

    private func word(_ verdict: SetsUnderBothNulls.Verdict) -> String {
        switch verdict {
        case .both: "both"
        case .neither: "neither"
        case .here: nulls.here.name
        case .there: nulls.there.name
        }
    }

    private static let logOfTen = 2.302_585_092_994_045_7

    /// −log10 p of one null against that of the other.
    var drawing: Drawing {
        // A p of 0 stands at the least that could be shown otherwise.
        func height(_ p: Double, _ least: Double) -> Double { -log(max(p, least)) / Self.logOfTen }
        let kinds: [(SetsUnderBothNulls.Verdict, String, Colour)] = [
            (.neither, "neither", Palette.notSignificant), (.both, "both", Palette.ink),
            (.here, nulls.here.short(beside: nulls.there) + " alone", Palette.category(1)),
            (.there, nulls.there.short(beside: nulls.here) + " alone", Palette.category(2)),
        ]
        let groups = kinds.map { verdict, name, colour in
            ScatterPlot.Group(
                name, colour: colour,
                points: sets.rows.indices.filter {
                    sets.verdicts[$0] == verdict && sets.here.pvalue[$0].isFinite && sets.there.pvalue[$0].isFinite
                }.map { (height(sets.here.pvalue[$0], least.here), height(sets.there.pvalue[$0], least.there)) })
        }
        var plot = ScatterPlot(
            title: "Gene sets of \(name) under both nulls", xLabel: "−log₁₀ p, \(nulls.here.name)",
            yLabel: "−log₁₀ p, \(nulls.there.name)", groups: groups)
        let points = groups.flatMap(\.points)
        let end = min(points.map(\.x).max() ?? 0, points.map(\.y).max() ?? 0)
        plot.line = [(0, 0), (end, end)]
        return plot.drawing
    }
}
