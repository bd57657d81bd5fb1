import ExpressionFormats
import Figures
import Foundation
import GeneEvidence
import NetworkFormats
import StoredRuns

/// Writes what a person looks at into the folder of a finished run: `report.html`, `figures/`, `network/` and `tables/`.
///
/// The files depend on the run alone, and may be made again at any time.
package struct StudyReportFiles {
    private let run: StoredRun
    private let settings: ReportSettings
    private let evidence: EvidenceTable?

    /// A run of the same study with another null of gene sets.
    private let other: StoredRun?

    /// `calibration.tsv`, of which the page shows what is nearest to the run.
    private let calibration: DelimitedTable?

    /// Where the entries of the look-up table are kept, so that the report can be made again.
    package static let evidenceName = "look_up_table.tsv"

    package init(
        run: StoredRun, settings: ReportSettings, evidence: EvidenceTable?, beside other: StoredRun? = nil,
        calibration: DelimitedTable? = nil
    ) {
        self.run = run
        self.other = other
        self.calibration = calibration
        self.settings = settings
        self.evidence = evidence
    }

    /// The report of a finished folder, with the settings that its run was given.
    ///
    /// - Throws: `InputError` where the look-up table beside the results is gone.
    package init(ofFolder folder: String) throws {
        try self.init(of: StoredRun(folder: folder))
    }

    /// The report of a finished run, with the settings that it was given.
    ///
    /// - Parameters:
    ///   - other: A run of the same study, with another null of gene sets.
    ///   - calibration: What `modicum calibrate` found.
    /// - Throws: `InputError` where the look-up table beside the results is gone.
    package init(of run: StoredRun, beside other: StoredRun? = nil, calibration: DelimitedTable? = nil) throws {
        let settings = run.record.report ?? ReportSettings()
        let evidence = try settings.lookUp.map { _ in
            try EvidenceFile.read(try InputFile(path: "\(run.folder)/\(Self.evidenceName)"))
        }
        self.init(run: run, settings: settings, evidence: evidence, beside: other, calibration: calibration)
    }

    /// The folders, beside the page.
    private static let folders = ["figures", "network", "tables"]

    /// Whether a path, relative to a run's folder, is one that a report may have.
    package static func isName(ofFile path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && folders.contains(String(parts[0])) && parts[1] != ".." && parts[1] != "."
            || path == evidenceName
    }

    /// - Parameter folder: Where the three folders are made; that of the run unless it cannot be written to.
    /// - Returns: The files, relative to the folder, sorted.
    /// - Throws: `OutputError`, `RunStoreError`.
    @discardableResult
    package func write(to folder: String) throws -> [String] {
        let bothNulls = try other.map { try BothNulls(of: run, beside: $0, settings: settings) }
        let excerpt = try calibration.map { try CalibrationExcerpt($0, for: run, bothNulls: bothNulls) }
        var files: [String] = []
        for name in Self.folders {
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
        let lookUp = run.analyses.isEmpty ? nil : evidence.map { StudyLookUp(run, in: $0, settings: settings) }
        if let evidence { try write(TableWriter.bytes(EvidenceFile.columns(of: evidence)), Self.evidenceName) }
        let studyTables = try StudyTables(of: run, settings: settings, bothNulls: bothNulls)
        var tables = studyTables.tables
        if let lookUp { tables += [("look_up", lookUp.genes), ("look_up_summary", lookUp.summary)] }
        if let excerpt { tables.append(("calibration", excerpt.columns)) }
        for (name, columns) in tables {
            try write(TableWriter.bytes(columns.map(\.defusedForSpreadsheets)), "tables/\(name).tsv")
        }
        let figures = try StudyFigures(of: run, networks: networks, settings: settings, bothNulls: bothNulls)
        for (name, drawing) in figures.figures + PaperFigures(of: figures.figures, run: run).figures {
            try write(Array(drawing.svg.utf8), "figures/\(name).svg")
        }
        let page = ReportPage(
            of: run, settings: settings, networks: networks, figures: figures, tables: tables,
            lookUp: lookUp, reads: studyTables.reads, bothNulls: bothNulls, calibration: excerpt)
        try write(page.bytes(), "report.html")
        return files.sorted()
    }
}

extension TableColumn {
    /// The column with text that a spreadsheet would take for a formula, a date or a number made harmless.
    fileprivate var defusedForSpreadsheets: TableColumn {
        guard case .strings(let texts) = values else { return self }
        return TableColumn(name, .strings(texts.map(SpreadsheetText.defused)))
    }
}
