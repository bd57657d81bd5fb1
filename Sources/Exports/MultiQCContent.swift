import GeneSetEnrichment
import NetworkFormats
import Figures
import StoredRuns
import StudyReport

/// What a run shows in a MultiQC report, as custom content: one section a file.
///
/// Everything is summed up over samples and genes, so that a cohort of a thousand samples takes as little as one of ten.
struct MultiQCContent {
    private let run: StoredRun

    /// A gene is called significant below this.
    private let level: Double

    /// How many bars a histogram has.
    private static let bins = 20

    /// How many sets of every analysis are listed.
    private static let listedSets = 10

    init(of run: StoredRun) {
        self.run = run
        level = (run.record.report ?? ReportSettings()).significance
    }

    /// The sections that the run has, each with its file's name, which MultiQC finds by its ending.
    var sections: [(name: String, content: JSONValue)] {
        var sections = [analyses]
        if !run.samples.names.isEmpty { sections += [librarySizes, sizeFactors].compactMap { $0 } }
        if !run.analyses.isEmpty { sections += [pValues, leftOut] }
        if !enrichments.isEmpty { sections += [sets, strongestSets].filter { !$0.isEmpty } }
        return sections.map { section in
            ("\(section.id)_mqc.json", section.json(identity: run.identity, version: run.record.version))
        }
    }

    private struct Section {
        let id: String
        let title: String
        let description: String
        let plot: String
        var settings: [String: JSONValue] = [:]
        var headers: [(id: String, properties: [String: JSONValue])] = []

        /// By row and column, or by line and point.
        let data: [String: JSONValue]

        /// Whether there is nothing to draw, which MultiQC complains about.
        var isEmpty: Bool { data.values.allSatisfy { if case .object(let row) = $0 { row.isEmpty } else { false } } }

        func json(identity: String, version: String) -> JSONValue {
            var object: [String: JSONValue] = [
                "id": .string(id), "parent_id": .string("modicum"), "parent_name": .string("Modicum"),
                "parent_description": .string(
                    "Differential expression and gene-set enrichment by Modicum \(version); results "
                        + "\(identity.prefix(16))."),
                "section_name": .string(title), "description": .string(description), "plot_type": .string(plot),
                "pconfig": .object(
                    settings.merging(["id": .string(id + "_plot"), "title": .string("Modicum: " + title)]) { $1 }),
                "data": .object(data),
            ]
            if !headers.isEmpty {
                object["headers"] = .object(
                    Dictionary(
                        uniqueKeysWithValues: headers.enumerated().map { position, header in
                            let place = ["placement": JSONValue.number(Double(1000 + position))]
                            return (header.id, .object(header.properties.merging(place) { $1 }))
                        }))
            }
            return .object(object)
        }
    }

    /// The lists whose sets were tested, by name.
    private var enrichments: [(label: String, content: StoredEnrichment)] {
        labelled.compactMap { label, analysis in analysis.enrichment.map { (label, $0) } }
            + (run.enrichment.map { [("gsea", $0)] } ?? [])
    }

    /// MultiQC shows names as HTML.
    private static func shown(_ text: String) -> String { XMLText.escaped(text) }

    /// What a list is called in MultiQC: with its number in the study, where there are several.
    ///
    /// MultiQC takes the names of rows for names of samples: it takes folders off (`main/age` would be `age`), cuts what
    /// looks like an ending, and sorts. A number keeps names apart and in order.
    private func label(_ name: String, at position: Int, of count: Int) -> String {
        Self.numbered(name.split(separator: "/").joined(separator: ": "), position, of: count)
    }

    private static func numbered(_ name: String, _ position: Int, of count: Int) -> String {
        guard count > 1 else { return shown(name) }
        let number = String(position + 1)
        let zeros = String(repeating: "0", count: String(count).count - number.count)
        return "\(zeros)\(number) \(shown(name))"
    }

    /// The analyses with what they are called.
    private var labelled: [(label: String, analysis: StoredAnalysis)] {
        run.analyses.enumerated().map { (label($1.name, at: $0, of: run.analyses.count), $1) }
    }

    private static func column(
        _ id: String, _ title: String, _ description: String, format: String = "{:,.0f}", scale: String = "Blues"
    ) -> (id: String, properties: [String: JSONValue]) {
        (
            id,
            [
                "title": .string(title), "description": .string(description), "format": .string(format),
                "scale": .string(scale),
            ]
        )
    }

    // MARK: Analyses

