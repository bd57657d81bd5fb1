/// A sample in `quality.tsv`; nil is what nobody has looked at, or what no log says.
package struct QualityRow: Equatable, Sendable {
    package var sample: String

    /// Pairs, or single reads, as they came, and those that trimming left.
    package var reads: Int?
    package var trimmed: Int?
    package var alignment: AlignmentSummary?
    package var assignment: AssignmentSummary?
    package var strandedness: Strandedness?
    package var evidence: StrandEvidence?
    package var isPaired: Bool?
    package var profile: AlignmentProfile?

    /// The 5′ over the 3′ bias: Qualimap's own is a median of ratios, ours a ratio of medians.
    package var fiveToThreePrimeBias: Double?
    package var gcPercent: Double?
    package var deduplicatedPercent: Double?

    /// Nil without FastQC.
    package var failedModules: [String]?

    package init(sample: String) { self.sample = sample }

    /// Of a sample that was counted here.
    package init(_ quality: SampleQuality, strandedness: Strandedness) {
        sample = quality.sample
        reads = quality.reads
        trimmed = quality.trimmed
        alignment = quality.alignment
        assignment = quality.assignment
        self.strandedness = strandedness
        evidence = quality.evidence
        isPaired = quality.isPaired
        profile = quality.profile
        fiveToThreePrimeBias = quality.profile?.fiveToThreePrimeBias
        gcPercent = quality.gcPercent
        deduplicatedPercent = quality.deduplicatedPercent
        failedModules = quality.failedModules
    }
}
