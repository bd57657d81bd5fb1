import Foundation

/// `fastp.json`.
package struct FastpReport: Equatable, Sendable {
    /// Reads, both of a pair, before and after.
    package var readsBefore: Int
    package var readsAfter: Int
    package var basesBefore: Int
    package var basesAfter: Int

    package init(_ text: String) throws(LogProblem) {
        struct Report: Decodable {
            struct Reads: Decodable {
                var total_reads: Int
                var total_bases: Int
            }
            struct Summary: Decodable {
                var before_filtering: Reads
                var after_filtering: Reads
            }
            var summary: Summary
        }
        guard let summary = try? JSONDecoder().decode(Report.self, from: Data(text.utf8)).summary else {
            throw LogProblem(log: "fastp.json", missing: "summary")
        }
        readsBefore = summary.before_filtering.total_reads
        readsAfter = summary.after_filtering.total_reads
        basesBefore = summary.before_filtering.total_bases
        basesAfter = summary.after_filtering.total_bases
    }
}
