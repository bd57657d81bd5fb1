import ArgumentParser
import CohortSimulation
import Deflate
import ExpressionFormats
import Foundation

struct SimulateReadsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reads",
        abstract: "A small RNA-seq experiment: chromosome, annotation, FASTQ files, and the truth about them.",
        discussion: """
            Example:
              modicum simulate reads --out reads --seed 1
              modicum count reads/sheet.csv --reference reads/genome.fa --annotation reads/genes.gtf --out counts
            """)

    @Option(name: .long, help: "Folder to write; a new or an empty one.")
    var out: String

    @Option(name: .long, help: "Names the random numbers; the same seed gives the same files.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "Samples; the second half is treated.")
    var samples = 12

    @Option(name: .long, help: "Read pairs of each sample.")
    var pairs = 15_000

    @Option(name: .long, help: "Which strand of the transcript first reads have: unstranded, forward or reverse.")
    var strandedness = ReadSimulationOptions.Library.reverse

    @Flag(name: .long, help: "Print the files as JSON.")
    var json = false

    func run() throws {
        try SimulateCommand.requireEmpty(out)
        var options = ReadSimulationOptions()
        options.seed = seed
        options.sampleCount = samples
        options.pairCount = pairs
        options.library = strandedness
        let reads: SimulatedReads
        do {
            reads = try SimulatedReads(options)
        } catch let error as CohortOptionsError {
            throw CommandFailure(status: .usage, message: error.description)
        }
        try FileManager.default.createDirectory(atPath: out + "/reads", withIntermediateDirectories: true)
        var counts: [[Int]] = []
        var made: [String] = []
        for index in 0..<samples {
            let sample = reads.sample(index)
            let names = SimulatedReads.readFileNames(of: sample.name)
            for (name, content) in [(names.first, sample.first), (names.second, sample.second)] {
                try AtomicFile.write(Deflate.compress(content, level: 1, format: .gzip), to: out + "/" + name)
                made.append(name)
            }
            counts.append(sample.counts)
        }
        for file in reads.files(counts: counts) {
            try AtomicFile.write(file.content, to: out + "/" + file.name)
            made.append(file.name)
        }
        try SimulateCommand.conclude(
            made, in: out, json: json,
            notes: [
                "\(samples) samples of \(pairs) read pairs in \(out); seed \(seed).",
                "Next: modicum count \(out)/sheet.csv --reference \(out)/genome.fa --annotation \(out)/genes.gtf "
                    + "--out counts",
            ])
    }
}

extension ReadSimulationOptions.Library: ExpressibleByArgument {}
