import ExpressionData
import Foundation

/// The last lines of a command that computes, and its exit.
struct Conclusion {
    let options: RunOptions

    func conclude(_ record: RunRecord) throws {
        if options.json {
            print(String(decoding: try record.encoded(), as: UTF8.self), terminator: "")
        } else if !options.quiet {
            let seconds = String(format: "%.1f", record.seconds)
            Terminal.note("Results in \(options.out) (\(seconds) s, identity \(record.identity))")
        }
        if options.strict, !record.warnings.isEmpty {
            throw CommandFailure(
                status: .finishedWithWarnings,
                message: "finished, with \(counted(record.warnings.count, "warning")) to read")
        }
    }
}
