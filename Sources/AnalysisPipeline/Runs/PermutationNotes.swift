import ExpressionData
import SamplePermutation

extension StudyResults {
    /// What to say of every permutation of samples: how many shuffles there were, the smallest p that they allow, and
    /// where sign flips disagree.
    package var permutationNotes: [String] {
        var outcomes: [(label: String, outcome: SamplePermutationOutcome)] = []
        if let samples = enrichment?.samples { outcomes.append(("", samples)) }
        for analysis in analyses {
            for test in analysis.tests {
                guard let samples = test.enrichment?.samples else { continue }
                let label = analysis.input.name.isEmpty ? test.name : analysis.input.name
                outcomes.append((label + ": ", samples))
            }
        }
        return outcomes.flatMap { label, outcome in
            [
                outcome.jointNote.map { label + $0 }, label + outcome.extent,
                outcome.comparison?.advice.map { label + $0 },
            ].compactMap { $0 }
        }
    }
}

extension SamplePermutationOutcome {
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
