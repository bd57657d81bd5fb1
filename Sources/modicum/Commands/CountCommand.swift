import ArgumentParser
import ClusterRuntime
import Foundation
import ReadsToCounts

struct CountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count",
        abstract: "Reads to counts, a sample a shard: FastQC, Trim Galore or fastp, HISAT2 or STAR, featureCounts.",
        discussion: """
            The sheet has the columns sample, fastq_1, fastq_2 and strandedness, a row for each lane.

            Example:
              modicum simulate reads --out reads
              modicum count reads/sheet.csv --reference reads/genome.fa --annotation reads/genes.gtf --out counts
              modicum de --counts counts/counts.tsv.gz --samples reads/samples.tsv --design "~ condition" --out de

            Writes counts.tsv.gz, gene_lengths.tsv, quality.tsv, logs/SAMPLE/ and run.json. The programs themselves are
            not part of modicum: docs/reads-to-counts.md says which and how to install them.
            """)

    @Argument(help: "Sheet of samples (CSV or TSV); paths in it are relative to it.")
    var sheet: String

    @Option(name: .long, help: "Genome (FASTA), or an index: HISAT2's prefix, or STAR's folder.")
    var reference: String

    @Option(name: .long, help: "Genes (GTF).")
    var annotation: String

    @Option(name: .long, help: "Folder for the results; steps that are done there already are used again.")
    var out: String

    @Option(
        name: .long,
        help:
            "paper: only with the versions of the published study (Trim Galore 0.4.5, HISAT2 2.1.0, featureCounts 1.6.3)."
    )
    var preset: CountPreset?

    @Option(name: .long, help: "hisat2 or star.")
    var aligner = CountSettings.Aligner.hisat2

    @Option(name: .long, help: "trim-galore, fastp or none.")
    var trimmer = CountSettings.Trimmer.trimGalore

    enum StrandednessChoice: String, CaseIterable, ExpressibleByArgument { case auto, unstranded, forward, reverse }

    @Option(
        name: .long,
        help: "auto, unstranded, forward or reverse, for all samples; auto: as the sheet says, else as the reads show.")
    var strandedness = StrandednessChoice.auto

    enum Keep: String, CaseIterable, ExpressibleByArgument { case bam }

    @Option(name: .long, help: "bam: the sorted alignments stay, in bam/.")
    var keep: Keep?

    enum Choice: String, CaseIterable, ExpressibleByArgument { case on, off }

    @Option(name: .long, help: "Whether FastQC looks at the reads before and after trimming.")
    var fastqc = Choice.on

    @Option(
        name: .long, help: "Folder for intermediate files, on a local disk (default: SLURM_TMPDIR, TMPDIR, or /tmp).")
    var scratch: String?

    @Flag(
        name: .long,
        help: "Stated for workers elsewhere; the workers that this command starts run the programs it names anyway.")
    var allowPrograms = false

    @OptionGroup(title: "Options of programs") var toolOptions: ToolOptionLists

    @Option(name: .long, help: "Worker processes to start on this machine, each with a sample at a time (default: 1).")
    var workers: Int?

    @Option(
        name: .long, help: "Threads of each worker's programs (default: this process's cores, divided by --workers).")
    var threads: Int?

    @Option(
        name: .long,
        help: """
            Have the workers of this connection file's coordinator count (worker --allow-programs --root FOLDER); they and \
            this command see all files under the same paths.
            """)
    var connect: String?

    @Flag(name: .long, help: "With --connect: count even if the coordinator has this run already.")
    var again = false

    @Flag(name: .long, help: "Say nothing but errors.")
    var quiet = false

    @Flag(name: .long, help: "Print the run's record (run.json) to stdout at the end.")
    var json = false

    @Flag(name: .long, help: "Exit with 4 when there were warnings.")
    var strict = false

    func validate() throws {
        try checkFolder(out, of: "--out")
        if again, connect == nil { throw ValidationError("--again needs --connect") }
        guard connect == nil || (workers == nil && threads == nil && scratch == nil) else {
            throw ValidationError(
                "--workers, --threads and --scratch have no meaning with --connect: its workers were given theirs")
        }
        if let workers, !(1...1024).contains(workers) { throw ValidationError("--workers must be 1 to 1024") }
        if let threads, !(1...4096).contains(threads) { throw ValidationError("--threads must be 1 to 4096") }
        _ = try settings()
    }

    /// - Throws: `ValidationError` for choices that contradict each other.
    private func settings() throws -> CountSettings {
        var settings = CountSettings()
        settings.aligner = aligner
        settings.trimmer = trimmer
        settings.runsFastQC = fastqc == .on
        settings.keepsAlignments = keep == .bam
        settings.options = try toolOptions.parsed()
        do {
            try settings.check()
            try preset?.check(settings)
        } catch {
            throw ValidationError("\(error)")
        }
        return settings
    }

    func run() throws {
        let cores = AvailableCores.count(environment: ProcessInfo.processInfo.environment)
        var request = CountRequest(
            sheet: sheet, reference: reference, annotation: annotation, out: out,
            threads: threads ?? max(1, cores / (workers ?? 1)))
        request.settings = try settings()
        request.preset = preset
        request.strandedness = Strandedness(rawValue: strandedness.rawValue)
        request.scratch = scratch
        request.workers = workers ?? 1
        request.connect = connect
        request.again = again
        request.isQuiet = quiet
        let record = try CountRun(request: request).execute()
        if json { print(String(decoding: try record.encoded(), as: UTF8.self), terminator: "") }
        if strict, !record.warnings.isEmpty { throw CommandFailure(status: .finishedWithWarnings, message: nil) }
    }
}

/// What users add for each program: words separated by spaces, which no shell sees.
struct ToolOptionLists: ParsableArguments {
    @Option(name: .customLong("fastqc-options"), parsing: .unconditional, help: "For FastQC.")
    var fastqc = ""

    @Option(name: .customLong("trim-galore-options"), parsing: .unconditional, help: "For Trim Galore.")
    var trimGalore = ""

    @Option(name: .customLong("fastp-options"), parsing: .unconditional, help: "For fastp.")
    var fastp = ""

    @Option(
        name: .customLong("hisat2-options"), parsing: .unconditional,
        help: "For HISAT2, such as \"--very-sensitive -k 5\".")
    var hisat2 = ""

    @Option(name: .customLong("star-options"), parsing: .unconditional, help: "For STAR.")
    var star = ""

    @Option(name: .customLong("featurecounts-options"), parsing: .unconditional, help: "For featureCounts.")
    var featureCounts = ""

    /// - Throws: `ValidationError` for an option that is not passed on.
    func parsed() throws -> [ExternalTool: ToolOptions] {
        let lists: [(ExternalTool, String)] = [
            (.fastqc, fastqc), (.trimGalore, trimGalore), (.fastp, fastp), (.hisat2, hisat2), (.star, star),
            (.featureCounts, featureCounts),
        ]
        var options: [ExternalTool: ToolOptions] = [:]
        for (tool, list) in lists where !list.isEmpty {
            do {
                options[tool] = try ToolOptions(list, for: tool)
            } catch {
                throw ValidationError("\(error)")
            }
        }
        return options
    }
}

extension CountPreset: ExpressibleByArgument {}
extension CountSettings.Aligner: ExpressibleByArgument {}
extension CountSettings.Trimmer: ExpressibleByArgument {}
