import ExpressionFormats

/// How counts are to be read, beyond where they are; options of `modicum de` and keys of a study file.
package struct CountsOptions: Codable, Equatable, Sendable {
    /// `auto` or a format.
    package var format = "auto"

    /// A table of transcripts and genes.
    package var transcriptGenes: String?

    /// A table of every gene's average transcript length in every sample.
    package var geneLengths: String?

    /// Whether estimated counts were scaled by length, so that they need no lengths beside them.
    package var areScaled = false

    /// `auto`, or which of STAR's columns to take.
    package var strandedness = "auto"

    package init() {}

    /// The formats as `--counts-format` names them.
    package static let formats = ["auto"] + CountsFormat.allCases.map(\.rawValue)

    package static let strandednesses = ["auto"] + PerSampleCounts.Strandedness.allCases.map(\.rawValue)

    /// Throws for a word that is no choice.
    func check() throws {
        try OptionWord.check([
            ("--counts-format", format, Self.formats), ("--strandedness", strandedness, Self.strandednesses),
        ])
    }

    /// The tables that go with the counts.
    package var fileNames: [String] { [transcriptGenes, geneLengths].compactMap { $0 } }
}
