import EnrichmentNetwork
import Figures
import StoredRuns
import Foundation
import NetworkFormats
import ReportAssets
import StatisticalKernels

/// `report.html`: one file with everything that a person looks at, which asks nothing of any network.
struct ReportPage {
    private let run: StoredRun
    private let settings: ReportSettings
    private let networks: StudyNetworks
    private let figures: [StudyFigures.Figure]
    private let tables: [StudyTables.Table]
    private let lookUp: StudyLookUp?

    init(
        of run: StoredRun, settings: ReportSettings, networks: StudyNetworks, figures: [StudyFigures.Figure],
        tables: [StudyTables.Table], lookUp: StudyLookUp?
    ) {
        self.run = run
        self.settings = settings
        self.networks = networks
        self.figures = figures
        self.tables = tables
        self.lookUp = lookUp
    }

    /// The file's bytes.
    func bytes() throws -> [UInt8] {
        var page = Array(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="modicum-identity" content="\(XMLText.escaped(run.identity))">
            <meta name="generator" content="modicum \(XMLText.escaped(run.record.version))">
            <title>\(XMLText.escaped(title))</title>
            <style>

            """.utf8)
        page += ReportAssets.libraryStyle
        page += ReportAssets.style
        page += Array(
            """
            </style>
            </head>
            <body>
            <nav id="nav" aria-label="Sections"></nav>
            <main id="main"><p>Reading the results …</p>
            <noscript><p>This report needs JavaScript. The same figures and tables are in the folders figures/ and tables/ beside it.</p></noscript>
            </main>

            """.utf8)
        for (name, gzipped) in ReportAssets.libraries { page += embedded("library-\(name)", gzipped) }
        var payload = PagePayload()
        let header = try header(&payload)
        page += embedded("data", try payload.gzipped(header: header))
        page += Array("<script>\n".utf8)
        page += ReportAssets.script
        page += Array("</script>\n</body>\n</html>\n".utf8)
        return page
    }

    private var title: String {
        run.analyses.isEmpty ? "Gene-set enrichment" : "Differential expression and gene sets"
    }

    private func embedded(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array("<script type=\"text/plain\" id=\"\(name)\">".utf8) + Array(Data(content).base64EncodedData())
            + Array("</script>\n".utf8)
    }

    private func header(_ payload: inout PagePayload) throws -> JSONValue {
        let methods = MethodsText(run, settings: settings)
        var header: [String: JSONValue] = [
            "title": .string(title),
            "threshold": .number(-StatisticalKernels.log(settings.significance) / ReportPage.logOfTen),
            "weight": .number(run.configuration.geneSets?.weight ?? 1),
            "sentences": texts(Findings(run, settings: settings).sentences + (lookUp.map { [$0.sentence] } ?? [])),
            "lookUp": .object((lookUp?.words ?? [:]).mapValues { .string($0) }),
            "warnings": texts(run.record.warnings),
            "methods": texts(methods.paragraphs),
            "references": texts(methods.references),
            "provenance": .array(provenance.map { texts([$0.0, $0.1]) }),
            "command": .string(
                "modicum verify FOLDER      # computes random parts again and compares\nmodicum report FOLDER      # makes this page again"
            ),
            "files": .array(ReportPage.files.map { texts([$0.0, $0.1]) }),
            "samples": texts(run.samples.names),
            "figures": .object(
                Dictionary(uniqueKeysWithValues: figures.map { ($0.name, JSONValue.string($0.drawing.svg)) })),
            "networks": .array(networks.networks.map { network($0.file, $0.content) }),
            "cohort": rows(ofTable: "cohort"),
            "leftOut": rows(ofTable: "left_out", withHeader: false),
        ]
        addGenes(to: &header, &payload)
        try addCounts(to: &header, &payload)
        header["columns"] = .array(run.samples.columns.map { column($0.name, $0.values, &payload) })
        var analyses = run.analyses.map { analysis($0, &payload) }
        if let enrichment = run.enrichment {
            analyses.append(
                .object([
                    "name": .string("gsea"), "file": .string("gsea"), "adjustment": .string("gsea"),
                    "exposure": .string(""), "sets": sets(enrichment, &payload),
                ]))
        }
        header["analyses"] = .array(analyses)
        return .object(header)
    }

    private static let logOfTen = 2.302_585_092_994_045_7

    private func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

    private func rows(ofTable name: String, withHeader: Bool = true) -> JSONValue {
        guard let table = tables.first(where: { $0.name == name }) else { return .array([]) }
        let count = table.columns.first?.values.texts.count ?? 0
        let body = (0..<count).map { row in texts(table.columns.map { $0.values.texts[row] }) }
        return .array((withHeader ? [texts(table.columns.map(\.name))] : []) + body)
    }

    private func addGenes(to header: inout [String: JSONValue], _ payload: inout PagePayload) {
        let rows = run.genes.analysed
        var taken: Set<String> = []
        // A symbol that several genes have is the first's; the others are called by their ids.
        let labels = rows.map { gene in
            let symbol = run.genes.label(gene)
            return taken.insert(symbol).inserted ? symbol : run.genes.ids[gene]
        }
        header["labelText"] = .string(labels.joined(separator: "\n"))
        header["idText"] = .string(rows.map { run.genes.ids[$0] }.joined(separator: "\n"))
        guard !run.genes.biotypes.isEmpty else { return }
        let names = Set(rows.map { run.genes.biotypes[$0] }).sorted()
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, UInt16(clamping: $0)) })
        header["biotypes"] = .object([
            "names": texts(names), "codes": payload.add(rows.map { places[run.genes.biotypes[$0]] ?? 0 }),
        ])
    }

    /// Normalized counts of the analysed genes: one byte each, the logarithm in equal steps.
    private func addCounts(to header: inout [String: JSONValue], _ payload: inout PagePayload) throws {
        let counts = try run.counts()
        guard !counts.isEmpty, !run.genes.analysed.isEmpty else { return }
        let (samples, genes) = (run.samples.names.count, run.genes.ids.count)
        let factors = try run.layer("normalization_factors")
        func logarithm(_ sample: Int, _ gene: Int) -> Double {
            let divisor = factors?[sample * genes + gene] ?? run.samples.sizeFactors[sample]
            return StatisticalKernels.log2(Double(counts[sample * genes + gene]) / divisor + 1)
        }
        var largest = 1.0
        for sample in 0..<samples { for gene in run.genes.analysed { largest = max(largest, logarithm(sample, gene)) } }
        let steps = min(16, (255 / largest).rounded(.down))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(samples * run.genes.analysed.count)
        for gene in run.genes.analysed {
            for sample in 0..<samples { bytes.append(UInt8((logarithm(sample, gene) * steps).rounded())) }
        }
        header["counts"] = payload.add(bytes)
        header["countSteps"] = .number(steps)
    }

    private func column(_ name: String, _ values: SampleRows.Values, _ payload: inout PagePayload) -> JSONValue {
        switch values {
        case .numeric(let numbers):
            .object([
                "name": .string(name), "values": .array(numbers.map { $0.isFinite ? .number($0) : .string("missing") }),
            ])
        case .factor(let codes, let levels):
            .object(["name": .string(name), "codes": .array(codes.map { .integer($0) }), "levels": texts(levels)])
        }
    }

    private func analysis(_ analysis: StoredAnalysis, _ payload: inout PagePayload) -> JSONValue {
        let significant = SignificantGenes(of: analysis, below: settings.significance)
        var hits = [UInt8](repeating: 0, count: analysis.pvalue.count)
        for row in significant.rows { hits[row] = 1 }
        func minusLog(_ values: [Double]) -> [Double] {
            values.map { -StatisticalKernels.log($0) / ReportPage.logOfTen }
        }
        var members: [String: JSONValue] = [
            "name": .string(analysis.name), "file": .string(analysis.name.split(separator: "/").joined(separator: ".")),
            "adjustment": .string(analysis.adjustment), "exposure": .string(analysis.exposure),
            "design": .string(analysis.design), "lfc": payload.add(analysis.log2FoldChange),
            "stat": payload.add(analysis.stat),
            "logp": payload.add(minusLog(analysis.empirical?.pvalue ?? analysis.pvalue)),
            "logq": payload.add(minusLog(analysis.significance)), "hits": payload.add(hits),
            "logmean": payload.add(analysis.baseMean.map { StatisticalKernels.log($0) / ReportPage.logOfTen }),
            "genesUp": .integer(significant.up), "genesDown": .integer(significant.down),
            "strongest": texts(significant.rows.prefix(5).map { run.genes.label(run.genes.analysed[$0]) }),
        ]
        if let enrichment = analysis.enrichment { members["sets"] = sets(enrichment, &payload) }
        return .object(members)
    }

    private func sets(_ enrichment: StoredEnrichment, _ payload: inout PagePayload) -> JSONValue {
        let significant = SignificantSets(of: enrichment, settings: settings.network)
        let sources = Set(enrichment.sources).sorted()
        let placeOfSource = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($1, Int32($0)) })
        var ends: [Int32] = []
        var steps: [Int32] = []
        for members in enrichment.members {
            var previous: Int32 = -1
            for rank in members {
                steps.append(rank - previous)
                previous = rank
            }
            ends.append(Int32(steps.count))
        }
        let peaks = enrichment.leadingEdges.indices.map { row in
            (enrichment.normalizedEnrichmentScore[row] >= 0
                ? enrichment.leadingEdges[row].max() : enrichment.leadingEdges[row].min()) ?? -1
        }
        func minusLog(_ values: [Double]) -> JSONValue {
            payload.add(values.map { -StatisticalKernels.log($0) / ReportPage.logOfTen })
        }
        let isShort = steps.allSatisfy { $0 <= Int32(UInt16.max) }
        return .object([
            "nameText": .string(enrichment.names.joined(separator: "\n")),
            "geneText": .string(enrichment.rankedGenes.joined(separator: "\n")),
            "scores": payload.add(enrichment.scores), "sourceNames": texts(sources),
            "sources": payload.add(enrichment.sources.map { placeOfSource[$0] ?? 0 }),
            "sizes": payload.add(enrichment.members.map { Int32($0.count) }),
            "nes": payload.add(enrichment.normalizedEnrichmentScore), "logp": minusLog(enrichment.pvalue),
            "logq": minusLog(enrichment.fdr), "logqLow": minusLog(enrichment.fdrLow),
            "logqHigh": minusLog(enrichment.fdrHigh),
            "settled": payload.add(enrichment.isSettled.map { $0 ? UInt8(1) : 0 }), "memberEnds": payload.add(ends),
            "memberSteps": isShort ? payload.add(steps.map { UInt16($0) }) : payload.add(steps),
            "peaks": payload.add(peaks), "significant": .array(significant.rows.map { .integer($0) }),
            "pictured": .array(significant.rows.prefix(10).map { .integer($0) }),
            "up": .integer(significant.up), "down": .integer(significant.down),
            "unsettled": .integer(significant.unsettled),
        ])
    }

    private func network(_ file: String, _ content: NetworkContent) -> JSONValue {
        let network = content.network
        var clusterOfNode = [Int](repeating: -1, count: network.nodes.count)
        for (index, cluster) in network.clusters.enumerated() {
            for node in cluster.nodes { clusterOfNode[node] = index }
        }
        let nodes = network.nodes.enumerated().map { index, node -> JSONValue in
            let passing = node.statistics.compactMap { $0 }.filter { $0.passes(settings.network) }
            let best = passing.map(\.falseDiscoveryRate).min() ?? 1
            let sign = passing.reduce(0) { $0 + ($1.normalizedEnrichmentScore >= 0 ? 1 : -1) }
            let colour = sign > 0 ? Palette.up : sign < 0 ? Palette.down : Palette.notSignificant
            return .object([
                "name": .string(node.name), "text": .string(node.description),
                "radius": .number(content.layout.radii[index]),
                "x": .number(content.layout.positions[index].x), "y": .number(content.layout.positions[index].y),
                "colour": .string(colour.code), "cluster": .integer(clusterOfNode[index]),
                "logq": .number(
                    min(-StatisticalKernels.log(max(best, .leastNonzeroMagnitude)) / ReportPage.logOfTen, 400)),
            ])
        }
        return .object([
            "name": .string(content.name), "file": .string(file), "cutoff": .number(network.settings.cutoff),
            "nodes": .array(nodes),
            "edges": .array(
                network.edges.map {
                    .array([
                        .integer($0.first), .integer($0.second), .number(($0.similarity * 1_000).rounded() / 1_000),
                    ])
                }),
            "clusters": .array(
                network.clusters.enumerated().map { index, cluster in
                    .object([
                        "label": .string(cluster.label), "count": .integer(cluster.nodes.count),
                        "index": .integer(index),
                    ])
                }),
        ])
    }

    private var provenance: [(String, String)] {
        let configuration = run.configuration
        var rows = [
            ("identity", run.identity), ("Modicum", run.record.version),
            ("numeric contract", "\(configuration.numericContract)"),
        ]
        rows += (run.record.libraries ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        rows += configuration.inputs.map { ("\($0.role): \($0.name)", "SHA-256 \($0.sha256)") }
        if let models = configuration.differentialExpression {
            rows += [
                ("size factors", models.sizeFactors.rawValue),
                ("dispersion trend", models.dispersionTrend.rawValue),
                ("test", models.test.rawValue),
                ("alpha", "\(models.alpha)"), ("independent filtering", models.independentFiltering ? "on" : "off"),
                ("Cook's cutoff", models.cooksCutoff.text),
                ("empirical null", models.empiricalNull.rawValue),
                ("optimizer", models.optimizer.rawValue),
            ]
        }
        if let sets = configuration.geneSets {
            rows += [
                ("set sizes", "\(sets.minSize) to \(sets.maxSize)"), ("weight", "\(sets.weight)"),
                ("permutations", NumberWords.grouped(sets.permutations)), ("seed", "\(sets.seed)"),
                ("ranking", sets.ranking.name),
            ]
        }
        return rows
    }

    private static let files = [
        ("modicum.h5", "everything, as one HDF5 file that AnnData opens"),
        ("run.json", "configuration, versions, timings, warnings"),
        ("figures/", "every figure as SVG"), ("network/", "networks for Cytoscape, Gephi and igraph, and their tables"),
        ("tables/", "significant genes and sets, sorted; the cohort; what was left out"),
    ]
}
