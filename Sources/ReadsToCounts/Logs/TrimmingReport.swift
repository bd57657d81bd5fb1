/// A report of Cutadapt, or of Trim Galore, which holds one.
package struct TrimmingReport: Equatable, Sendable {
    /// Reads of this file, or pairs where Cutadapt ran on both files at once.
    package var processed: Int
    package var withAdapter: Int

    /// Reads that are written, before Trim Galore removes short pairs.
    package var written: Int
    package var basesProcessed: Int
    package var basesQualityTrimmed: Int
    package var basesWritten: Int

    /// Pairs, or single reads, that Trim Galore removed for their length; nil where the report does not say, as that of
    /// first reads of pairs does not.
    package var removedTooShort: Int?

    package init(_ text: String) throws(LogProblem) {
        let log = LogText(text, kind: "the trimming report")
        let isPaired = log.count(after: "Total read pairs processed:") != nil
        processed = try log.neededCount(after: isPaired ? "Total read pairs processed:" : "Total reads processed:")
        withAdapter = try log.neededCount(after: isPaired ? "Read 1 with adapter:" : "Reads with adapters:")
        written = try log.neededCount(after: isPaired ? "Pairs written" : "Reads written", tail: ":")
        basesProcessed = try log.neededCount(after: "Total basepairs processed:")
        basesQualityTrimmed = log.count(after: "Quality-trimmed:") ?? 0
        basesWritten = try log.neededCount(after: "Total written", tail: ":")
        removedTooShort =
            log.lines.first {
                $0.hasPrefix("Number of sequence pairs removed") || $0.hasPrefix("Sequences removed because")
            }
            .flatMap { line in line.lastIndex(of: ":").flatMap { wholeNumber(trimmed(line[line.index(after: $0)...])) }
            }
    }
}

extension LogText {
    /// The number behind the first `tail` of the line that begins so: `Reads written (passing filters): 15,000`.
    func neededCount(after label: String, tail: Character) throws(LogProblem) -> Int {
        guard let line = lines.first(where: { $0.hasPrefix(label) }), let end = line.firstIndex(of: tail),
            let count = wholeNumber(trimmed(line[line.index(after: end)...]))
        else { throw LogProblem(log: kind, missing: label) }
        return count
    }
}
