import ExpressionFormats
import Figures
import StoredRuns
import Foundation
import NetworkFormats

/// Writes what a person looks at into the folder of a finished run: `report.html`, `figures/`, `network/` and `tables/`.
///
/// The files depend on the run alone, and may be made again at any time.
package struct StudyReportFiles {
    private let run: StoredRun
    private let settings: ReportSettings

    package init(run: StoredRun, settings: ReportSettings) {
        self.run = run
        self.settings = settings
    }

    /// - Parameter folder: Where the three folders are made; that of the run unless it cannot be written to.
    /// - Returns: The files, relative to the folder, sorted.
    /// - Throws: `OutputError`, `RunStoreError`.
    @discardableResult
    package func write(to folder: String) throws -> [String] {
        var files: [String] = []
        for name in ["figures", "network", "tables"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        func write(_ bytes: [UInt8], _ name: String) throws {
            var file = try AtomicFile(path: "\(folder)/\(name)")
            try file.append(bytes)
            try file.finish()
            files.append(name)
        }
        let networks = StudyNetworks(of: run, settings: settings.network)
        for (name, content) in networks.networks {
            try write(CytoscapeJSON.bytes(content), "network/\(name).cyjs")
            try write(GraphML.bytes(content), "network/\(name).graphml")
            try write(CX2.bytes(content), "network/\(name).cx2")
            try write(TableWriter.bytes(NetworkTables.nodes(content)), "network/\(name).nodes.tsv")
            try write(TableWriter.bytes(NetworkTables.edges(content)), "network/\(name).edges.tsv")
        }
        let tables = StudyTables(of: run, settings: settings).tables
        for (name, columns) in tables { try write(TableWriter.bytes(columns), "tables/\(name).tsv") }
        let figures = try StudyFigures(of: run, networks: networks, settings: settings).figures
        for (name, drawing) in figures + PaperFigures(of: figures, run: run).figures {
            try write(Array(drawing.svg.utf8), "figures/\(name).svg")
        }
        let page = ReportPage(of: run, settings: settings, networks: networks, figures: figures, tables: tables)
        try write(page.bytes(), "report.html")
        return files.sorted()
    }
}
