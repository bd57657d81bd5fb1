import AnalysisPipeline
import ExpressionData
import ExpressionFormats

/// How counts are to be read, beyond where they are; options of `modicum de` and keys of a study file.
package struct CountsOptions: SettingsRecord {
    package var format = AutomaticOr<CountsFormat>.automatic

    /// A table of transcripts and genes.
    package var transcriptGenes: String?

    /// A table of every gene's average transcript length in every sample.
    package var geneLengths: String?

    /// Whether estimated counts were scaled by length, so that they need no lengths beside them.
    package var areScaled = false

    /// Which of STAR's columns to take.
    package var strandedness = AutomaticOr<PerSampleCounts.Strandedness>.automatic

    /// Whether genes lose the versions of their identifiers.
    package var stripVersions = false

    /// A column of the sample sheet: runs with the same value are of one sample, and their counts are added up.
    package var collapseReplicates: String?

    /// A table of genes' lengths, for fragments per kilobase.
    package var basepairs: String?

    package init() {}

    package static let settings: [Setting<CountsOptions>] = [
        Setting("counts-format", key: "format", \.format),
        Setting("tx2gene", key: "transcriptGenes", \.transcriptGenes), Setting("gene-lengths", \.geneLengths),
        Setting("scaled-counts", key: "areScaled", \.areScaled), Setting("strandedness", \.strandedness),
        Setting("strip-versions", \.stripVersions, omitting: false),
        Setting("collapse-replicates", \.collapseReplicates), Setting("basepairs", \.basepairs),
    ]

    /// What these options do to genes and samples.
    var reading: StudyConfiguration.Reading? {
        .init(stripsVersions: stripVersions, collapsedReplicates: collapseReplicates)
    }

    /// The tables that go with the counts.
    package var fileNames: [String] { [transcriptGenes, geneLengths, basepairs].compactMap { $0 } }
}
