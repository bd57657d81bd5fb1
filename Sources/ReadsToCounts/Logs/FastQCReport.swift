/// `fastqc_data.txt` of one file of reads.
package struct FastQCReport: Equatable, Sendable {
    package var sequences: Int
    package var gcPercent: Double?

    /// What would be left without duplicates, as FastQC estimates it.
    package var deduplicatedPercent: Double?

    /// Modules by FastQC's own verdict.
    package var warned: [String]
    package var failed: [String]

    package init(_ text: String) throws(LogProblem) {
        let log = LogText(text, kind: "fastqc_data.txt")
        guard log.lines.first?.hasPrefix("##FastQC") == true else {
            throw LogProblem(log: log.kind, missing: "##FastQC")
        }
        sequences = try log.neededCount(after: "Total Sequences\t")
        gcPercent = log.value(after: "%GC\t").flatMap(decimalNumber)
        deduplicatedPercent = log.value(after: "#Total Deduplicated Percentage\t").flatMap(decimalNumber)
        func modules(_ verdict: Substring) -> [String] {
            log.lines.filter { $0.hasPrefix(">>") && $0.split(separator: "\t").last == verdict }
                .map { String($0.dropFirst(2).prefix { $0 != "\t" }) }
        }
        warned = modules("warn")
        failed = modules("fail")
    }
}
