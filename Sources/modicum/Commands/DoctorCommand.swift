import AnalysisPipeline
import ArgumentParser
import ClusterRuntime
import Foundation
import StatisticalKernels
import ZeroMQ

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

    func run() throws {
        print("modicum   \(programVersion), numeric contract \(numericContract)")
        print("kernels   \(CPULevel.current.rawValue)")
        print("cores     \(AvailableCores.count(environment: ProcessInfo.processInfo.environment)) for this process")
        print("libraries ZeroMQ \(ZeroMQ.Context.libraryVersion)")
        guard let connectionFile else { return }
        let client = try ClusterClient(
            connectionFile: connectionFile, build: programVersion, numericContract: UInt32(numericContract))
        let status = try client.status()
        print("reached   coordinator \(status.build), epoch \(status.epoch), \(status.workers.count) workers")
    }
}
