import ArgumentParser
import ExpressionData
import ExpressionFormats
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
        help: "What wrote the counts; auto is by content.")
    var countsFormat = AutomaticOr<CountsFormat>.automatic

    @Option(
        name: .customLong("tx2gene"), help: "Table of transcripts and their genes, for salmon, kallisto and RSEM.")
    var transcriptGenes: String?

    @Option(
        name: .long, help: "Average transcript lengths per gene and sample, for a table of estimated counts.")
    var geneLengths: String?

    @Flag(name: .long, help: "The table's estimated counts were scaled by length already: round them, and no more.")
    var scaledCounts = false

    @Option(name: .long, help: "Which of STAR's counts to take; auto is as the reads' strands tell.")
    var strandedness = AutomaticOr<PerSampleCounts.Strandedness>.automatic

    @Flag(name: .long, help: "Take the versions off the genes' identifiers: ENSG00000000003.15 is ENSG00000000003.")
    var stripVersions = false

    @Option(
        name: .long,
        help: "A column of the sample sheet: counts of runs with the same value are added up (collapseReplicates).")
    var collapseReplicates: String?

    @Option(name: .long, help: "Table of genes and their lengths in bases, for --fpkm.")
    var basepairs: String?

    var options: CountsOptions {
        var options = CountsOptions()
        options.format = countsFormat
        options.transcriptGenes = transcriptGenes
        options.geneLengths = geneLengths
        options.areScaled = scaledCounts
        options.strandedness = strandedness
        options.stripVersions = stripVersions
        options.collapseReplicates = collapseReplicates
        options.basepairs = basepairs
        return options
    }
}
