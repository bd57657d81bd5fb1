import ArgumentParser
import Exports
import ExpressionData
import Foundation
import GeneSetEnrichment
import RunStore
import StoredRuns
import StudyOutput

extension ExportFormat: ExpressibleByArgument {}

extension CrateLicense: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

/// `modicum export`: a finished run in the form that other programs read.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Makes files for other programs from a finished run.",
        discussion: """
            Formats: multiqc (custom content), h5ad (AnnData), gsea-folder and generic (EnrichmentMap), cyjs, graphml and \
            cx2 (Cytoscape), tsv (every table of the store), xlsx-safe (tables for spreadsheets), ro-crate (the run's files \
            with their provenance, for an archive).

            Examples:
              modicum export results --format multiqc
              modicum export results --format h5ad --out results.h5ad
              modicum export results --format ro-crate --title "Stir exposure" --license CC-BY-4.0
            """)

    @Argument(help: "The folder of a finished run.")
    var folder: String

    @Option(name: .long, help: "What to make.")
    var format: ExportFormat

    @Option(
        name: .customLong("out"),
        help: ArgumentHelp(
            "A folder, or the file where the export is one (default: exports/FORMAT in the run's folder).",
            valueName: "path"))
    var output: String?

    @Option(name: .long, help: "What a crate is called (default: after the study file).")
    var title: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Under which licence a crate's files are: an SPDX identifier, such as CC-BY-4.0, or an address (default: the crate says that none was declared).",
            valueName: "licence"))
    var license: CrateLicense?

    @Flag(name: .long, help: "Print the files as JSON.")
    var json = false

    @Flag(name: .long, help: "Print nothing but warnings and errors.")
    var quiet = false

    func validate() throws {
        guard format != .crate else { return }
        for (name, isGiven) in [("--title", title != nil), ("--license", license != nil)] where isGiven {
            throw ValidationError("\(name) is of --format ro-crate alone")
        }
    }

    func run() throws {
        let run = try FinishedFolder.open(folder)
        var export = try RunExport(of: run, label: CrateLabel(title: title, license: license))
        if format == .gseaFolder, export.comparesSamples {
            export = try RunExport(of: run, comparison: comparison())
        }
        let target = output ?? "\(folder)/exports/\(format.rawValue)"
        let files = try write(export, to: target)
        if json {
            let report = Report(format: format.rawValue, files: files)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else if !quiet {
            print(files.count == 1 ? files[0] : "\(files.count) files in \(target)")
        }
    }

    private struct Report: Encodable {
        let format: String
        let files: [String]
    }

    private func write(_ export: RunExport, to target: String) throws -> [String] {
        do {
            return try export.write(format, to: target)
        } catch let error as InputError {
            throw error
        } catch  where output == nil {
            let reason = SystemProblem.sentence(for: error) ?? "\(error)"
            throw CommandFailure(
                status: .failed,
                message: "\(reason) If \(folder) cannot be written to, name another place with --out.")
        }
    }

    /// What the samples are: the store has the list alone, so it comes from the files that the run was made from.
    private func comparison() -> PhenotypeComparison? {
        do {
            let data = try Data(contentsOf: URL(filePath: folder + "/run.json"))
            let record = try JSONDecoder().decode(RunRecord.self, from: data)
            guard let invocation = record.request else { return nil }
            let inputs = try invocation.request.load(open: invocation.opener(inputs: nil))
            guard inputs.configuration.inputs == record.configuration.inputs else {
                throw InputError("the run's inputs have changed since", remedy: "Restore them.")
            }
            return inputs.comparison
        } catch {
            Terminal.warning("the class file is left out of the folder, which EnrichmentMap does without: \(error)")
            return nil
        }
    }
}
