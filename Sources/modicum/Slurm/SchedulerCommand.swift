import Foundation

/// Runs the scheduler's own commands, which hang when its controller is away.
enum SchedulerCommand {
    /// The command was there, and said no.
    struct Refusal: Error, CustomStringConvertible {
        let command: [String]
        let words: String

        var description: String { "\(command.joined(separator: " ")): \(words)" }
    }

    /// How long one of them may take.
    static let patience: Double = 30

    /// Runs a command to its end.
    ///
    /// - Parameters:
    ///   - environment: What is set for it besides this process's own variables.
    ///   - patience: How many seconds it may take.
    /// - Returns: What it printed, without white space around it.
    /// - Throws: `Refusal` when it fails, and `CommandFailure` when it is not there or takes too long.
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
        // These commands print little, so that neither pipe fills while the other is read.
        let deadline = ContinuousClock.now + .seconds(patience)
        guard let answer = text(of: output, until: deadline), let complaint = text(of: errors, until: deadline) else {
            process.terminate()
            throw CommandFailure(
                status: .failed,
                message: "\(arguments[0]) did not answer within \(Int(patience)) s; is Slurm's controller away? "
                    + "Nothing was changed; try again later.")
        }
        // It has closed its ends, so that it is about to leave.
        while process.isRunning && ContinuousClock.now < deadline { usleep(1000) }
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            if process.terminationStatus == 127 {
                throw CommandFailure(
                    status: .failed,
                    message: "\(arguments[0]) is not installed here; is this a login node of the cluster?")
            }
            throw Refusal(command: arguments, words: trimmed(complaint))
        }
        return trimmed(answer)
    }

    /// All that a command writes there until it ends, or nil when it has not ended in time.
    ///
    /// The calling thread waits itself: a timer would need another, which a system with limits may not give.
    private static func text(of pipe: Pipe, until deadline: ContinuousClock.Instant) -> String? {
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        var bytes: [UInt8] = []
        while true {
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            guard left > 0 else { return nil }
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, Int32(left.rounded(.up))) > 0 else { continue }
            let piece = pipe.fileHandleForReading.availableData
            if piece.isEmpty { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece
        }
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}
