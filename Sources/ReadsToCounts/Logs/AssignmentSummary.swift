/// featureCounts' `.summary` of one sample.
package struct AssignmentSummary: Equatable, Codable, Sendable {
    /// Numbers of alignments, or of pairs of them, by featureCounts' own names.
    package var counts: [String: Int]

    package subscript(status: String) -> Int { counts[status] ?? 0 }

    package var assigned: Int { self["Assigned"] }

    /// The share of what is aligned that is assigned to genes: nil without any.
    ///
    /// A read at several places is several alignments here, as in featureCounts' own percentage.
    package var assignedFraction: Double? {
        let aligned = counts.values.reduce(0, +) - self["Unassigned_Unmapped"]
        return aligned > 0 ? Double(assigned) / Double(aligned) : nil
    }

    private init(counts: [String: Int]) { self.counts = counts }

    package init(_ text: String) throws(LogProblem) {
        let columns = try Self.columns(of: text)
        guard let first = columns.first, columns.count == 1 else {
            throw LogProblem(log: "featureCounts' summary", missing: "Status, and one file of alignments")
        }
        self = first.summary
    }

    /// Reads a summary of several samples, each with its file of alignments.
    package static func columns(of text: String) throws(LogProblem) -> [(file: String, summary: AssignmentSummary)] {
        let log = LogText(text, kind: "featureCounts' summary")
        guard let header = log.lines.first, header.hasPrefix("Status\t") else {
            throw LogProblem(log: log.kind, missing: "Status")
        }
        let files = header.split(separator: "\t").dropFirst().map(String.init)
        var counts = [[String: Int]](repeating: [:], count: files.count)
        for line in log.lines.dropFirst() {
            let fields = line.split(separator: "\t")
            guard fields.count == files.count + 1 else { continue }
            for (index, field) in fields.dropFirst().enumerated() {
                counts[index][String(fields[0])] = wholeNumber(field)
            }
        }
        guard counts.allSatisfy({ $0["Assigned"] != nil }) else { throw LogProblem(log: log.kind, missing: "Assigned") }
        return zip(files, counts).map { ($0, AssignmentSummary(counts: $1)) }
    }
}

/// featureCounts' table of one sample.
package struct FeatureCountsTable: Equatable, Sendable {
    package var genes: [String] = []

    /// Bases in exons, each counted once.
    package var lengths: [Int] = []
    package var counts: [Int] = []

    package init(_ bytes: [UInt8]) throws(LogProblem) {
        var hasHeader = false
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            if !hasHeader {
                guard fields.count == 7, String(decoding: fields[0], as: UTF8.self) == "Geneid" else {
                    throw LogProblem(log: "featureCounts' table", missing: "Geneid")
                }
                hasHeader = true
                continue
            }
            guard fields.count == 7, let length = Int(String(decoding: fields[5], as: UTF8.self)),
                let count = Int(String(decoding: fields[6], as: UTF8.self)), count >= 0
            else { throw LogProblem(log: "featureCounts' table", missing: "gene, length and count") }
            genes.append(String(decoding: fields[0], as: UTF8.self))
            lengths.append(length)
            counts.append(count)
        }
        guard hasHeader else { throw LogProblem(log: "featureCounts' table", missing: "Geneid") }
    }
}
