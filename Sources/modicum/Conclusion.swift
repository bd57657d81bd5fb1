import ExpressionData
import Foundation

/// The last lines of a command that computes, and its exit.
struct Conclusion {
    let options: RunOptions

    /// Whether there is somebody to read it.
    var saysWhatWasFound: Bool { !options.json && !options.quiet }

    /// - Parameter found: What each analysis found.
    func conclude(_ record: RunRecord, found: [String]) throws {
        if options.json {
            print(String(decoding: try record.encoded(), as: UTF8.self), terminator: "")
        } else if !options.quiet {
            let seconds = String(format: "%.1f", record.seconds)
            for line in found { Terminal.note(line) }
            let page = options.out + "/report.html"
            if options.makesReport, FileManager.default.fileExists(atPath: page) { Terminal.note("Report in \(page)") }
            Terminal.note("Results in \(options.out) (\(seconds) s, identity \(record.identity))")
        }
        if options.strict, !record.warnings.isEmpty {
            throw CommandFailure(
                status: .finishedWithWarnings,
                message: "finished, with \(counted(record.warnings.count, "warning")) to read")
        }
    }
}
