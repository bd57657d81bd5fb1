import ArgumentParser
import StudyFiles

/// Where counts are, and how they are to be read.
struct CountsArguments: ParsableArguments {
    @Option(
        name: .long,
        help: """
            Counts: a table (TSV or CSV, also gzip), a file or a folder of another format, or column:NAME for a \
            column of the sample sheet with a file per sample.
            """)
    var counts: String?

    @Option(
        name: .long,
        help: "auto, table, featurecounts, htseq, star, salmon, kallisto, rsem, mtx, h5ad or gct; auto is by content.")
    var countsFormat = "auto"

    @Option(
        name: .customLong("tx2gene"), help: "Table of transcripts and their genes, for salmon, kallisto and RSEM.")
    var transcriptGenes: String?

    @Option(
        name: .long, help: "Average transcript lengths per gene and sample, for a table of estimated counts.")
    var geneLengths: String?

    @Flag(name: .long, help: "The table's estimated counts were scaled by length already: round them, and no more.")
    var scaledCounts = false

    @Option(name: .long, help: "auto, unstranded, forward or reverse: which of STAR's counts to take.")
    var strandedness = "auto"

    var options: CountsOptions {
        var options = CountsOptions()
        options.format = countsFormat
        options.transcriptGenes = transcriptGenes
        options.geneLengths = geneLengths
        options.areScaled = scaledCounts
        options.strandedness = strandedness
        return options
    }

    func validate() throws {
        try DifferentialExpressionCommand.require(countsFormat, in: CountsOptions.formats, option: "--counts-format")
        try DifferentialExpressionCommand.require(
            strandedness, in: CountsOptions.strandednesses, option: "--strandedness")
    }
}
