import ArgumentParser
import CohortSimulation
import Deflate
import DurableFiles
import ExpressionFormats
import Foundation

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Makes data with a known answer.",
        subcommands: [
            SimulateCohortCommand.self, SimulateReadsCommand.self, SimulateCalibrationCommand.self,
        ])

    /// Says what was made: its files as JSON, or in words.
    static func conclude(_ files: [String], in folder: String, json: Bool, notes: [String] = []) throws {
        if json { return try JSONText.print(["files": files.map { "\(folder)/\($0)" }.sorted()]) }
        for note in notes { Terminal.note(note) }
    }

    /// Throws unless nothing is in the folder, or it is not there.
    static func requireEmpty(_ folder: String) throws {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard entries.isEmpty else {
            throw CommandFailure(
                status: .badInput,
                message: "\(folder) is not empty, and simulated data are never written over others. "
                    + "Name another folder with --out, or remove this one to have it made again; nothing in it was "
                    + "changed.")
        }
    }
}

struct SimulateCohortCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cohort",
        abstract: "A cohort with the dimensions of the study: samples, counts, gene sets, truth, study file.",
        discussion: """
            Example:
              modicum simulate cohort --out cohort --seed 1
            """)

    @Option(name: .long, help: "Folder to write; a new or an empty one.")
    var out: String

    @Option(name: .long, help: "Names the random numbers; the same seed gives the same files.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "Patients.")
    var samples = 96

    @Option(name: .long, help: "Genes before the filter.")
    var genes = 58_000

    @Option(name: .long, help: "Gene sets in all.")
    var sets = 18_577

    @Flag(name: .customLong("null"), help: "Plant no effects: for calibration.")
    var isNull = false

    @Flag(name: .long, help: "Let the exposures depend on batch and age.")
    var confounded = false

    @Flag(name: .long, help: "Print the files as JSON.")
    var json = false

    func run() throws {
        try SimulateCommand.requireEmpty(out)
        var options = CohortOptions()
        options.seed = seed
        options.sampleCount = samples
        options.geneCount = genes
        options.geneSetCount = sets
        options.plantsEffects = !isNull
        options.confoundsExposures = confounded
        let cohort: SimulatedCohort
        do {
            cohort = try SimulatedCohort(options)
        } catch let error as CohortOptionsError {
            throw CommandFailure(status: .usage, message: error.description)
        }
        try DurableFile.makeFolder(out)
        let files = cohort.files()
        for file in files {
            let content = file.name.hasSuffix(".gz") ? Deflate.compress(file.content, format: .gzip) : file.content
            try AtomicFile.write(content, to: out + "/" + file.name)
        }
        try CountTable.write(
            cohort.countMatrix(), to: out + "/" + SimulatedCohort.countsFileName, compressionLevel: 6)
        try SimulateCommand.conclude(
            files.map(\.name) + [SimulatedCohort.countsFileName], in: out, json: json,
            notes: [
                "\(genes) genes × \(samples) samples and \(sets) gene sets in \(out); seed \(seed).",
                "Next: modicum run \(out)/study.yaml --out results",
            ])
    }
}
