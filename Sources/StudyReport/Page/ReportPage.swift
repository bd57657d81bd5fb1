import Deflate
import EnrichmentNetwork
import ExpressionFormats
import Figures
import StoredRuns
import Foundation
import NetworkFormats
import ReportAssets
import StatisticalKernels

/// `report.html`: one file with everything that a person looks at, which asks nothing of any network.
struct ReportPage {
    let run: StoredRun
    let settings: ReportSettings
    private let networks: StudyNetworks
    private let figures: StudyFigures
    private let tables: [StudyTables.Table]
    private let lookUp: StudyLookUp?
    private let reads: StudyReads?
    let bothNulls: BothNulls?
    private let calibration: CalibrationExcerpt?

    init(
        of run: StoredRun, settings: ReportSettings, networks: StudyNetworks, figures: StudyFigures,
        tables: [StudyTables.Table], lookUp: StudyLookUp?, reads: StudyReads?, bothNulls: BothNulls?,
        calibration: CalibrationExcerpt?
    ) {
        self.calibration = calibration
        self.bothNulls = bothNulls
        self.run = run
        self.settings = settings
        self.networks = networks
        self.figures = figures
        self.tables = tables
        self.lookUp = lookUp
        self.reads = reads
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
        if !ReportAssets.libraries.isEmpty {
            page += Array("<!--\n".utf8) + ReportAssets.licences + Array("-->\n".utf8)
        }
        for library in ReportAssets.libraries { page += embedded("library-\(library.name)", library.gzipped) }
        var payload = PagePayload()
        let header = try header(&payload)
        page += embedded("header", Deflate.compress(try header.bytes(), level: 9, format: .gzip))
        page += embedded("numbers", payload.gzipped())
        page += Array("<script>\n".utf8)
        page += ReportAssets.script
        page += Array("</script>\n</body>\n</html>\n".utf8)
        return page
    }

    private var title: String {
        run.analyses.isEmpty ? "Gene-set enrichment" : "Differential expression and gene sets"
    }

    private func embedded(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array("<script type=\"text/plain\" id=\"\(name)\">".utf8) + PageText.encoded(content)
            + Array("</script>\n".utf8)
    }

    private func header(_ payload: inout PagePayload) throws -> JSONValue {
        let methods = MethodsText(run, settings: settings)
        let texts = PageTexts(of: run, settings: settings, bothNulls: bothNulls)
        var header: [String: JSONValue] = [
            "title": .string(title),
            "threshold": .number(-StatisticalKernels.log(settings.network.maximumFalseDiscoveryRate) / Self.logOfTen),
            "weight": .number(run.configuration.geneSets?.weight ?? 1),
            "sentences": Self.texts(Findings(run, settings: settings).sentences + (lookUp.map { [$0.sentence] } ?? [])),
            "lookUp": .object((lookUp?.words ?? [:]).mapValues { .string($0) }),
            "warnings": Self.texts(run.record.warnings.map(withoutFolder) + (reads?.warnings ?? [])),
            "notes": Self.texts((run.record.notes ?? []).map(withoutFolder)),
            "methods": Self.texts(methods.paragraphs), "references": Self.texts(methods.references),
            "provenance": .array(texts.provenance.map { Self.texts([$0.0, $0.1]) }),
            "command": .string(texts.command),
            "commands": .object(texts.commands.mapValues { .string($0) }),
            "licences": .string(texts.licences),
            "files": .array(
                texts.files(hasFigures: !figures.figures.isEmpty, hasNetworks: !networks.networks.isEmpty).map {
                    Self.texts([$0.0, $0.1])
                }),
            "samples": Self.texts(run.samples.names),
            "figures": .object(
                Dictionary(uniqueKeysWithValues: shownFigures.map { ($0.name, JSONValue.string($0.drawing.svg)) })),
            "networks": .array(networks.networks.map { network($0.file, $0.content) }),
            "cohort": rows(ofTable: "cohort"),
            "leftOut": rows(ofTable: "left_out", withHeader: false),
            "empiricalNulls": rows(ofTable: "empirical_null", withHeader: false),
        ]
        if let reads {
            header["reads"] = .object([
                "sentences": Self.texts(reads.sentences), "warnings": Self.texts(reads.warnings),
                "table": rows(ofTable: "reads"),
                "programs": .array(reads.programs.sorted { $0.key < $1.key }.map { Self.texts([$0.key, $0.value]) }),
            ])
        }
        addGenes(to: &header, &payload)
        try addCounts(to: &header, &payload)
        addComponents(to: &header, &payload)
        header["columns"] = .array(run.samples.columns.map { column($0.name, $0.values) })
        let enrichments = run.analyses.compactMap(\.enrichment) + (run.enrichment.map { [$0] } ?? [])
        let further = bothNulls?.analyses.flatMap(\.sets.rows) ?? []
        let pageSets = run.collection.map { PageSets(of: enrichments, in: $0, beside: labels, and: further) }
        header["collection"] = pageSets?.content(&payload)
        var analyses = run.analyses.map { analysis($0, sets: pageSets, &payload) }
        if let enrichment = run.enrichment, let pageSets {
            var members: [String: JSONValue] = [
                "name": .string("gsea"), "file": .string("gsea"), "adjustment": .string("gsea"),
                "exposure": .string(""), "comparison": .string(""), "statistic": .string("z"),
                "sets": sets(enrichment, of: pageSets, by: [], &payload),
                "setNull": setNull(of: run.permutation),
            ]
            members["nulls"] = run.permutation.map(nulls)
            analyses.append(.object(members))
        }
        header["analyses"] = .array(analyses)
        if !run.overlaps.isEmpty { header["overlaps"] = overlaps }
        if let bothNulls, let pageSets { header["bothNulls"] = content(of: bothNulls, among: pageSets, &payload) }
        if let calibration {
            header["calibration"] = .object([
                "words": .string(calibration.words), "rows": .array(calibration.rows.map { Self.texts($0.shown) }),
            ])
        }
        header["disguised"] = Self.texts(disguised)
        return .object(header)
    }