    private var analyses: Section {
        var data: [String: JSONValue] = [:]
        for (label, analysis) in labelled {
            let genes = SignificantGenes(of: analysis, below: level)
            var row: [String: JSONValue] = [
                "genes": .integer(analysis.pvalue.count { !$0.isNaN }), "up": .integer(genes.up),
                "down": .integer(genes.down),
            ]
            if let empirical = analysis.empirical { row["sd"] = Self.number(empirical.standardDeviation) }
            if let enrichment = analysis.enrichment { row.merge(counts(enrichment)) { $1 } }
            data[label] = .object(row)
        }
        if let enrichment = run.enrichment { data["gsea"] = .object(counts(enrichment)) }
        return Section(
            id: "modicum_analyses", title: "Analyses",
            description: counted,
            plot: "table", settings: ["namespace": .string("Modicum"), "col1_header": .string("Analysis")],
            headers: [
                Self.column("genes", "Genes", "Genes with a p-value"),
                Self.column("up", "Genes up", "Significant genes with a positive log2 fold change", scale: "Reds"),
                Self.column("down", "Genes down", "Significant genes with a negative log2 fold change"),
                Self.column("sd", "Null SD", "Standard deviation of the empirical null", format: "{:,.2f}"),
                Self.column("sets", "Sets", "Gene sets tested", scale: "Greens"),
                Self.column("sets_up", "Sets up", "Enriched sets at the top of the list", scale: "Reds"),
                Self.column("sets_down", "Sets down", "Enriched sets at the end of the list"),
                Self.column("unsettled", "Unsettled", "Sets that more permutations could move across the threshold"),
            ].filter { header in
                data.values.contains { if case .object(let row) = $0 { row[header.id] != nil } else { false } }
            }, data: data)
    }

    /// A gene set is called enriched below this: the run's own threshold.
    private var setLevel: Double { (run.configuration.geneSets ?? GeneSetSettings()).fdrThreshold }

    /// What is counted, of genes and of gene sets, as far as the run has them.
    private var counted: String {
        let genes = run.analyses.isEmpty ? [] : ["genes below an adjusted p-value of \(level)"]
        let sets = enrichments.isEmpty ? [] : ["gene sets below a q of \(setLevel)"]
        return "Counted are " + (genes + sets).joined(separator: ", and ") + "."
    }

    private func counts(_ enrichment: StoredEnrichment) -> [String: JSONValue] {
        let found = enrichment.fdr.indices.filter { enrichment.fdr[$0] < setLevel }
        return [
            "sets": .integer(enrichment.names.count),
            "sets_up": .integer(found.count { enrichment.enrichmentScore[$0] > 0 }),
            "sets_down": .integer(found.count { enrichment.enrichmentScore[$0] < 0 }),
            "unsettled": .integer(enrichment.isSettled.count { !$0 }),
        ]
    }

    private static func number(_ value: Double) -> JSONValue? { value.isFinite ? .number(value) : nil }

    // MARK: Samples

    private var librarySizes: Section? {
        guard let counts = try? run.counts(), !counts.isEmpty else { return nil }
        let genes = run.genes.ids.count
        let sizes = run.samples.names.indices.map { sample in
            counts[sample * genes..<(sample + 1) * genes].reduce(0.0) { $0 + Double($1) } / 1e6
        }
        return histogram(
            of: sizes, id: "modicum_library_sizes", title: "Library sizes",
            description: "Counted reads of \(sizes.count) samples.", axis: "million reads", values: "samples")
    }

    private var sizeFactors: Section? {
        guard !run.samples.sizeFactors.isEmpty else { return nil }
        return histogram(
            of: run.samples.sizeFactors, id: "modicum_size_factors", title: "Size factors",
            description: "What the counts of \(run.samples.names.count) samples are divided by.", axis: "size factor",
            values: "samples")
    }

    private func histogram(
        of values: [Double], id: String, title: String, description: String, axis: String, values label: String
    ) -> Section {
        let finite = values.filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
        let width = high > low ? (high - low) / Double(Self.bins) : 1
        var counts = [Int](repeating: 0, count: high > low ? Self.bins : 1)
        for value in finite { counts[min(counts.count - 1, Int((value - low) / width))] += 1 }
        let points = Self.points(counts) { low + ($0 + 0.5) * width }
        return Section(
            id: id, title: title, description: description, plot: "linegraph",
            settings: ["xlab": .string(axis), "ylab": .string(label), "ymin": .integer(0)],
            data: [label: points])
    }

