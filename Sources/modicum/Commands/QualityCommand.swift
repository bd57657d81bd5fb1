import ArgumentParser
import Deflate
import ExpressionFormats
import Foundation
import ReadsToCounts

/// `modicum quality`: one table of what the logs of any pipeline say of its samples.
struct QualityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quality",
        abstract: "One quality table of a folder of logs, also of runs that another pipeline made.",
        discussion: """
            Reads the logs of FastQC, Cutadapt, Trim Galore, fastp, HISAT2, STAR, featureCounts and Qualimap's rnaseq
            that lie anywhere in the folder, and writes the table that `modicum count` calls quality.tsv. What no log
            says is NA. Samples that stand apart from the others are flagged.

            Example:
              modicum quality results --out quality.tsv
            """)

    @Argument(help: "The folder of the logs.")
    var folder: String

    @Option(name: .long, help: "File for the table (default: stdout).")
    var out: String?

    @Flag(name: .long, help: "Say nothing but errors.")
    var quiet = false

    @Flag(name: .long, help: "Exit with 4 when there were warnings.")
    var strict = false

    @Flag(name: .long, help: "Print the table and the warnings as JSON.")
    var json = false

    /// What `--json` prints.
    private struct Outcome: Encodable {
        let samples: TableRows
        let warnings: [String]
    }

    func run() throws {
        let logs = try LogFolder(path: folder).collection()
        let table = QualityTable(logs.rows())
        guard !table.rows.isEmpty else {
            throw CommandFailure(
                status: .badInput,
                message:
                    "\(folder) has no log of FastQC, Cutadapt, Trim Galore, fastp, HISAT2, STAR, featureCounts or "
                    + "Qualimap. Name the folder of a pipeline's results.")
        }
        let warnings = logs.remarks + table.warnings
        if let out { try AtomicFile.write(table.bytes, to: out) }
        if json {
            try JSONText.print(Outcome(samples: TableRows(columns: table.columns), warnings: warnings))
        } else if out == nil {
            print(String(decoding: table.bytes, as: UTF8.self), terminator: "")
        }
        if !quiet { for warning in warnings { Terminal.warning(warning) } }
        if strict, !warnings.isEmpty { throw CommandFailure(status: .finishedWithWarnings, message: nil) }
    }
}

/// A folder with logs among other files.
struct LogFolder {
    let path: String

    /// Larger texts are no logs that are read here; reads and alignments are not opened.
    private static let sizeLimit = 16 << 20
    private static let endings = ["txt", "log", "out", "summary", "json", "err", "zip"]

    func collection() throws -> LogCollection {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue,
            let names = FileManager.default.enumerator(atPath: path)
        else { throw CommandFailure(status: .badInput, message: "\(path): there is no such folder.") }
        var logs = LogCollection()
        // In an order of its own, so that the table does not depend on the file system.
        for case let name as String in names.allObjects.sorted(by: { "\($0)" < "\($1)" })
        where Self.endings.contains((name as NSString).pathExtension) {
            guard let content = content(of: name) else { continue }
            logs.add(String(decoding: content, as: UTF8.self), path: path + "/" + name)
        }
        return logs
    }

    private func content(of name: String) -> [UInt8]? {
        let file = path + "/" + name
        guard let size = (try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int,
            size <= Self.sizeLimit, let data = FileManager.default.contents(atPath: file)
        else { return nil }
        guard name.hasSuffix(".zip") else { return [UInt8](data) }
        // FastQC's archive; where its folder lies beside it, that has the same.
        guard name.hasSuffix("_fastqc.zip"),
            !FileManager.default.fileExists(atPath: file.dropLast(4) + "/fastqc_data.txt")
        else { return nil }
        return ZipArchive([UInt8](data))?.content(sizeLimit: Self.sizeLimit) { $0.hasSuffix("/fastqc_data.txt") }
    }
}
