import AnalysisPipeline
import ExpressionData
import Foundation
import GeneSetEnrichment
import NetworkFormats
import RunStore
import StoredRuns
import StudyOutput
import StudyReport

/// A finished run in the form that other programs read.
///
/// Everything comes from the run's store; nothing is computed again but layouts and summaries. The same run gives the
/// same files.
package struct RunExport {
    let run: StoredRun
    let configuration: StudyConfiguration

    /// What the samples are, of a run from expression data, for the GSEA folder alone.
    private let comparison: PhenotypeComparison?

    /// What whoever exports says of a crate.
    private let label: CrateLabel

    package init(
        of run: StoredRun, comparison: PhenotypeComparison? = nil, label: CrateLabel = CrateLabel()
    ) throws {
        self.run = run
        self.comparison = comparison
        self.label = label
        configuration = try JSONDecoder().decode(
            StudyConfiguration.self, from: Data(try run.document.configuration().utf8))
    }

    /// Whether the samples of the run are known only from the files it was made from.
    package var comparesSamples: Bool { configuration.geneSets?.phenotype != nil }

    /// Writes an export.
    ///
    /// - Parameter path: A folder, which is made where it is missing and whose files of the same names are replaced; or,
    ///   where the export is one file, the path of that file with the format's ending.
    /// - Returns: The paths of the files, in the order in which they were written.
    /// - Throws: `InputError` where the run has nothing of the kind, or the path is another's.
    package func write(_ format: ExportFormat, to path: String) throws -> [String] {
        let files = try files(format)
        guard !files.isEmpty else {
            throw InputError(
                "\(run.folder) tested no gene sets, and so has nothing for --format \(format.rawValue)",
                remedy: "multiqc, h5ad, tsv, xlsx-safe and ro-crate are made of every run.")
        }
        let manager = FileManager.default
        var isFolder: ObjCBool = false
        let isThere = manager.fileExists(atPath: path, isDirectory: &isFolder)
        if isThere, isFolder.boolValue, holdsRun(path, besides: format) {
            throw InputError(
                file: path, "a run's own folder is not written over", remedy: "Name a folder inside it, or another one."
            )
        }
        if let ending = format.fileEnding, path.hasSuffix(ending), !(isThere && isFolder.boolValue) {
            guard files.count == 1 else {
                throw InputError(
                    file: path, "--format \(format.rawValue) makes \(files.count) files of this run",
                    remedy: "Name a folder for them.")
            }
            try makeFolder((path as NSString).deletingLastPathComponent)
            _ = try files[0].write(path)
            return [path]
        }
        if isThere, !isFolder.boolValue {
            throw InputError(
                file: path, "a file stands where the export's folder is to be", remedy: "Name another path.")
        }
        try makeFolder(path)
        return try files.flatMap { file in
            let place = file.name.isEmpty ? path : path + "/" + file.name
            return try file.write(place).map { $0.isEmpty ? place : place + "/" + $0 }
        }
    }

    /// Whether a folder is a run's, and not a crate that this export may make again.
    private func holdsRun(_ path: String, besides format: ExportFormat) -> Bool {
        func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
        func place(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path }
        let isCrate = has(ResearchObjectCrate.metadataName) && place(path) != place(run.folder)
        return (has("run.json") || has(RunDocument.fileName)) && !(format == .crate && isCrate)
    }

    private func makeFolder(_ path: String) throws {
        guard !path.isEmpty else { return }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    private func files(_ format: ExportFormat) throws -> [ExportFile] {
        switch format {
        case .multiqc:
            return MultiQCContent(of: run).sections.map { name, content in
                ExportFile(name) { try content.bytes() }
            }
        case .h5ad:
            return [ExportFile("modicum.h5ad", writing: { try AnnDataExport.document(of: run).writeAnnData(to: $0) })]
        case .gseaFolder: return try gseaFolders()
        case .generic:
            let lists = try storedGeneSets()
            let names = FileNames.names(for: lists.map { Self.flat($0.name) }, suffix: ".txt")
            let settings = configuration.geneSets ?? .init()
            return zip(names, lists).map { name, list in
                ExportFile(name, table: { list.genericTable(settings: settings) })
            }
        case .cyjs: return try networks(".cyjs") { try CytoscapeJSON.bytes($0) }
        case .graphml: return try networks(".graphml") { GraphML.bytes($0) }
        case .cx2: return try networks(".cx2") { try CX2.bytes($0) }
        case .tsv: return try StoreTables(of: run.document).files
        case .spreadsheet: return SpreadsheetTables(of: run).files
        case .crate: return [ExportFile(folder: "", writing: { try CrateFolder(of: run, label: label).write(to: $0) })]
        }
    }

    private func storedGeneSets() throws -> [StoredGeneSets] {
        try StoredGeneSets.all(in: run.document, configuration: configuration)
    }

    /// The folder itself is GSEA's where the run has one list, and holds one for each where there are several.
    private func gseaFolders() throws -> [ExportFile] {
        let lists = try storedGeneSets()
        let names = lists.count == 1 ? [""] : FileNames.names(for: lists.map { Self.flat($0.name) })
        return zip(names, lists).map { name, list in
            let folder = GSEAFolder(list, configuration: configuration, comparison: comparison)
            return ExportFile(folder: name, writing: { try folder.write(to: $0) })
        }
    }

    private func networks(
        _ ending: String, bytes: @escaping (NetworkContent) throws -> [UInt8]
    ) throws -> [ExportFile] {
        guard run.hasEnrichment else { return [] }
        let settings = (run.record.report ?? ReportSettings()).network
        let networks = StudyNetworks(of: run, settings: settings).networks
        return zip(FileNames.names(for: networks.map(\.file), suffix: ending), networks).map { name, network in
            ExportFile(name, bytes: { try bytes(network.content) })
        }
    }

    /// The name of an analysis without folders: `main.stir_volume`.
    static func flat(_ name: String) -> String { name.split(separator: "/").joined(separator: ".") }
}
