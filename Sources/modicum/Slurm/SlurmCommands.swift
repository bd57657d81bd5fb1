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

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    var cluster: SlurmCluster {
        SlurmCluster(store: URL(fileURLWithPath: store).standardizedFileURL.path, printsJSON: json)
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
            let known = try cluster.coordinatorInQueue()
            if known == nil { cluster.say(coordinator) }
            let job = try known ?? cluster.startCoordinator(coordinator)
            if !place.json { print("coordinator  job \(job)" + (known == nil ? "" : ", there already")) }
            var change = Scale.Change(workers: workers, difference: try cluster.scale(to: workers, worker))
            change.coordinator = job
            change.connectionFile = cluster.store + "/connection.json"
            try change.show(json: place.json)
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
            try Change(workers: workers, difference: try cluster.scale(to: workers, fit)).show(json: place.json)
        }

        /// What was submitted and cancelled.
        struct Change: Encodable {
            let workers: Int

            /// Workers that were submitted; fewer than none when so many were cancelled.
            let difference: Int

            /// The coordinator's job, and how to reach it; nil where workers alone were asked for.
            var coordinator: String?
            var connectionFile: String?

            func show(json: Bool) throws {
                guard !json else { return try JSONText.print(self) }
                let change =
                    difference == 0
                    ? "as before" : difference > 0 ? "\(difference) submitted" : "\(-difference) cancelled"
                print("workers      \(workers), \(change)")
                if let connectionFile { print("connect      --connect \(connectionFile)") }
            }
        }
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Slurm's view of the jobs, and the coordinator's own.")

        @OptionGroup var place: SlurmStore

        /// What `--json` prints.
        private struct State: Encodable {
            let coordinator: [SlurmCluster.Task]
            let workers: [SlurmCluster.Task]

            /// The coordinator's own view; nil where it is not reached.
            let status: StatusRecord?
            let refusal: String?
        }

        func run() throws {
            let cluster = place.cluster
            let (coordinator, workers) = try cluster.state()
            let view = Result {
                try ClusterClient(
                    connectionFile: cluster.store + "/connection.json", build: programVersion,
                    numericContract: UInt32(numericContract)
                ).status()
            }
            guard !place.json else {
                let (status, refusal): (StatusRecord?, String?) =
                    switch view {
                    case .success(let status): (StatusRecord(status), nil)
                    case .failure(let error): (nil, "\(error)")
                    }
                return try JSONText.print(
                    State(coordinator: coordinator, workers: workers, status: status, refusal: refusal))
            }
            if coordinator.isEmpty { print("coordinator  no job") }
            for task in coordinator { print("coordinator  job \(task.id)  \(task.progress)  \(task.node)") }
            let byState = Dictionary(grouping: workers, by: \.progress).sorted { $0.key < $1.key }
            if byState.isEmpty { print("workers      none") }
            for (state, tasks) in byState { print("workers      \(tasks.count) \(state)") }
            switch view {
            case .success(let status): print(LiveView(status, listing: .max).lines.joined(separator: "\n"))
            case .failure(let error): print("not reached  \(error)")
            }
        }
    }

    struct Stop: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancels the jobs; the store stays, and submit goes on with it.")

        @OptionGroup var place: SlurmStore

        func run() throws {
            let cancelled = try place.cluster.stop()
            if place.json { try JSONText.print(["cancelled": cancelled]) }
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
