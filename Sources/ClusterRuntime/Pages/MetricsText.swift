import DurableFiles
import Glibc
import JobEngine

/// A coordinator's state as Prometheus reads it.
///
/// Text format 0.0.4: names end in their unit, and what only grows in `_total`.
struct MetricsText {
    private(set) var text = ""

    init(_ status: StatusSnapshot, numericContract: UInt32) {
        add(
            "modicum_build_info", "gauge", "Version and numeric contract.",
            [(["version": status.build, "numeric_contract": "\(numericContract)"], 1)])
        add("modicum_epoch", "gauge", "Starts of a coordinator on this store.", Double(status.epoch))
        add("modicum_uptime_seconds", "gauge", "Time since the coordinator's start.", status.uptime / .seconds(1))
        addWorkers(status.workers)
        addRuns(status.runs)
        add(
            "modicum_unreadable_frames_total", "counter", "Messages that were dropped because nobody could read them.",
            Double(status.badFrames))
        add(
            "modicum_blocked", "gauge", "Whether something keeps the run in hand from going faster; why, as a label.",
            [(["reason": status.blocker ?? ""], status.blocker == nil ? 0 : 1)])
        addProcess()
    }

    private mutating func addWorkers(_ workers: [WorkerStatus]) {
        let phases: [WorkerStatus.Phase] = [.serving, .draining, .lost]
        add(
            "modicum_workers", "gauge", "Workers by phase.",
            phases.map { phase in (["phase": "\(phase)"], Double(workers.count { $0.phase == phase })) })
        let serving = workers.filter { $0.phase == .serving }
        add(
            "modicum_worker_threads", "gauge", "Compute threads of serving workers.",
            Double(serving.reduce(0) { $0 + $1.threads }))
        add("modicum_leases", "gauge", "Shards lent at present.", Double(workers.reduce(0) { $0 + $1.leases }))
        add(
            "modicum_worker_memory_bytes", "gauge", "Memory in use by serving workers.",
            Double(serving.reduce(0) { $0 + $1.memory }))
    }

    private mutating func addRuns(_ runs: [RunStatus]) {
        let phases = Dictionary(grouping: runs, by: \.phase)
        add(
            "modicum_runs", "gauge", "The last runs by phase.",
            phases.map { (["phase": "\($0.key)"], Double($0.value.count)) }.sorted { $0.0["phase"]! < $1.0["phase"]! })
        let computing = runs.filter { $0.phase == .computing }
        let gauges: [(String, String, (RunStatus) -> Double)] = [
            ("modicum_stage_shards", "Shards of the stage in hand.", { Double($0.shards) }),
            ("modicum_stage_shards_done", "Those with a durable result.", { Double($0.done) }),
            ("modicum_stage_shards_reused", "Those whose results were in the journal.", { Double($0.reused) }),
            ("modicum_stage_shards_failed", "Those that were given up.", { Double($0.failed) }),
            ("modicum_stage_shards_per_second", "Computed shards over the stage's time.", { $0.rate }),
        ]
        for (name, help, value) in gauges {
            add(
                name, "gauge", help,
                computing.map { (["run": "\($0.run)", "stage": $0.stageTitle], value($0)) })
        }
    }

    /// What every Prometheus client says of its process.
    private mutating func addProcess() {
        var usage = rusage()
        if getrusage(__rusage_who_t(0), &usage) == 0 {
            let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
            add(
                "process_cpu_seconds_total", "counter", "User and system time.",
                seconds(usage.ru_utime) + seconds(usage.ru_stime))
        }
        add("process_resident_memory_bytes", "gauge", "Memory in use.", Double(residentMemory()))
    }

    private mutating func add(_ name: String, _ type: String, _ help: String, _ value: Double) {
        add(name, type, help, [([:], value)])
    }

    private mutating func add(_ name: String, _ type: String, _ help: String, _ samples: [([String: String], Double)]) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        for (labels, value) in samples {
            let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
            text += pairs.isEmpty ? name : "\(name){\(pairs.joined(separator: ","))}"
            text += value == value.rounded() && abs(value) < 1e15 ? " \(Int(value))\n" : " \(value)\n"
        }
    }

    private static func escaped(_ text: String) -> String {
        text.visible().reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
    }
}

/// Bytes of memory this process has in use; 0 when the system does not say.
func residentMemory() -> UInt64 {
    guard let content = try? DurableFile.read("/proc/self/statm") else { return 0 }
    let fields = String(decoding: content, as: UTF8.self).split(separator: " ")
    guard fields.count > 1, let pages = UInt64(fields[1]) else { return 0 }
    return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
}
