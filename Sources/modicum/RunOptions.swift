import AnalysisPipeline
import ArgumentParser
import ClusterRuntime
import Foundation

/// The options of every command that computes.
struct RunOptions: ParsableArguments {
    @Option(name: .long, help: "Folder for the results; a run of the same inputs and settings in it is resumed.")
    var out: String

    @Option(name: .long, help: "Worker processes to start on this machine.")
    var workers = 1

    @Option(name: .long, help: "Compute threads per worker (default: this process's cores, divided by --workers).")
    var threads: Int?

    @Flag(name: .long, help: "Say nothing but errors.")
    var quiet = false

    @Flag(name: .long, help: "Print the run's record (run.json) to stdout at the end.")
    var json = false

    @Flag(name: .long, help: "Exit with 4 when there were warnings.")
    var strict = false

    func validate() throws {
        guard (1...1024).contains(workers) else { throw ValidationError("--workers must be 1 to 1024") }
        if let threads, !(1...4096).contains(threads) { throw ValidationError("--threads must be 1 to 4096") }
    }

    /// Results do not depend on it.
    var threadsPerWorker: Int {
        threads ?? max(1, AvailableCores.count(environment: ProcessInfo.processInfo.environment) / workers)
    }
}