    /// A line as MultiQC has it: by x the y.
    private static func points(_ counts: [Int], x: (_ bin: Double) -> Double) -> JSONValue {
        .object(
            Dictionary(
                counts.enumerated().map { (fixed(x(Double($0)), decimals: 4), .integer($1)) },
                uniquingKeysWith: { first, _ in first }))
    }

    // MARK: Genes

    private var pValues: Section {
        let lines = labelled.map { label, analysis in
            let values = (analysis.empirical?.pvalue ?? analysis.pvalue).filter { !$0.isNaN }
            var counts = [Int](repeating: 0, count: Self.bins)
            for value in values { counts[min(Self.bins - 1, Int(value * Double(Self.bins)))] += 1 }
            return (label, Self.points(counts) { ($0 + 0.5) / Double(Self.bins) })
        }
        return Section(
            id: "modicum_p_values", title: "p-values",
            description:
                "Genes by their p-value, the empirical one where there is one; level but for a peak at 0 is as it should be.",
            plot: "linegraph",
            settings: ["xlab": .string("p-value"), "ylab": .string("genes"), "ymin": .integer(0)],
            data: Dictionary(lines) { first, _ in first })
    }

    private var leftOut: Section {
        let total = run.genes.ids.count
        let bars = labelled.map { label, analysis in
            var counts = Dictionary(grouping: analysis.reason.filter { !$0.isEmpty }) { $0 }.mapValues(\.count)
            counts["tested"] = analysis.reason.count { $0.isEmpty }
            counts["gene-filter"] = total - run.genes.analysed.count
            return (label, JSONValue.object(counts.filter { $0.value > 0 }.mapValues { .integer($0) }))
        }
        return Section(
            id: "modicum_genes", title: "Genes tested and left out",
            description: "Genes by why they have no p-value or adjusted p-value, or need care.", plot: "bargraph",
            settings: ["ylab": .string("genes")], data: Dictionary(bars) { first, _ in first })
    }

    // MARK: Gene sets

    private var sets: Section {
        let bars = enrichments.map { label, enrichment in
            var counts: [String: Int] = [:]
            for row in enrichment.fdr.indices where enrichment.fdr[row] < setLevel {
                let direction = enrichment.enrichmentScore[row] > 0 ? "up" : "down"
                counts[direction + (enrichment.isSettled[row] ? "" : ", not settled"), default: 0] += 1
            }
            return (label, JSONValue.object(counts.mapValues { .integer($0) }))
        }
        return Section(
            id: "modicum_gene_sets", title: "Enriched gene sets",
            description:
                "Gene sets below a q of \(setLevel); one that is not settled may change sides with more permutations.",
            plot: "bargraph", settings: ["ylab": .string("gene sets")], data: Dictionary(bars) { first, _ in first })
    }

    private var strongestSets: Section {
        var data: [String: JSONValue] = [:]
        for (label, enrichment) in enrichments {
            func key(_ row: Int) -> Double { enrichment.fdr[row].isNaN ? .infinity : enrichment.fdr[row] }
            let rows = enrichment.fdr.indices.sorted { (key($0), $0) < (key($1), $1) }.prefix(Self.listedSets)
            for (place, row) in rows.enumerated() {
                var cells: [String: JSONValue] = [
                    "set": .string(Self.shown(enrichment.names[row])), "size": .integer(enrichment.members[row].count),
                ]
                cells["nes"] = Self.number(enrichment.normalizedEnrichmentScore[row])
                cells["fdr"] = Self.number(enrichment.fdr[row])
                let number = place < 9 ? "0\(place + 1)" : "\(place + 1)"
                data["\(label), \(number)"] = .object(cells)
            }
        }
        return Section(
            id: "modicum_strongest_sets", title: "Strongest gene sets",
            description: "The \(Self.listedSets) sets with the smallest q of every list.", plot: "table",
            settings: ["namespace": .string("Modicum"), "col1_header": .string("List and place")],
            headers: [
                ("set", ["title": .string("Gene set"), "description": .string("Name of the gene set")]),
                Self.column("size", "Genes", "Genes of the set in the list"),
                Self.column("nes", "NES", "Normalized enrichment score", format: "{:,.2f}", scale: "RdBu-rev"),
                Self.column("fdr", "q", "False discovery rate", format: "{:,.2g}", scale: "Greens-rev"),
            ], data: data)
    }
}
