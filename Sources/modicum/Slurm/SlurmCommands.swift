import AnalysisPipeline
import ArgumentParser
import ClusterRuntime
import Foundation

struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster", abstract: "Coordinators and workers as jobs of a batch system.",
        subcommands: [SlurmCommand.self])
}

struct SlurmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slurm", abstract: "A coordinator and an array of workers as Slurm jobs.",
        discussion: """
            Example:
              modicum cluster slurm submit --store runs --workers 40 --account lab --time 1-00:00:00
              modicum run study.yaml --out results --connect runs/connection.json
              modicum cluster slurm scale 80 --store runs
              modicum cluster slurm stop --store runs
            """,
        subcommands: [Submit.self, Scale.self, Status.self, Stop.self, Print.self])
}

/// Where a cluster is.
struct SlurmStore: ParsableArguments {
    @Option(name: .long, help: "The coordinator's folder, on a file system that all nodes see.")
    var store: String

    var cluster: SlurmCluster {
        SlurmCluster(store: URL(fileURLWithPath: store).standardizedFileURL.path)
    }
}

extension SlurmCommand {
    struct Submit: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Submits a coordinator, unless one is there, and workers.")

        @OptionGroup var place: SlurmStore
        @OptionGroup var options: SlurmOptions
        @OptionGroup var coordinatorOptions: SlurmCoordinatorOptions

        @Option(name: .long, help: "How many workers.")
        var workers = 10

        func validate() throws {
            guard (0...100_000).contains(workers) else { throw ValidationError("--workers must be 0 to 100000") }
        }

        func run() throws {
            let cluster = place.cluster
            let partitions = SlurmPartition.list()
            let coordinator = try cluster.fit(
                .coordinator, coordinatorOptions.resources(besides: options), in: partitions)
            // Before anything is submitted, so that a file that cannot be read leaves nothing half done.
            let worker = try cluster.fit(.workers, options.resources, in: partitions)
            if let id = try cluster.coordinatorInQueue() {
                print("coordinator  job \(id), there already")
            } else {
                SlurmCluster.say(coordinator)
                print("coordinator  job \(try cluster.startCoordinator(coordinator))")
            }
            try Scale.report(try cluster.scale(to: workers, worker), workers)
            print("connect      --connect \(cluster.store)/connection.json")
        }
    }

    struct Scale: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Submits or cancels workers until there are so many, running or in the queue.")

        @Argument(help: "How many workers there should be.")
        var workers: Int

        @OptionGroup var place: SlurmStore
        @OptionGroup var options: SlurmOptions

        func validate() throws {
            guard (0...100_000).contains(workers) else { throw ValidationError("the number must be 0 to 100000") }
        }

        func run() throws {
            let cluster = place.cluster
            let fit = try cluster.fit(.workers, options.resources, in: SlurmPartition.list())
            try Self.report(try cluster.scale(to: workers, fit), workers)
        }

        static func report(_ difference: Int, _ workers: Int) throws {
            let change =
                difference == 0 ? "as before" : difference > 0 ? "\(difference) submitted" : "\(-difference) cancelled"
            print("workers      \(workers), \(change)")
        }
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Slurm's view of the jobs, and the coordinator's own.")

        @OptionGroup var place: SlurmStore

        func run() throws {
            let cluster = place.cluster
            let (coordinator, workers) = try cluster.state()
            if coordinator.isEmpty { print("coordinator  no job") }
            for task in coordinator { print("coordinator  job \(task.id)  \(task.progress)  \(task.node)") }
            let byState = Dictionary(grouping: workers, by: \.progress).sorted { $0.key < $1.key }
            if byState.isEmpty { print("workers      none") }
            for (state, tasks) in byState { print("workers      \(tasks.count) \(state)") }
            do {
                let client = try ClusterClient(
                    connectionFile: cluster.store + "/connection.json", build: programVersion,
                    numericContract: UInt32(numericContract))
                print(LiveView(try client.status(), listing: .max).lines.joined(separator: "\n"))
            } catch {
                print("not reached  \(error)")
            }
        }
    }

    struct Stop: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancels the jobs; the store stays, and submit goes on with it.")

        @OptionGroup var place: SlurmStore

        func run() throws {
            try place.cluster.stop()
        }
    }

    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints one of the scripts, to be edited and submitted by hand.")

        enum Script: String, ExpressibleByArgument, CaseIterable { case coordinator, workers }

        @Argument(help: "coordinator or workers.")
        var script: Script

        @OptionGroup var options: SlurmOptions
        @OptionGroup var coordinatorOptions: SlurmCoordinatorOptions

        func run() throws {
            let (job, asked): (SlurmJob, SlurmResources) =
                switch script {
                case .coordinator: (.coordinator, coordinatorOptions.resources(besides: options))
                case .workers: (.workers, options.resources)
                }
            Swift.print(job.script(asked.completed(by: job.usual)), terminator: "")
        }
    }
}
