import ContentDigest

/// The steps whose results are kept; a coding key for the same reason as `ExternalTool`.
package enum CountStep: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    case index
    case strandEvidence = "strandedness"
    case rawQuality = "fastqc"
    case trim
    case trimmedQuality = "fastqc of trimmed reads"
    case align
    case count
    case profile = "origin of reads"

    /// The programs that do it; none where we do.
    package func tools(_ settings: CountSettings) -> [ExternalTool] {
        let aligner: ExternalTool = settings.aligner == .hisat2 ? .hisat2 : .star
        return switch self {
        case .index: settings.aligner == .hisat2 ? [.hisat2Build] : [.star]
        case .strandEvidence: [aligner, .featureCounts]
        case .rawQuality, .trimmedQuality: [.fastqc]
        case .trim:
            switch settings.trimmer {
            case .trimGalore: [.trimGalore, .cutadapt]
            case .fastp: [.fastp]
            case .none: []
            }
        case .align: [aligner, .samtools]
        case .count: [.featureCounts]
        case .profile: []
        }
    }
}

extension CountStep {
    /// The options of a program that the step is run with.
    ///
    /// Of featureCounts the strandedness wants no more than which lines of the annotation are genes, so that another way of
    /// counting does not call for it anew.
    package func words(of tool: ExternalTool, _ settings: CountSettings) -> [String] {
        let options = settings.options(of: tool)
        return self == .strandEvidence && tool == .featureCounts
            ? options.selecting(["-t", "-g"]).words : options.words
    }
}

/// The name of a step's result: everything that it depends on and nothing else.
///
/// The digest of the step, its programs with versions and users' options, and the keys of what it reads. Where files lie,
/// the number of threads, and what later steps do are not in it.
package enum StepKey {
    /// - Parameters:
    ///   - inputs: Digests of contents and keys of steps before, in a fixed order.
    ///   - parameters: What else the step is told, such as the strandedness.
    package static func key(
        of step: CountStep, _ settings: CountSettings, versions: [ExternalTool: String], inputs: [String],
        parameters: [String] = []
    ) -> String {
        var hasher = SHA256Hasher()
        func add(_ text: String) {
            // The length in front keeps two lists apart that only differ in where words end.
            hasher.update(Array("\(text.utf8.count):\(text)".utf8))
        }
        add("count-step-1")
        add(step.rawValue)
        for tool in step.tools(settings) {
            add(tool.rawValue)
            add(versions[tool] ?? "")
            let words = step.words(of: tool, settings)
            add("\(words.count)")
            for word in words { add(word) }
        }
        add("\(inputs.count)")
        for input in inputs { add(input) }
        for parameter in parameters { add(parameter) }
        return hasher.finish().description
    }
}
