import Foundation
import Synchronization

/// Runs the scheduler's own commands, which hang when its controller is away.
enum SchedulerCommand {
    /// How long one of them may take.
    static let patience: Double = 30

    /// Runs a command to its end.
    ///
    /// - Parameters:
    ///   - environment: What is set for it besides this process's own variables.
    ///   - patience: How many seconds it may take.
    /// - Returns: What it printed, without white space around it.
    /// - Throws: `CommandFailure` when it is not there, fails, or takes too long.
    static func run(_ arguments: [String], environment: [String: String] = [:], patience: Double = patience) throws
        -> String
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let isLate = Mutex(false)
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now() + patience)
        timer.setEventHandler {
            isLate.withLock { $0 = true }
            process.terminate()
        }
        timer.resume()
        defer { timer.cancel() }
        // These commands print little, so that one pipe never fills while the other is read.
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        if isLate.withLock({ $0 }) {
            throw CommandFailure(
                status: .failed,
                message: "\(arguments[0]) did not answer within \(Int(patience)) s; is Slurm's controller away? "
                    + "Nothing was changed; try again later.")
        }
        guard process.terminationStatus == 0 else {
            let reason = process.terminationStatus == 127 ? "it is not installed here" : trimmed(complaint)
            throw CommandFailure(status: .failed, message: "\(arguments.joined(separator: " ")): \(reason)")
        }
        return trimmed(text)
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}
