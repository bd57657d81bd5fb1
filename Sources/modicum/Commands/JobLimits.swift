import ArgumentParser
import Foundation

/// What a batch system has granted this process.
enum JobLimits {
    /// How long the scheduler may take to say when the job ends; a worker does not wait longer to begin.
    private static let patience: Double = 5

    /// The time until Slurm kills this job; nil outside of one, without a limit, or where Slurm does not answer.
    static func timeLeft(_ environment: [String: String]) -> Duration? {
        guard let job = environment["SLURM_JOB_ID"] else { return nil }
        // Slurm before 23.02 does not tell a job when it ends.
        let command = ["squeue", "--noheader", "--job", job, "--format=%L"]
        guard let text = try? SchedulerCommand.run(command, patience: patience) else { return nil }
        return TimeLimit(argument: text)?.duration
    }
}

/// A time as Slurm writes limits: seconds, `MM:SS`, `HH:MM:SS` or `DAYS-HH:MM:SS`.
struct TimeLimit: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        let parts = argument.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let clock = parts.last, let days = parts.count == 2 ? Int(parts[0]) : 0 else { return nil }
        let fields = clock.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...3).contains(fields.count), parts.count == 1 || fields.count > 1 else { return nil }
        var seconds = 0
        for field in fields {
            guard let field, (0...1_000_000_000).contains(field) else { return nil }
            seconds = seconds * 60 + field
        }
        guard (0...100_000).contains(days), days + seconds > 0 else { return nil }
        duration = .seconds(days * 86_400 + seconds)
    }
}

/// A number of bytes, with K, M, G or T for powers of 1024.
struct MemorySize: ExpressibleByArgument {
    let bytes: UInt64

    init?(argument: String) {
        let digits = argument.prefix { $0.isNumber }
        let units = ["": 0, "K": 10, "M": 20, "G": 30, "T": 40]
        let unit = argument.dropFirst(digits.count).uppercased()
        guard let number = UInt64(digits), number > 0,
            let shift = units[unit.hasSuffix("B") ? String(unit.dropLast()) : unit]
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: 1 << UInt64(shift))
        guard !overflow else { return nil }
        bytes = product
    }
}
