/// `rnaseq_qc_results.txt` of Qualimap's `rnaseq`.
package struct QualimapReport: Equatable, Sendable {
    package var exonic: Int
    package var intronic: Int
    package var intergenic: Int

    /// Medians over the best covered transcripts: the mean coverage of the first or last 100 bases over that of all.
    package var fivePrimeBias: Double?
    package var threePrimeBias: Double?

    /// The first over the second.
    package var fiveToThreePrimeBias: Double?

    package init(_ text: String) throws(LogProblem) {
        let log = LogText(text, kind: "rnaseq_qc_results.txt")
        exonic = try log.neededCount(after: "exonic", tail: "=")
        intronic = try log.neededCount(after: "intronic", tail: "=")
        intergenic = try log.neededCount(after: "intergenic", tail: "=")
        func bias(_ label: String) -> Double? {
            log.value(after: label).flatMap { $0.first == "=" ? decimalNumber(trimmed($0.dropFirst())) : nil }
        }
        fivePrimeBias = bias("5' bias")
        threePrimeBias = bias("3' bias")
        fiveToThreePrimeBias = bias("5'-3' bias")
    }
}
