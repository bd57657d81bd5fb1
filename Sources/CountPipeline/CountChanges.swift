import ExpressionData
import ReadsToCounts

/// What a finished or interrupted run in the same folder was made with, and what a change of it calls for.
package struct CountChanges: Equatable, Codable, Sendable {
    package var settings: CountSettings
    package var versions: [ExternalTool: String]
    package var reference: ReferenceSource
    package var annotation: FileReference
    package var samples: [SampleTask]

    /// By sample, what the sheet or the command declares; samples whose reads are to show it are not in it.
    package var strandedness: [String: Strandedness]

    package init(_ plan: CountPlan) {
        settings = plan.context.settings
        versions = plan.context.versions
        reference = plan.context.reference
        annotation = plan.context.annotation
        samples = plan.samples
        strandedness = Dictionary(
            uniqueKeysWithValues: plan.sheet.samples.compactMap { sample in
                sample.strandedness.map { (sample.name, $0) }
            })
    }

    /// Sentences on what is different now and what is done for it; none where nothing is.
    package func sentences(to now: CountChanges) -> [String] {
        differences(to: now).map { "\($0.what): \($0.remedy)." }
    }

    /// What is different now, in words without a full stop.
    package func words(to now: CountChanges) -> [String] { differences(to: now).map(\.what) }

    private typealias Difference = (what: String, remedy: String)

    private func differences(to now: CountChanges) -> [Difference] {
        var differences: [Difference] = []
        if settings.aligner != now.settings.aligner {
            differences.append(
                difference("the aligner is now \(now.settings.aligner.rawValue)", redoes: [.index, .align]))
        }
        if settings.trimmer != now.settings.trimmer {
            differences.append(difference("the trimmer is now \(now.settings.trimmer.rawValue)", redoes: [.trim]))
        }
        for tool in now.settings.tools where settings.tools.contains(tool) {
            differences += toolDifferences(tool, to: now)
        }
        if settings.runsFastQC != now.settings.runsFastQC {
            differences.append(
                now.settings.runsFastQC
                    ? ("FastQC looks at the reads now", "for those that are trimmed, they are trimmed once more")
                    : ("FastQC no longer looks at the reads", "nothing is done again"))
        }
        if settings.keepsAlignments != now.settings.keepsAlignments {
            differences.append(
                now.settings.keepsAlignments
                    ? ("alignments are kept now (--keep bam)", "done again is alignment")
                    : ("alignments are no longer kept", "those that are there stay in steps/"))
        }
        if reference != now.reference {
            differences.append(difference("the reference was changed", redoes: [.index]))
        }
        if annotation != now.annotation {
            differences.append(difference("the annotation was changed", redoes: [.strandEvidence, .align]))
        }
        return differences + sampleDifferences(to: now)
    }

    private func difference(_ what: String, redoes steps: [CountStep]) -> Difference {
        let all = CountStep.allCases.filter { step in steps.contains { $0 == step || $0.followers.contains(step) } }
        // Neither trimmed reads nor, as a rule, alignments are kept.
        let needsAlignments = all.contains(.count) && !all.contains(.align) && !settings.keepsAlignments
        return (
            what,
            "done again are " + all.map(\.title).joined(separator: ", ")
                + (needsAlignments
                    ? ". Alignments were not kept (--keep bam), so that reads are trimmed and aligned for it once more"
                    : "")
        )
    }

    /// Of a program that both runs have.
    private func toolDifferences(_ tool: ExternalTool, to now: CountChanges) -> [Difference] {
        var differences: [Difference] = []
        let steps = CountStep.allCases.filter { $0.tools(now.settings).contains(tool) }
        if let then = versions[tool], let version = now.versions[tool], then != version {
            differences.append(difference("\(tool.executable) is now \(version) and was \(then)", redoes: steps))
        }
        let (then, options) = (settings.options(of: tool).words, now.settings.options(of: tool).words)
        if then != options {
            let quoted = [then, options].map { $0.isEmpty ? "none" : "`" + $0.joined(separator: " ") + "`" }
            differences.append(
                difference(
                    "the options of \(tool.executable) are now \(quoted[1]) and were \(quoted[0])",
                    redoes: steps.filter { $0.words(of: tool, settings) != $0.words(of: tool, now.settings) }))
        }
        return differences
    }

    private func sampleDifferences(to now: CountChanges) -> [Difference] {
        var differences: [Difference] = []
        let then = Dictionary(uniqueKeysWithValues: samples.map { ($0.name, $0) })
        let changed = now.samples.filter { then[$0.name] != $0 }.map(\.name)
        if !changed.isEmpty {
            differences.append(
                ("samples are new, or have other files (\(listed(changed)))", "what is known of their reads is used"))
        }
        let common = now.samples.map(\.name).filter { then[$0] != nil }
        let declared = Dictionary(grouping: common.filter { strandedness[$0] != now.strandedness[$0] }) {
            now.strandedness[$0]?.rawValue ?? "auto"
        }
        for (word, names) in declared.sorted(by: { $0.key < $1.key }) {
            differences.append(
                (
                    "the strandedness is now declared \(word) for \(listed(names))",
                    "where it comes out differently, done again are alignment, counting"
                ))
        }
        let gone = samples.map(\.name).filter { name in !now.samples.contains { $0.name == name } }
        if !gone.isEmpty {
            differences.append(("samples are no longer in the sheet (\(listed(gone)))", "the others' steps are used"))
        }
        if samples.map(\.name).filter({ !gone.contains($0) }) != common {
            differences.append(("the samples stand in another order", "nothing is done again"))
        }
        return differences
    }
}

extension CountStep {
    /// The steps that read what this one makes.
    var followers: [CountStep] {
        switch self {
        case .index: [.strandEvidence, .align, .count, .profile]
        case .trim: [.trimmedQuality, .align, .count, .profile]
        case .align: [.count, .profile]
        case .strandEvidence, .rawQuality, .trimmedQuality, .count, .profile: []
        }
    }

    /// What people call it.
    package var title: String {
        switch self {
        case .index: "the index"
        case .strandEvidence: "the strandedness"
        case .rawQuality: "FastQC of the reads"
        case .trim: "trimming"
        case .trimmedQuality: "FastQC of the trimmed reads"
        case .align: "alignment"
        case .count: "counting"
        case .profile: "the origin of reads"
        }
    }
}
