import ArgumentParser
import Calibration
import ClusterRuntime
import CohortSimulation
import ExpressionData
import Foundation
import SamplePermutation

struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measures type-I error, FDR and power of each permutation scheme on simulated cohorts.",
        discussion: """
            Cells: \(CalibrationCell.all.map(\.name).joined(separator: ", ")).
            docs/calibration.md says what they are, and has the table of a run.

            Example:
              modicum calibrate --cells n24-plain,n24-tied --cohorts 100 --out calibration
              modicum calibrate --connect runs/connection.json --out full

            Writes calibration.tsv, with 99 % intervals that have the cohort as unit, and cohorts.tsv.gz.
            """)

    @Option(name: .long, help: "Folder for the results; an interrupted calibration in it is resumed.")
    var out: String

    @Option(name: .long, help: "Cells, separated by commas, or all.")
    var cells = CalibrateCommand.everyCell

    @Option(name: .long, help: "Null cohorts of each cell, and as many with an effect.")
    var cohorts = 1000

    @Option(name: .long, help: "Genes of a cohort.")
    var genes = 1500

    @Option(name: .long, help: "Permutations of each scheme.")
    var permutations = 199

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Schemes, separated by commas: \(CalibrationScheme.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "schemes"))
    var schemes = CalibrationScheme.allCases.map(\.rawValue).joined(separator: ",")

    @Option(name: .long, help: "Statistics of the sets under shuffled samples.")
    var setStatistic = SetStatistics()

    @Option(name: .long, help: "What a shifted gene changes by, log2 units per standard deviation of the exposure.")
    var effect = 0.2

    @Option(name: .long, help: "Names the random numbers; the same seed gives the same tables.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "Have the coordinator of this connection file compute; the tables come to --out.")
    var connect: String?

    @Flag(name: .long, help: "With --connect: compute even if the coordinator has this run already.")
    var again = false

    @Option(name: .long, help: "Worker processes to start on this machine (default: 1).")
    var workers: Int?

    @Option(name: .long, help: "Compute threads per worker (default: this process's cores, divided by --workers).")
    var threads: Int?

    @Flag(name: .long, help: "Say nothing but errors.")
    var quiet = false

    @Flag(name: .long, help: "Print the calibration's record (run.json) to stdout at the end.")
    var json = false

    func validate() throws {
        try checkFolder(out, of: "--out")
        if let workers, !(1...1024).contains(workers) { throw ValidationError("--workers must be 1 to 1024") }
        if let threads, !(1...4096).contains(threads) { throw ValidationError("--threads must be 1 to 4096") }
        if again, connect == nil { throw ValidationError("--again needs --connect") }
        guard connect == nil || (workers == nil && threads == nil) else {
            throw ValidationError("--workers and --threads have no meaning with --connect: its workers compute")
        }
        do {
            try request().check()
        } catch let error as CalibrationRefusal {
            throw ValidationError(error.description)
        }
    }

    func run() throws {
        let isComputed: Bool
        if let connect {
            isComputed = try RemoteCalibration(
                request: try request(), out: out, connectionFile: connect, again: again, isQuiet: quiet
            ).execute()
        } else {
            let cores = AvailableCores.count(environment: ProcessInfo.processInfo.environment)
            isComputed = try CalibrationRun(
                request: try request(), out: out, workers: workers ?? 1,
                threads: threads ?? max(1, cores / (workers ?? 1)), isQuiet: quiet
            ).execute()
        }
        let record = try CalibrationFolder(path: out).record()
        if json { return print(String(decoding: try record.encoded(), as: UTF8.self), terminator: "") }
        guard !quiet else { return }
        Terminal.note(
            isComputed
                ? "\(record.conclusion). Table in \(out)/\(CalibrationFolder.tableName)"
                : "\(out) already holds this calibration, complete.")
    }

    private func request() throws -> CalibrationRequest {
        CalibrationRequest(
            cells: try chosenCells(), cohorts: cohorts, geneCount: genes, permutations: permutations,
            schemes: try chosenSchemes(), setStatistics: setStatistic.all, effect: effect, seed: seed)
    }

    private static let everyCell = "all"

    /// In the order of the grid, each once.
    private func chosenCells() throws -> [CalibrationCell] {
        guard cells != Self.everyCell else { return CalibrationCell.all }
        let names = try names(cells, of: "--cells", among: CalibrationCell.all.map(\.name))
        return CalibrationCell.all.filter { names.contains($0.name) }
    }

    private func chosenSchemes() throws -> [CalibrationScheme] {
        let names = try names(schemes, of: "--schemes", among: CalibrationScheme.allCases.map(\.rawValue))
        return CalibrationScheme.allCases.filter { names.contains($0.rawValue) }
    }

    private func names(_ text: String, of option: String, among known: [String]) throws -> Set<String> {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        for name in names where !known.contains(name) {
            throw ValidationError("\(option): `\(name)` is none of \(known.joined(separator: ", "))")
        }
        return Set(names)
    }
}
