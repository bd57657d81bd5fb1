import ExpressionData

/// What makes counts of reads, beside the reads, the reference and the annotation.
package struct CountSettings: Equatable, Codable, Sendable {
    package enum Aligner: String, CaseIterable, Codable, Sendable { case hisat2, star }
    package enum Trimmer: String, CaseIterable, Codable, Sendable {
        case trimGalore = "trim-galore"
        case fastp, none
    }

    package var aligner = Aligner.hisat2
    package var trimmer = Trimmer.trimGalore

    /// Whether FastQC looks at the reads before and after trimming.
    package var runsFastQC = true

    /// Whether alignments stay, in the folder of the results.
    package var keepsAlignments = false

    /// What users add for a program.
    package var options: [ExternalTool: ToolOptions] = [:]

    package init() {}

    /// The programs that a run needs, in the order of their work.
    package var tools: [ExternalTool] {
        var tools: [ExternalTool] = runsFastQC ? [.fastqc] : []
        switch trimmer {
        case .trimGalore: tools += [.trimGalore, .cutadapt]
        case .fastp: tools.append(.fastp)
        case .none: break
        }
        switch aligner {
        case .hisat2: tools += [.hisat2Build, .hisat2]
        case .star: tools.append(.star)
        }
        return tools + [.samtools, .featureCounts]
    }

    package func options(of tool: ExternalTool) -> ToolOptions { options[tool] ?? .none }

    /// Checks settings that came from elsewhere.
    ///
    /// - Throws: `InputError` for an option that is not passed on, and for options of a program that these settings do not
    ///   run, which would go unheard.
    package func check() throws {
        for (tool, options) in options { try options.check(for: tool) }
        let unheard = options.filter { !$0.value.words.isEmpty && !tools.contains($0.key) }.keys.sorted()
        guard unheard.isEmpty else {
            throw InputError(
                "there are options of \(listed(unheard.map(\.executable))), which is not run with "
                    + "--aligner \(aligner.rawValue) --trimmer \(trimmer.rawValue) --fastqc \(runsFastQC ? "on" : "off")",
                remedy: "Leave the options out, or choose the program that they are of.")
        }
    }
}
