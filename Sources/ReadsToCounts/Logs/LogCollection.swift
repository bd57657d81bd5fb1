/// Logs of programs, whoever ran them, gathered by sample.
///
/// A log is known by its content; its sample by the file that it names, else by its own name.
package struct LogCollection {
    /// A log of reads, whose sample is settled when all logs are there: `liver_1` may be a sample, or its first reads.
    private enum ReadsLog {
        case fastQC(FastQCReport)
        case trimming(TrimmingReport)
    }

    private var readsLogs: [(reads: LogName.Reads, log: ReadsLog)] = []
    private var rowsByName: [String: QualityRow] = [:]

    /// The file of each kind of log that a sample has, for remarks on a second one.
    private var sources: [String: String] = [:]

    /// What people should know: logs that could not be read, and second ones.
    package private(set) var remarks: [String] = []

    package init() {}

    /// Takes a file, if it is a log.
    ///
    /// - Parameter path: As it is told in remarks, with `/` between its folders.
    package mutating func add(_ text: String, path: String) {
        do {
            try take(text, path: path)
        } catch {
            remarks.append("\(path): \(error); it is left out")
        }
    }

    private mutating func take(_ text: String, path: String) throws(LogProblem) {
        let head = text.prefix(4_096)
        if head.hasPrefix("##FastQC") {
            let name = LogText(text, kind: "").value(after: "Filename\t") ?? Substring(path)
            readsLogs.append((LogName.Reads(name), .fastQC(try FastQCReport(text))))
        } else if head.contains("This is cutadapt") || head.contains("SUMMARISING RUN PARAMETERS") {
            readsLogs.append((LogName.Reads(Self.trimmedFile(text) ?? path), .trimming(try TrimmingReport(text))))
        } else if head.hasPrefix("{"), text.contains("\"before_filtering\"") {
            try takeFastp(text, path: path)
        } else if head.contains("HISAT2 summary stats") || head.contains("reads; of these:") {
            let summary = try AlignmentSummary(hisat2: text)
            let isPaired = head.contains("Total pairs:") || head.contains("were paired; of these:")
            update(LogName.stem(path), "an aligner's summary", path) { row in
                row.alignment = summary
                row.isPaired = isPaired
            }
        } else if head.contains("Started job on |") {
            let summary = try AlignmentSummary(star: text)
            // Without a prefix STAR names its log alike for all samples, each in a folder of its own.
            let parts = path.split(separator: "/")
            let name = parts.last == "Log.final.out" ? parts.dropLast().last ?? "" : parts.last ?? ""
            update(LogName.stem(name), "an aligner's summary", path) { $0.alignment = summary }
        } else if head.hasPrefix("Status\t") {
            for (file, summary) in try AssignmentSummary.columns(of: text) {
                update(LogName.stem(file), "featureCounts' summary", path) { $0.assignment = summary }
            }
        } else if head.contains("Reads genomic origin") {
            try takeQualimap(text, path: path)
        }
    }

    private mutating func takeFastp(_ text: String, path: String) throws(LogProblem) {
        let report = try FastpReport(text)
        let isPaired = text.contains("\"read2_before_filtering\"")
        update(LogName.stem(path), "fastp's report", path) { row in
            row.isPaired = isPaired
            row.reads = report.readsBefore / (isPaired ? 2 : 1)
            row.trimmed = report.readsAfter / (isPaired ? 2 : 1)
        }
    }

    private mutating func takeQualimap(_ text: String, path: String) throws(LogProblem) {
        let report = try QualimapReport(text)
        let alignments = LogText(text, kind: "").value(after: "bam file =")
        let folder = path.split(separator: "/").dropLast().last
        update(LogName.stem(alignments ?? folder ?? Substring(path)), "Qualimap's report", path) { row in
            var profile = AlignmentProfile()
            (profile.exonic, profile.intronic, profile.intergenic) = (report.exonic, report.intronic, report.intergenic)
            profile.fivePrimeBias = report.fivePrimeBias
            profile.threePrimeBias = report.threePrimeBias
            row.profile = profile
            row.fiveToThreePrimeBias = report.fiveToThreePrimeBias
        }
    }

    /// The file that a trimming report is about: the first one that its command names.
    private static func trimmedFile(_ text: String) -> String? {
        let log = LogText(text, kind: "")
        if let file = log.value(after: "Input filename:") { return String(file) }
        return log.value(after: "Command line parameters:")?.split(separator: " ").first { word in
            [".fastq", ".fq", ".fastq.gz", ".fq.gz"].contains { word.hasSuffix($0) } && !word.contains("=")
        }.map(String.init)
    }

    private mutating func update(_ sample: String, _ kind: String, _ path: String, _ change: (inout QualityRow) -> Void)
    {
        let source = sample + "\t" + kind
        if let first = sources[source] {
            remarks.append("\(path): sample \(sample) has \(kind) in \(first) already; this one is left out")
            return
        }
        sources[source] = path
        change(&rowsByName[sample, default: QualityRow(sample: sample)])
    }

    /// A row for each sample, by name.
    package func rows() -> [QualityRow] {
        var rows = rowsByName
        let both = Set(readsLogs.filter { !$0.reads.isFirst }.compactMap(\.reads.root))
        for (name, logs) in Dictionary(
            grouping: readsLogs, by: { Self.sample(of: $0.reads, known: rowsByName, withMates: both) })
        {
            let hasMates = logs.contains { $0.reads.name != name && !$0.reads.isFirst }
            Self.add(logs, hasMates: hasMates, to: &rows[name, default: QualityRow(sample: name)])
        }
        return rows.values.sorted { $0.sample.utf8.lexicographicallyPrecedes($1.sample.utf8) }.map { row in
            var row = row
            // What the aligner was given is what trimming left.
            row.trimmed = row.trimmed ?? row.alignment?.total
            return row
        }
    }

    /// A name that other logs have is the sample's; an ending of mates is none where the other mate is there too.
    private static func sample(
        of reads: LogName.Reads, known: [String: QualityRow], withMates both: Set<String>
    ) -> String {
        if known[reads.name] != nil { return reads.name }
        guard let root = reads.root, known[root] != nil || both.contains(root) else { return reads.name }
        return root
    }

    private static func add(
        _ logs: [(reads: LogName.Reads, log: ReadsLog)], hasMates: Bool, to row: inout QualityRow
    ) {
        var (raw, trimmed): ([FastQCReport], [FastQCReport]) = ([], [])
        for (reads, log) in logs {
            switch log {
            case .fastQC(let report) where reads.isTrimmed: trimmed.append(report)
            case .fastQC(let report): raw.append(report)
            case .trimming(let report): add(report, isFirst: reads.isFirst, to: &row)
            }
        }
        row.reads = row.reads ?? raw.first?.sequences
        row.trimmed = row.trimmed ?? trimmed.first?.sequences
        if hasMates { row.isPaired = true }
        guard !raw.isEmpty else { return }
        row.gcPercent = mean(raw.compactMap(\.gcPercent))
        row.deduplicatedPercent = mean(raw.compactMap(\.deduplicatedPercent))
        row.failedModules = raw.flatMap(\.failed).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Of pairs, Trim Galore says how many it removed with the second reads.
    private static func add(_ report: TrimmingReport, isFirst: Bool, to row: inout QualityRow) {
        row.reads = row.reads ?? report.processed
        if let removed = report.removedTooShort {
            row.trimmed = report.processed - removed
        } else if isFirst, row.trimmed == nil {
            row.trimmed = report.written
        }
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
