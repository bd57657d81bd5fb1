import ArgumentParser
import CohortSimulation
import DurableFiles
import ExpressionFormats

struct SimulateCalibrationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibration",
        abstract: "One of the cohorts that `calibrate` analyses, for other programs: counts, samples, sets, truth.",
        discussion: """
            Example:
              modicum simulate calibration --cell n24-tied --cohort 17 --out cohort
            """)

    @Option(name: .long, help: "Folder to write; a new or an empty one.")
    var out: String

    @Option(name: .long, help: "The cell, by its name (`modicum calibrate --help` lists them).")
    var cell: String

    @Option(name: .long, help: "The cohort's number, from 0.")
    var cohort: Int

    @Option(name: .long, help: "Genes of the cohort.")
    var genes = 1500

    @Option(
        name: .long, help: "What a shifted gene changes by, log2 units per standard deviation; 0: a null cohort.")
    var effect = 0.0

    @Option(name: .long, help: "The calibration's seed.")
    var seed: UInt64 = 1

    @Flag(name: .long, help: "Print the files as JSON.")
    var json = false

    func validate() throws {
        if CalibrationCell(name: cell) == nil {
            throw ValidationError(
                "--cell: `\(cell)` is none of \(CalibrationCell.all.map(\.name).joined(separator: ", "))")
        }
        guard (0..<CalibrationCohort.limit).contains(cohort) else {
            throw ValidationError("--cohort must be 0 to \(CalibrationCohort.limit - 1)")
        }
        guard (CalibrationCohort.fewestGenes...100_000).contains(genes) else {
            throw ValidationError("--genes must be \(CalibrationCohort.fewestGenes) to 100000")
        }
        guard effect >= 0, effect <= 5 else { throw ValidationError("--effect must be 0 to 5 (log2 units)") }
    }

    func run() throws {
        try SimulateCommand.requireEmpty(out)
        guard let cell = CalibrationCell(name: cell) else { return }
        let made = CalibrationCohort(
            CalibrationCohort.Key(cell: cell, effect: effect, number: cohort), geneCount: genes, seed: seed)
        try DurableFile.makeFolder(out)
        let files = made.files()
        for file in files { try AtomicFile.write(file.content, to: out + "/" + file.name) }
        try SimulateCommand.conclude(files.map(\.name), in: out, json: json)
    }
}
