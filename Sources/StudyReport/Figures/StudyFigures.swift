import EnrichmentNetwork
import Figures
import StoredRuns
import NetworkFormats

/// The figures of a finished run, by file name without its ending.
package struct StudyFigures {
    package typealias Figure = (name: String, drawing: Drawing)

    package private(set) var figures: [Figure] = []

    /// Of the samples; nil for a run without.
    private(set) var components: PrincipalComponents?

    /// Beginnings of the names of figures that the page draws live.
    static let liveKinds = ["volcano.", "ma.", "set", "edge", "pca.", "compare.", "both_nulls."]

    private let run: StoredRun
    private let settings: ReportSettings

    /// How many of the strongest sets get a picture of their running sum, and how many a heat map of so many genes.
    private static let picturedSets = 10
    private static let mappedSets = 3
    private static let mappedGenes = 30

    /// How many lists of significant genes a plot of what they share has at most.
    private static let comparedLists = 40

    package init(
        of run: StoredRun, networks: StudyNetworks, settings: ReportSettings, bothNulls: BothNulls? = nil
    ) throws {
        self.run = run
        self.settings = settings
        let transformed = run.analyses.isEmpty || run.samples.names.isEmpty ? nil : try TransformedCounts(of: run)
        for analysis in run.analyses { addAnalysis(analysis, transformed: transformed) }
        if let enrichment = run.enrichment { addSets(of: enrichment, under: "gsea") }
        if let permutation = run.permutation { add("z.gsea", NullFigure(permutation, of: "gsea").drawing) }
        addComparison()
        for analysis in bothNulls?.analyses ?? [] { add("both_nulls.\(analysis.fileName)", analysis.drawing) }
        for (file, content) in networks.networks {
            let title = "Enrichment network of \(content.name)"
            add("network.\(file)", NetworkFigure.drawing(of: content.network, layout: content.layout, title: title))
        }
        if let transformed { addSamples(transformed) }
        addCohort()
    }

    private mutating func add(_ name: String, _ drawing: Drawing) { figures.append((name, drawing)) }

    private mutating func addAnalysis(_ analysis: StoredAnalysis, transformed: TransformedCounts?) {
        let file = analysis.fileName
        let genes = run.genes
        let significant = SignificantGenes(of: analysis, below: settings.significance)
        let adjusted = analysis.significance
        let marks = adjusted.indices.map { row -> GenePlot.Mark in
            guard analysis.pvalue[row].isFinite else { return .none }
            guard adjusted[row] < settings.significance else { return .notSignificant }
            return analysis.log2FoldChange[row] > 0 ? .up : .down
        }
        let named = significant.rows.prefix(30).map { (gene: $0, name: genes.label(genes.analysed[$0])) }
        add(
            "ma.\(file)",
            GenePlot.meanAverage(
                baseMean: analysis.baseMean, log2FoldChange: analysis.log2FoldChange, unit: unit(of: analysis),
                marks: marks, named: named, title: "MA plot of \(analysis.name)"
            ).drawing)
        add(
            "volcano.\(file)",
            GenePlot.volcano(
                log2FoldChange: analysis.log2FoldChange, pValue: analysis.empirical?.pvalue ?? analysis.pvalue,
                unit: unit(of: analysis), marks: marks, named: named, title: "Volcano plot of \(analysis.name)"
            ).drawing)
        add(
            "dispersions.\(file)",
            DispersionPlot(
                title: "Dispersions of \(analysis.name)", baseMean: analysis.baseMean,
                geneWise: analysis.dispersions.geneWise, fitted: analysis.dispersions.fitted,
                final: analysis.dispersions.final, isOutlier: analysis.dispersions.isOutlier
            ).drawing)
        addNulls(analysis, file: file)
        addCooks(analysis, file: file)
        if !genes.biotypes.isEmpty { addBiotypes(significant, of: analysis, file: file) }
        if let enrichment = analysis.enrichment {
            addSets(of: enrichment, under: file)
            if let transformed { addEdges(of: enrichment, of: analysis, under: file, in: transformed) }
        }
    }

    /// What one unit of the exposure is; of a comparison of levels, which.
    private func unit(of analysis: StoredAnalysis) -> String {
        if case .numeric? = run.samples.values(of: analysis.exposure) { return "per unit of \(analysis.exposure)" }
        return analysis.test.split(separator: "_").joined(separator: " ")
    }

    private mutating func addNulls(_ analysis: StoredAnalysis, file: String) {
        add(
            "pvalues.\(file)",
            Histogram(
                title: "p-values of \(analysis.name)", xLabel: "p-value", values: analysis.pvalue, range: 0...1,
                bins: 40
            ).drawing)
        // Under permuted samples another statistic is z, and has more nulls; the tests' own stands beside it.
        let name = (analysis.permutation == nil ? "z." : "tests.") + file
        if let permutation = analysis.permutation {
            add("z.\(file)", NullFigure(permutation, of: analysis.name).drawing)
        }
        let z = analysis.stat.filter(\.isFinite)
        guard !run.isLikelihoodRatio else {
            addLikelihoodRatios(z, of: analysis, named: name)
            return
        }
        let bins = 80
        let width = 12.0 / Double(bins) * Double(z.count)
        var curves = [NullFigure.theoretical(width: width)]
        if let null = analysis.empirical {
            curves.append(
                NullFigure.fitted(eta0: null.eta0, deviation: null.standardDeviation, width: width))
        }
        add(
            name,
            Histogram(
                title: "Statistics of \(analysis.name)", xLabel: "Wald statistic z", values: z, range: -6...6,
                bins: bins,
                curves: curves
            ).drawing)
    }

    /// Twice the difference of log-likelihoods, which is never negative; the largest hundredth is in the last bar.
    private mutating func addLikelihoodRatios(_ ratios: [Double], of analysis: StoredAnalysis, named name: String) {
        let sorted = ratios.sorted()
        guard !sorted.isEmpty, let end = Optional(sorted[(sorted.count - 1) * 99 / 100]), end > 0 else { return }
        add(
            name,
            Histogram(
                title: "Statistics of \(analysis.name)", xLabel: "likelihood-ratio statistic", values: ratios,
                range: 0...end, bins: 60
            ).drawing)
    }

    private mutating func addCooks(_ analysis: StoredAnalysis, file: String) {
        // Designs without replicates have none.
        guard analysis.maxCooks.contains(where: { $0 > 0 }) else { return }
        var plot = ScatterPlot(
            title: "Cook's distances of \(analysis.name)", xLabel: "mean of normalized counts",
            yLabel: "largest Cook's distance",
            groups: [(false, "kept", Palette.notSignificant), (true, "counted as outlier", Palette.up)].map {
                isOutlier, name, colour in
                let rows = analysis.maxCooks.indices.filter { row in
                    let cooks = analysis.maxCooks[row]
                    return cooks > 1e-6 && analysis.baseMean[row] > 0 && (cooks > analysis.cooksCutoff) == isOutlier
                }
                return ScatterPlot.Group(
                    name, colour: colour,
                    points: StudyFigures.thinned(rows, limit: 5_000).map {
                        (analysis.baseMean[$0], analysis.maxCooks[$0])
                    })
            })
        (plot.xKind, plot.yKind) = (.logarithmic, .logarithmic)
        add("cooks.\(file)", plot.drawing)
    }

    /// At most so many rows, evenly spread.
    private static func thinned(_ rows: [Int], limit: Int) -> [Int] {
        guard rows.count > limit else { return rows }
        return (0..<limit).map { rows[$0 * rows.count / limit] }
    }

    private mutating func addBiotypes(_ significant: SignificantGenes, of analysis: StoredAnalysis, file: String) {
        var counts: [String: Int] = [:]
        for row in significant.rows {
            let biotype = run.genes.biotypes[run.genes.analysed[row]]
            counts[biotype.isEmpty ? "unknown" : biotype, default: 0] += 1
        }
        let total = Double(max(significant.rows.count, 1))
        let bars = counts.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }.map { biotype, count in
            BarChart.Bar(
                biotype.split(separator: "_").joined(separator: " "), value: Double(count),
                label: "\(count) (\(fixed(100 * Double(count) / total, decimals: 0)) %)")
        }
        guard !bars.isEmpty else { return }
        add(
            "biotypes.\(file)",
            BarChart(
                title: "Biotypes of the significant genes of \(analysis.name)", xLabel: "significant genes", bars: bars
            )
            .drawing)
    }

    private mutating func addSets(of enrichment: StoredEnrichment, under file: String) {
        let strongest = enrichment.names.indices.filter {
            enrichment.fdr[$0] <= settings.network.maximumFalseDiscoveryRate
        }
        .sorted { (enrichment.fdr[$0], enrichment.pvalue[$0], $0) < (enrichment.fdr[$1], enrichment.pvalue[$1], $1) }
        for (place, row) in strongest.prefix(Self.picturedSets).enumerated() {
            let weights = RunningSums(enrichment, set: row, exponent: run.configuration.geneSets?.weight ?? 1)
            let caption =
                "NES \(fixed(enrichment.normalizedEnrichmentScore[row], decimals: 2)), p "
                + "\(NumberWords.probability(enrichment.pvalue[row])), q \(NumberWords.probability(enrichment.fdr[row])), "
                + NumberWords.counted(enrichment.members[row].count, "gene")
            add(
                "set\(place + 1).\(file)",
                RunningSumPlot(
                    setName: enrichment.names[row], hits: enrichment.members[row].map { Int($0) },
                    sumAtHits: weights.atHits,
                    scores: enrichment.scores, metric: run.configuration.geneSets?.ranking.name ?? "score",
                    caption: caption
                ).drawing)
        }
    }

    /// The leading edges of the strongest sets over the samples, which stand by the exposure.
    private mutating func addEdges(
        of enrichment: StoredEnrichment, of analysis: StoredAnalysis, under file: String,
        in transformed: TransformedCounts
    ) {
        let samples = run.samples.names.indices.sorted { a, b in
            let (first, second) = (exposure(of: analysis, sample: a), exposure(of: analysis, sample: b))
            return (first, a) < (second, b)
        }
        var rowOfName: [String: Int] = [:]
        for (row, gene) in run.genes.analysed.enumerated() {
            for name in [run.genes.ids[gene], run.genes.label(gene)] where rowOfName[name] == nil {
                rowOfName[name] = row
            }
        }
        let strongest = SignificantSets(of: enrichment, settings: settings.network).rows.prefix(Self.mappedSets)
        for (place, set) in strongest.enumerated() {
            let genes = enrichment.leadingEdges[set].compactMap { rank -> (name: String, row: Int)? in
                let name = enrichment.rankedGenes[Int(rank)]
                return rowOfName[name].map { (name, $0) }
            }.prefix(Self.mappedGenes)
            guard !genes.isEmpty else { continue }
            let deviations = genes.map { gene in
                Self.standardized(samples.map { transformed.values[$0 * transformed.rows.count + gene.row] })
            }
            add(
                "edge\(place + 1).\(file)",
                Heatmap(
                    title: "Leading edge of \(enrichment.names[set])", rowNames: genes.map(\.name),
                    columnNames: samples.map { run.samples.names[$0] }, values: deviations,
                    colours: .diverging(limit: 2.5),
                    legend: "standard deviations of \(transformed.label), samples by \(analysis.exposure)"
                ).drawing)
        }
    }

    /// Where a sample stands by the exposure; missing ones come last.
    private func exposure(of analysis: StoredAnalysis, sample: Int) -> Double {
        let column =
            run.samples.values(of: analysis.exposure)
            ?? Findings.levels(of: analysis, in: run).flatMap { run.samples.values(of: $0.column) }
        switch column {
        case .numeric(let numbers): return numbers[sample].isNaN ? .infinity : numbers[sample]
        case .factor(let codes, _): return codes[sample] < 0 ? .infinity : Double(codes[sample])
        case nil: return 0
        }
    }

    /// Values less their mean, in standard deviations; zeros where all are the same.
    private static func standardized(_ values: [Double]) -> [Double] {
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(max(values.count - 1, 1))).squareRoot()
        return values.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
    }

    private mutating func addComparison() {
        let lists = run.analyses.map { analysis in
            (
                name: analysis.name,
                genes: Set(
                    SignificantGenes(of: analysis, below: settings.significance).rows.map {
                        run.genes.ids[run.genes.analysed[$0]]
                    })
            )
        }
        guard lists.count > 1 else { return }
        // More rows would be too small to read: those of the longest lists, in their order.
        let longest = Set(
            lists.indices.sorted { (-lists[$0].genes.count, $0) < (-lists[$1].genes.count, $1) }
                .prefix(Self.comparedLists))
        let compared = lists.indices.filter(longest.contains).map { lists[$0] }
        let which = compared.count < lists.count ? ", the \(compared.count) with most" : ""
        add(
            "upset",
            UpSetPlot(
                title: "Significant genes shared by analyses\(which)", names: compared.map(\.name),
                members: compared.map(\.genes)
            ).drawing)
        for (adjustment, group) in Dictionary(grouping: run.analyses.indices, by: { run.analyses[$0].adjustment })
            .sorted(by: { $0.key < $1.key }) where (2...3).contains(group.count)
        {
            add(
                "venn.\(adjustment)",
                VennDiagram(
                    title: "Significant genes, \(adjustment)", names: group.map { run.analyses[$0].exposure },
                    counts: Overlaps(group.map { lists[$0].genes }).counts
                ).drawing)
        }
        for (exposure, pair) in Dictionary(grouping: run.analyses.indices, by: { run.analyses[$0].exposure })
            .sorted(by: { $0.key < $1.key }) where pair.count == 2
        {
            addSideBySide(exposure, run.analyses[pair[0]], run.analyses[pair[1]], lists: pair.map { lists[$0].genes })
        }
    }

    /// One exposure under two adjustment sets: shared genes, and one statistic against the other.
    private mutating func addSideBySide(
        _ exposure: String, _ first: StoredAnalysis, _ second: StoredAnalysis, lists: [Set<String>]
    ) {
        let names = [first.adjustment, second.adjustment]
        add(
            "venn.\(exposure)",
            VennDiagram(title: "Significant genes of \(exposure)", names: names, counts: Overlaps(lists).counts).drawing
        )
        let ids = run.genes.analysed.map { run.genes.ids[$0] }
        let kinds: [(name: String, colour: Colour, holds: (Bool, Bool) -> Bool)] = [
            ("in neither", Palette.notSignificant, { !$0 && !$1 }), ("in both", Palette.ink, { $0 && $1 }),
            ("\(names[0]) only", Palette.category(1), { $0 && !$1 }),
            ("\(names[1]) only", Palette.category(2), { !$0 && $1 }),
        ]
        let groups = kinds.map { kind in
            let rows = ids.indices.filter { kind.holds(lists[0].contains(ids[$0]), lists[1].contains(ids[$0])) }
            return ScatterPlot.Group(
                kind.name, colour: kind.colour,
                points: Self.thinned(rows, limit: 4_000).map { (first.stat[$0], second.stat[$0]) })
        }
        var plot = ScatterPlot(
            title: "Statistics of \(exposure) under two adjustments", xLabel: "z, \(names[0])",
            yLabel: "z, \(names[1])",
            groups: groups)
        plot.line = [(-5, -5), (5, 5)]
        add("compare.\(exposure)", plot.drawing)
    }

    private mutating func addSamples(_ transformed: TransformedCounts) {
        let samples = run.samples.names.count
        let components = PrincipalComponents(of: transformed.values, samples: samples)
        self.components = components
        if components.scores.count >= 2 {
            for (name, values) in run.samples.columns { addOrdination(components, column: name, values: values) }
        }
        let distances = transformed.distances(samples: samples)
        let order = ClusterOrder.leaves(distances)
        add(
            "distances",
            Heatmap(
                title: "Distances of samples", rowNames: order.map { run.samples.names[$0] },
                columnNames: order.map { run.samples.names[$0] },
                values: order.map { row in order.map { distances[row][$0] } }, colours: .sequential,
                legend: "Euclidean distance, \(transformed.label)"
            ).drawing)
        if !run.samples.sizeFactors.isEmpty {
            add(
                "size_factors",
                BarChart(
                    title: "Size factors", xLabel: "size factor",
                    bars: zip(run.samples.names, run.samples.sizeFactors).map {
                        BarChart.Bar($0, value: $1, label: fixed($1, decimals: 2))
                    }
                ).drawing)
        }
    }

    private mutating func addOrdination(_ components: PrincipalComponents, column: String, values: SampleRows.Values) {
        let points = zip(components.scores[0], components.scores[1]).map { (x: $0, y: $1) }
        let groups: [ScatterPlot.Group]
        switch values {
        case .factor(let codes, let levels):
            groups = levels.indices.map { level in
                ScatterPlot.Group(
                    levels[level], colour: Palette.category(level),
                    points: zip(codes, points).filter { $0.0 == level }.map(\.1))
            }
        case .numeric(let numbers):
            let finite = numbers.filter(\.isFinite).sorted()
            guard let low = finite.first, let high = finite.last, high > low else { return }
            groups = (0..<5).map { step in
                let (from, to) = (low + (high - low) * Double(step) / 5, low + (high - low) * Double(step + 1) / 5)
                let chosen = zip(numbers, points).filter { value, _ in
                    value >= from && (value < to || step == 4 && value <= to)
                }
                return ScatterPlot.Group(
                    "\(fixed(from, decimals: 1)) to \(fixed(to, decimals: 1))",
                    colour: Palette.sequential((Double(step) + 0.3) / 5.2), points: chosen.map(\.1))
            }.filter { !$0.points.isEmpty }
        }
        let percents = components.explained.map { fixed(100 * $0, decimals: 0) }
        add(
            "pca.\(column)",
            ScatterPlot(
                title: "Principal components, coloured by \(column)", xLabel: "PC1 (\(percents[0]) %)",
                yLabel: "PC2 (\(percents[1]) %)", groups: groups
            ).drawing)
    }

    private mutating func addCohort() {
        let cohort = CohortColumns(of: run)
        if cohort.exposures.count > 1 {
            let exposures = cohort.exposures
            add(
                "exposures",
                PairsPlot(title: "Exposures", names: exposures.map(\.name), values: exposures.map(\.values)) {
                    let found = Correlation(exposures[$0].values, exposures[$1].values)
                    return PairsPlot.Correlation(coefficient: found.coefficient, pValue: found.pValue)
                }.drawing)
        }
        if !cohort.exposures.isEmpty, !cohort.covariates.isEmpty {
            let found = cohort.covariates.map { covariate in
                cohort.exposures.map { Correlation(covariate.values, $0.values) }
            }
            add(
                "covariates",
                Heatmap(
                    title: "Covariates and exposures", rowNames: cohort.covariates.map(\.name),
                    columnNames: cohort.exposures.map(\.name), values: found.map { $0.map(\.coefficient) },
                    colours: .diverging(limit: 1), legend: "Pearson r",
                    texts: found.map { row in
                        row.map {
                            let stars = PairsPlot.Correlation(coefficient: $0.coefficient, pValue: $0.pValue).stars
                            return fixed($0.coefficient, decimals: 2) + stars
                        }
                    }
                ).drawing)
        }
        let cells = cohort.cells
        if !cells.isEmpty {
            add(
                "cells",
                StripPlot(
                    title: "White blood cells", yLabel: "percent",
                    strips: cells.map { StripPlot.Strip($0.name, values: $0.values, normalRange: $0.normalRange) }
                ).drawing)
        }
    }
}
