import ExpressionData

/// Which strand of the transcript the first read of a pair (or a single read) has.
package enum Strandedness: String, CaseIterable, Codable, Sendable {
    case unstranded, forward, reverse

    /// What featureCounts calls it (`-s`).
    var featureCountsCode: String {
        switch self {
        case .unstranded: "0"
        case .forward: "1"
        case .reverse: "2"
        }
    }

    /// What HISAT2 calls it (`--rna-strandness`); nil: nothing is said.
    func hisat2Code(isPaired: Bool) -> String? {
        switch self {
        case .unstranded: nil
        case .forward: isPaired ? "FR" : "F"
        case .reverse: isPaired ? "RF" : "R"
        }
    }
}

/// What a sample's first reads say of its library.
///
/// featureCounts assigns them once as a forward and once as a reverse library; a stranded library has nearly all of them in
/// one of the two.
package struct StrandEvidence: Equatable, Codable, Sendable {
    /// Reads or pairs of the first ones that are assigned as a forward and as a reverse library.
    package var forward: Int
    package var reverse: Int

    package init(forward: Int, reverse: Int) {
        self.forward = forward
        self.reverse = reverse
    }

    /// How many of the first reads are looked at: the second number only where the first leaves a doubt.
    package static let readCounts = [40_000, 200_000]

    /// Looks at the first reads, and at more of them as long as these could show another library.
    ///
    /// - Parameters:
    ///   - reads: How many there are.
    ///   - look: Gives the evidence of the first so many.
    package static func gathered(of reads: Int, _ look: (Int) throws -> StrandEvidence) rethrows -> StrandEvidence {
        var evidence = StrandEvidence(forward: 0, reverse: 0)
        for limit in readCounts {
            evidence = try look(limit)
            if evidence.isBeyondDoubt || reads <= limit { break }
        }
        return evidence
    }

    /// Whether more reads of the kind would show the same library.
    ///
    /// The standard error of a share of 10,000 reads is at most 0.005; no bound is nearer than four of them.
    package var isBeyondDoubt: Bool {
        let assigned = forward + reverse
        guard assigned >= 10_000, library != nil else { return false }
        let share = Double(forward) / Double(assigned)
        return [0.2, 0.45, 0.55, 0.8].allSatisfy { abs(share - $0) >= 0.02 }
    }

    /// Fewer assigned reads than this say nothing.
    static let leastAssigned = 100

    /// The library, or nil where the numbers are neither of a stranded nor of an unstranded one.
    ///
    /// With at least 0.8 of the assigned reads on one strand the library is stranded; with both within 0.1 of each other
    /// it is not: the bounds that nf-core/rnaseq has.
    package var library: Strandedness? {
        let assigned = forward + reverse
        guard assigned >= Self.leastAssigned else { return nil }
        if forward * 10 >= assigned * 8 { return .forward }
        if reverse * 10 >= assigned * 8 { return .reverse }
        return abs(forward - reverse) * 10 <= assigned ? .unstranded : nil
    }

    /// `1,204 forward and 61,380 reverse`
    package var description: String { "\(grouped(forward)) forward and \(grouped(reverse)) reverse" }
}

/// How the strandedness of a cohort is settled before hours are spent on it.
package enum CohortStrandedness {
    /// Returns the one strandedness of all samples.
    ///
    /// - Parameter evidence: One for each sample.
    /// - Throws: `InputError` naming the samples: where reads contradict what was declared, where they say nothing and
    ///   nothing was declared, and where the cohort is mixed.
    package static func settle(
        _ samples: [SheetSample], evidence: [StrandEvidence], sheet: String
    ) throws -> Strandedness {
        var found: [(name: String, library: Strandedness, evidence: StrandEvidence)] = []
        for (sample, evidence) in zip(samples, evidence) {
            switch (sample.strandedness, evidence.library) {
            case (let declared?, let seen?) where declared != seen:
                throw InputError(
                    file: sheet, line: sample.line, sample: sample.name,
                    "the sample is declared \(declared.rawValue), and its first reads are \(seen.rawValue) "
                        + "(assigned reads: \(evidence.description))",
                    remedy: "Correct the strandedness, or write auto.")
            case (let declared?, _):
                found.append((sample.name, declared, evidence))
            case (nil, let seen?):
                found.append((sample.name, seen, evidence))
            case (nil, nil):
                throw InputError(
                    file: sheet, line: sample.line, sample: sample.name,
                    "the first reads do not show a strandedness (assigned reads: \(evidence.description))",
                    remedy: "See whether they belong to this genome and annotation; if they do, state unstranded, "
                        + "forward or reverse in the sheet or with --strandedness.")
            }
        }
        let libraries = Strandedness.allCases.filter { library in found.contains { $0.library == library } }
        guard libraries.count > 1 else { return libraries[0] }
        let groups = libraries.map { library in
            let members = found.filter { $0.library == library }
            return "\(library.rawValue): " + listed(members.map { "\($0.name) (\($0.evidence.description))" }, limit: 5)
        }
        throw InputError(
            file: sheet, "the samples have libraries of different strandedness; " + groups.joined(separator: "; "),
            remedy: "Counts of different kinds of libraries cannot be compared: count them apart, or look for samples "
                + "that were exchanged.")
    }
}
