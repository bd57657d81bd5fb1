/// Names of samples in the names of files, as pipelines make them.
enum LogName {
    /// What programs and pipelines put behind a sample's name.
    private static let endings = [
        ".gz", ".fastq", ".fq", ".bam", ".sam", ".sorted", "_sorted", ".markdup", ".dedup", ".umi_dedup", ".merged",
        "Aligned.sortedByCoord.out", "Aligned.out", ".hisat2.summary", "_hisat2_summary", ".summary", ".log", ".txt",
        ".fastp", ".json", "Log.final.out", ".cutadapt", "_trimming_report", ".star", ".hisat2", ".err",
    ]

    /// The name of a path's last part without what was put behind the sample's.
    static func stem(_ path: some StringProtocol) -> String {
        var name = String(path.split(separator: "/").last ?? "")
        while let ending = endings.first(where: { name.hasSuffix($0) && name.count > $0.count }) {
            name.removeLast(ending.count)
        }
        while let last = name.last, last == "." || last == "_" { name.removeLast() }
        return name
    }

    /// A file of reads by its name.
    struct Reads: Equatable {
        /// With what tells mates apart.
        var name: String

        /// Without it; nil where nothing does.
        var root: String?
        var isFirst: Bool
        var isTrimmed: Bool

        init(_ file: some StringProtocol) {
            name = LogName.stem(file)
            isTrimmed = false
            // Trim Galore's, and fastp's as nf-core has them.
            for ending in ["_val_1", "_val_2", "_trimmed", ".trimmed", ".trim"] where name.hasSuffix(ending) {
                name.removeLast(ending.count)
                isTrimmed = true
            }
            if file.contains(".fastp.") { isTrimmed = true }
            isFirst = true
            for (ending, isFirst) in [
                ("_R1_001", true), ("_R2_001", false), ("_R1", true), ("_R2", false), ("_1", true), ("_2", false),
                (".1", true), (".2", false),
            ] where name.hasSuffix(ending) && name.count > ending.count {
                root = String(name.dropLast(ending.count))
                self.isFirst = isFirst
                break
            }
        }
    }
}
