import ExpressionData
import ReadsToCounts

/// What a finished or interrupted run in the same folder was made with, and what a change of it calls for.
package struct CountChanges: Equatable, Codable, Sendable {
    package var settings: CountSettings
    package var versions: [ExternalTool: String]
    package var reference: ReferenceSource
    package var annotation: FileReference
    package var samples: [SampleTask]

    package init(_ plan: CountPlan) {
        settings = plan.context.settings
        versions = plan.context.versions
        reference = plan.context.reference
        annotation = plan.context.annotation
        samples = plan.samples
    }

    /// Sentences on what is different now and which steps are done again for it; none where nothing is.
    package func sentences(to now: CountChanges) -> [String] {
        var sentences: [String] = []
        func add(_ what: String, redoes steps: [CountStep]) {
            let all = CountStep.allCases.filter { step in steps.contains { $0 == step || $0.followers.contains(step) } }
            let again = "\(what): done again are " + all.map(\.title).joined(separator: ", ") + "."
            // Neither trimmed reads nor, as a rule, alignments are kept.
            let needsAlignments = all.contains(.count) && !all.contains(.align) && !settings.keepsAlignments
            sentences.append(
                again
                    + (needsAlignments
                        ? " Alignments were not kept (--keep bam), so that reads are trimmed and aligned for it once more."
                        : ""))
        }
        if settings.aligner != now.settings.aligner {
            add("the aligner is now \(now.settings.aligner.rawValue)", redoes: [.index, .align])
        }
        if settings.trimmer != now.settings.trimmer {
            add("the trimmer is now \(now.settings.trimmer.rawValue)", redoes: [.trim])
        }
        for tool in now.settings.tools where settings.tools.contains(tool) {
            let steps = CountStep.allCases.filter { $0.tools(now.settings).contains(tool) }
            if let then = versions[tool], let version = now.versions[tool], then != version {
                add("\(tool.executable) is now \(version) and was \(then)", redoes: steps)
            }
            let (then, options) = (settings.options(of: tool).words, now.settings.options(of: tool).words)
            if then != options {
                let quoted = [then, options].map { $0.isEmpty ? "none" : "`" + $0.joined(separator: " ") + "`" }
                add(
                    "the options of \(tool.executable) are now \(quoted[1]) and were \(quoted[0])",
                    redoes: steps.filter { $0.words(of: tool, settings) != $0.words(of: tool, now.settings) })
            }
        }
        if reference != now.reference { add("the reference was changed", redoes: [.index]) }
        if annotation != now.annotation { add("the annotation was changed", redoes: [.strandEvidence, .align]) }
        let then = Dictionary(uniqueKeysWithValues: samples.map { ($0.name, $0) })
        let changed = now.samples.filter { then[$0.name] != $0 }.map(\.name)
        if !changed.isEmpty {
            sentences.append("new, or with other files: \(listed(changed)). What is known of their reads is used.")
        }
        let gone = samples.map(\.name).filter { name in !now.samples.contains { $0.name == name } }
        if !gone.isEmpty { sentences.append("no longer in the sheet: \(listed(gone)).") }
        return sentences
    }
}

extension CountStep {
    /// The steps that read what this one makes.
    var followers: [CountStep] {
        switch self {
        case .index: [.strandEvidence, .align, .count]
        case .trim: [.trimmedQuality, .align, .count]
        case .align: [.count]
        case .strandEvidence, .rawQuality, .trimmedQuality, .count: []
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
        }
    }
}
