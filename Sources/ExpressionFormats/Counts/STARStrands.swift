import ExpressionData

/// Which strand the reads of a library come from, as STAR's three counts tell.
///
/// STAR counts every read once as if the library were unstranded, once as if
/// the first read lay on the gene's strand and once as if it lay on the other.
/// Of a stranded library nearly all reads are in one of the two; of an
/// unstranded one they share them.
struct STARStrands {
    let strandedness: PerSampleCounts.Strandedness
    let warnings: [InputWarning]

    /// - Parameter totals: For every sample the sums of the three columns.
    init(samples: [String], totals: [Int]) {
        let forwardShares = samples.indices.map { sample in
            let (forward, reverse) = (Double(totals[3 * sample + 1]), Double(totals[3 * sample + 2]))
            return forward + reverse > 0 ? forward / (forward + reverse) : 0.5
        }
        let verdicts = forwardShares.map(Self.verdict)
        let forward = samples.indices.reduce(0.0) { $0 + Double(totals[3 * $1 + 1]) }
        let reverse = samples.indices.reduce(0.0) { $0 + Double(totals[3 * $1 + 2]) }
        let share = forward + reverse > 0 ? forward / (forward + reverse) : 0.5
        let pooled = Self.verdict(share)
        strandedness = pooled ?? .unstranded
        let percent = "\(Int((share * 100).rounded())) % of the stranded counts are on the gene's strand"
        guard let pooled else {
            warnings = [
                InputWarning(
                    .warning,
                    "STAR's counts do not tell whether the libraries are stranded (\(percent)): "
                        + "the unstranded counts are taken; choose with --strandedness")
            ]
            return
        }
        let others = samples.indices.filter { verdicts[$0] != pooled }
        guard others.isEmpty else {
            warnings = [
                InputWarning(
                    .warning,
                    "the libraries are taken as \(pooled.rawValue) (\(percent)), but "
                        + "\(listed(others.map { samples[$0] })) \(others.count == 1 ? "looks" : "look") different; "
                        + "choose with --strandedness, or leave samples out")
            ]
            return
        }
        warnings = [
            InputWarning(.note, "the libraries are taken as \(pooled.rawValue): \(percent)")
        ]
    }

    /// At least four reads in five on one strand, or nearly as many on both; nil between.
    private static func verdict(_ forwardShare: Double) -> PerSampleCounts.Strandedness? {
        switch forwardShare {
        case 0.8...: .forward
        case ...0.2: .reverse
        case 0.4...0.6: .unstranded
        default: nil
        }
    }
}
