import AnalysisPipeline
import ArgumentParser
import ClusterRuntime
import Foundation
import ReportAssets
import StatisticalKernels

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "What this machine offers, and whether a coordinator can be reached from it.",
        discussion: """
            Example:
              modicum doctor --connection-file runs/connection.json
            """)

    @Option(name: .long, help: "Also try the coordinator of this connection file.")
    var connectionFile: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        var findings = Findings()
        if !json { for line in findings.lines { print(line) } }
        if let connectionFile {
            let status = try ClusterClient.ofCommand(connectionFile: connectionFile).status()
            let reached = Findings.Reached(build: status.build, epoch: status.epoch, workers: status.workers.count)
            findings.coordinator = reached
            if !json { print(reached.line) }
        }
        if json { try JSONText.print(findings) }
    }
}

/// What a machine offers to this program.
private struct Findings: Encodable {
    struct Reached: Encodable {
        var build: String
        var epoch: UInt64
        var workers: Int

        var line: String { "reached   coordinator \(build), epoch \(epoch), \(workers) workers" }
    }

    let version = programVersion
    let contract = numericContract
    let host = ProcessInfo.processInfo.hostName

    /// The CPU level that the kernels run at, and those that they could.
    let kernels = CPULevel.current.rawValue
    let supportedKernels = CPULevel.supported.map(\.rawValue)

    /// For this process, by affinity, control groups and Slurm.
    let cores = AvailableCores.count(environment: ProcessInfo.processInfo.environment)
    let libraries = Libraries.versions

    /// What draws in the report's page; empty in a build without it.
    let chartLibraries = ReportAssets.libraries.map(\.notice)
    var coordinator: Reached?

    var lines: [String] {
        let versions = libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return [
            "modicum   \(version), numeric contract \(contract)",
            "kernels   \(kernels) (this CPU runs \(supportedKernels.joined(separator: ", ")))",
            "cores     \(cores) for this process",
            "libraries \(versions.joined(separator: ", "))",
            "report    "
                + (chartLibraries.isEmpty
                    ? "still figures and plain tables: this build has no chart libraries (ops/report-libraries, then build)"
                    : "live charts: \(chartLibraries.joined(separator: ", "))"),
        ]
    }
}
