/// What an aligner says of a sample.
package struct AlignmentSummary: Equatable, Codable, Sendable {
    /// Pairs, or single reads.
    package var total: Int

    /// Those aligned at one place, and at several. Of pairs, as pairs; HISAT2's discordant ones are at one.
    package var aligned: Int
    package var multimapped: Int

    /// Of all reads, both of a pair counted, the share that is aligned: HISAT2's overall alignment rate, unrounded. For STAR,
    /// which aligns pairs as a whole, the share of pairs.
    package var alignedFraction: Double

    private init(total: Int, once: Int, several: Int, matesAlone: Int, isPaired: Bool) {
        self.total = total
        aligned = once + several
        multimapped = several
        let (reads, alignedReads) = isPaired ? (2 * total, 2 * aligned + matesAlone) : (total, aligned)
        alignedFraction = reads > 0 ? Double(alignedReads) / Double(reads) : 0
    }

    /// Reads HISAT2's summary, in the format of `--new-summary` and in the old one, which Bowtie 2 has too.
    package init(hisat2 text: String) throws(LogProblem) {
        let log = LogText(text, kind: "HISAT2's summary")
        if log.lines.contains(where: { $0.hasPrefix("HISAT2 summary stats") }) {
            self = try Self(newStyle: log)
        } else {
            self = try Self(oldStyle: log)
        }
    }

    private init(newStyle log: LogText) throws(LogProblem) {
        if let pairs = log.count(after: "Total pairs:") {
            let mates = (log.count(after: "Aligned 1 time:") ?? 0) + (log.count(after: "Aligned >1 times:") ?? 0)
            self.init(
                total: pairs,
                once: try log.neededCount(after: "Aligned concordantly 1 time:")
                    + (log.count(after: "Aligned discordantly 1 time:") ?? 0),
                several: try log.neededCount(after: "Aligned concordantly >1 times:"), matesAlone: mates,
                isPaired: true)
        } else {
            self.init(
                total: try log.neededCount(after: "Total reads:"),
                once: try log.neededCount(after: "Aligned 1 time:"),
                several: try log.neededCount(after: "Aligned >1 times:"), matesAlone: 0, isPaired: false)
        }
    }

    private init(oldStyle log: LogText) throws(LogProblem) {
        func count(endingIn label: String) throws(LogProblem) -> Int {
            guard let count = log.lines.first(where: { $0.hasSuffix(label) }).flatMap(wholeNumber) else {
                throw LogProblem(log: log.kind, missing: label)
            }
            return count
        }
        let total = try count(endingIn: "reads; of these:")
        guard log.lines.contains(where: { $0.hasSuffix("were paired; of these:") }) else {
            self.init(
                total: total, once: try count(endingIn: "aligned exactly 1 time"),
                several: try count(endingIn: "aligned >1 times"), matesAlone: 0, isPaired: false)
            return
        }
        let mates =
            ((try? count(endingIn: "aligned exactly 1 time")) ?? 0)
            + ((try? count(endingIn: ") aligned >1 times")) ?? 0)
        self.init(
            total: total,
            once: try count(endingIn: "aligned concordantly exactly 1 time")
                + ((try? count(endingIn: "aligned discordantly 1 time")) ?? 0),
            several: try count(endingIn: "aligned concordantly >1 times"), matesAlone: mates, isPaired: true)
    }

    /// Reads STAR's `Log.final.out`.
    package init(star text: String) throws(LogProblem) {
        let log = LogText(text, kind: "STAR's Log.final.out")
        func count(_ label: String) throws(LogProblem) -> Int { try log.neededCount(after: label, tail: "|") }
        self.init(
            total: try count("Number of input reads"), once: try count("Uniquely mapped reads number"),
            several: try count("Number of reads mapped to multiple loci"), matesAlone: 0, isPaired: false)
    }
}