    /// The figures that the page shows; those of which it draws a live one, and what would make it too large, it leaves to
    /// the folder beside it.
    private var shownFigures: [StudyFigures.Figure] {
        let isStatic = ReportAssets.libraries.isEmpty
        let first = run.analyses.first.map { "volcano." + $0.fileName }
        var left = Self.mostOfFigures
        return figures.figures.filter { name, drawing in
            let isLive = StudyFigures.liveKinds.contains { name.hasPrefix($0) } && name != first
            let isLarge = name.hasPrefix("network.") && drawing.svg.utf8.count > Self.mostOfNetwork
            guard isStatic || !(isLive || isLarge) else { return false }
            left -= drawing.svg.utf8.count
            return left >= 0
        }
    }

    /// Bytes of SVG text, which shrink to an eighth.
    private static let mostOfFigures = 8_000_000

    /// The same of the picture of a network, which the page draws itself: thousands of lines shrink little.
    private static let mostOfNetwork = 200_000

    /// The names that a spreadsheet would take for something else.
    private var disguised: [String] {
        var names = run.genes.ids + run.genes.symbols + run.samples.names
        for enrichment in run.analyses.compactMap(\.enrichment) + (run.enrichment.map { [$0] } ?? []) {
            names += enrichment.names + enrichment.rankedGenes
        }
        for case (_, .factor(_, let levels)) in run.samples.columns { names += levels }
        return Set(names).filter { SpreadsheetText.defused($0) != $0 }.sorted()
    }

    private func addComponents(to header: inout [String: JSONValue], _ payload: inout PagePayload) {
        guard let components = figures.components, components.scores.count >= 2 else { return }
        header["pca"] = .object([
            "scores": .array(components.scores.map { payload.add($0) }),
            "percents": .array(components.explained.map { .integer(Int((100 * $0).rounded())) }),
        ])
    }

    private static let logOfTen = 2.302_585_092_994_045_7

    /// A finding with the name of its file alone: where the file was is nobody's business who gets the page.
    private func withoutFolder(_ finding: String) -> String {
        guard let end = finding.firstIndex(where: { $0 == "," || $0 == ":" || $0 == " " }), finding[end] != " ",
            let slash = finding[..<end].lastIndex(of: "/"),
            // An analysis has a slash in its name, too.
            !run.analyses.contains(where: { $0.name == finding[..<end] })
        else { return finding }
        return String(finding[finding.index(after: slash)...])
    }

    private static func hundredths(_ value: Double) -> JSONValue { .number((value * 100).rounded() / 100) }

    static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

    private func rows(ofTable name: String, withHeader: Bool = true) -> JSONValue {
        guard let table = tables.first(where: { $0.name == name }) else { return .array([]) }
        let count = table.columns.first?.values.texts.count ?? 0
        let body = (0..<count).map { row in Self.texts(table.columns.map { $0.values.texts[row] }) }
        return .array((withHeader ? [Self.texts(table.columns.map(\.name))] : []) + body)
    }

    private func network(_ file: String, _ content: NetworkContent) -> JSONValue {
        let network = content.network
        var clusterOfNode = [Int](repeating: -1, count: network.nodes.count)
        for (index, cluster) in network.clusters.enumerated() {
            for node in cluster.nodes { clusterOfNode[node] = index }
        }
        let strongest = NetworkFigure.strongest(of: network)
        let nodes = network.nodes.enumerated().map { index, node -> JSONValue in
            let passing = node.statistics.compactMap { $0 }.filter { $0.passes(settings.network) }
            let best = passing.map(\.falseDiscoveryRate).min() ?? 1
            let colours = NetworkFigure.colours(of: node, strongest: strongest, settings: settings.network).map(\.code)
            return .object([
                "name": .string(node.name), "text": .string(node.description),
                "radius": Self.hundredths(content.layout.radii[index]),
                "x": Self.hundredths(content.layout.positions[index].x),
                "y": Self.hundredths(content.layout.positions[index].y),
                "colour": .string(colours.count == 1 ? colours[0] : summary(of: passing).code),
                "colours": Self.texts(colours.count == 1 ? [] : colours), "cluster": .integer(clusterOfNode[index]),
                "logq": .number(
                    min(-StatisticalKernels.log(max(best, .leastNonzeroMagnitude)) / Self.logOfTen, 400)),
            ])
        }
        return .object([
            "name": .string(content.name), "file": .string(file), "cutoff": .number(network.settings.cutoff),
            "slices": Self.texts(network.analyses), "nodes": .array(nodes),
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

    /// One colour for a set in several analyses: the direction that most of them give it.
    private func summary(of passing: [SetStatistics]) -> Colour {
        let sign = passing.reduce(0) { $0 + ($1.normalizedEnrichmentScore >= 0 ? 1 : -1) }
        return sign > 0 ? Palette.up : sign < 0 ? Palette.down : Palette.notSignificant
    }
}
