import ExpressionData
import SamplePermutation

extension StudyResults {
    /// What to say of every permutation of samples: how many shuffles there were, the smallest p that they allow, and
    /// where sign flips disagree. What holds for several analyses is said once.
    package var permutationNotes: [String] {
        var said = AttributedNotes()
        if let samples = enrichment?.samples { said.add(samples.notes, of: nil) }
        for analysis in analyses {
            for test in analysis.tests {
                guard let samples = test.enrichment?.samples else { continue }
                said.add(samples.notes, of: analysis.input.name.isEmpty ? test.name : analysis.input.name)
            }
        }
        return said.sentences
    }
}

/// Notes of several analyses, each said once with all that it is of, in the order in which they first came.
package struct AttributedNotes {
    private var notes: [(text: String, analyses: [String])] = []

    package init() {}

    /// - Parameter analysis: Its name; nil where there is one alone.
    package mutating func add(_ texts: [String], of analysis: String?) {
        for text in texts {
            let place = notes.firstIndex { $0.text == text } ?? notes.count
            if place == notes.count { notes.append((text, [])) }
            if let analysis, !notes[place].analyses.contains(analysis) { notes[place].analyses.append(analysis) }
        }
    }

    /// Such as `main/dose: …`, and `in main/dose and main/age: …`.
    package var sentences: [String] {
        notes.map { text, analyses in
            guard let first = analyses.first else { return text }
            return analyses.count == 1 ? "\(first): \(text)" : "in \(listed(analyses)): \(text)"
        }
    }
}

extension SamplePermutationOutcome {
    fileprivate var notes: [String] { [jointNote, extent, comparison?.advice].compactMap(\.self) }

    /// Which columns are tested together; nil for one.
    var jointNote: String? {
        guard isJoint else { return nil }
        return
            "the \(columnCount) columns of \(exposure) are tested jointly: genes are ranked by a statistic without a "
            + "sign, and sets are sought at its top alone"
    }

    /// How many shuffles there were, and the smallest p that any number of them can show.
    var extent: String {
        let least = results.smallestPossibleP
        let count = grouped(results.permutations)
        if isEnumerated {
            return
                "all \(count) distinct arrangements of scheme \(scheme) were enumerated: p-values are exact, and none is "
                + "below \(decimal(least.significant(3)))"
        }
        let drawn = "\(count) permutations of samples by scheme \(scheme)"
        // Of what is smaller nobody ever draws enough.
        guard least >= 1e-12 else { return drawn + ", of so many distinct ones that they put no bound to p" }
        return drawn + "; no number of them shows a p below \(decimal(least.significant(3)))"
    }
}

extension Double {
    /// Rounded to so many significant digits.
    fileprivate func significant(_ digits: Int) -> Double {
        guard self != 0, isFinite else { return self }
        var scale = 1.0
        while magnitude * scale < 1, scale < 1e300 { scale *= 10 }
        for _ in 1..<digits { scale *= 10 }
        return (self * scale).rounded() / scale
    }
}
