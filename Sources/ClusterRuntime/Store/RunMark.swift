import DurableFiles
import FoundationEssentials
import Glibc
import JobEngine

/// Says in a submitted run's folder that the coordinator works on the run at this moment, so that the next start knows in
/// whose hands the last one died (decision 11).
///
/// The file is written without a sync: it has to survive the process, not the machine, and whoever finds it after a restart of
/// the machine has learnt nothing about the run. Calls come from the run's own thread and from the coordinator's, one after
/// the other.
final class RunMark: Sendable {
    /// How often a run may be in hand when something kills the coordinator that is no fault of its own.
    ///
    /// What a run can do to its coordinator is seen as it happens, but for the limits of some batch systems, which kill from
    /// outside.
    private static let maximumUnexplainedDeaths = 2

    /// The number of bytes before what a dying coordinator adds.
    private static let stateBytes = 1_024

    private struct State: Codable, Equatable {
        /// What is being done with the run, as the end of "ended while …"; nil for nothing.
        var phase: String?

        /// The coordinator's start.
        var epoch: UInt64

        /// The start of the machine.
        var boot: String

        /// How often the machine's memory killer had struck.
        var memoryKills: UInt64?

        /// A phase in which coordinators died before, and how many of them.
        var suspectPhase: String?
        var deaths = 0
    }

    private let path: String
    private let descriptor: Int32
    private let idle: State

    /// Opens the mark of a run that nothing is held against.
    ///
    /// - Parameter suspicion: What an earlier start left.
    init(in directory: String, epoch: UInt64, suspicion: Suspicion? = nil) throws {
        path = Self.path(in: directory)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("open", path) }
        idle = State(
            epoch: epoch, boot: Self.boot(), suspectPhase: suspicion?.phase, deaths: suspicion?.deaths ?? 0)
        try write(idle)
    }

    deinit {
        DyingWords.isOver(descriptor)
        close(descriptor)
    }

    static func path(in directory: String) -> String { "\(directory)/in-hand" }

    /// Notes that the calling thread begins to work on the run.
    ///
    /// - Parameter phase: What is done, as the end of "ended while …".
    func begin(_ phase: String) {
        var state = idle
        state.phase = phase
        state.memoryKills = Self.memoryKills()
        // A mark that cannot be written protects nobody, but keeps nothing from being computed.
        try? write(state)
        DyingWords.isHeld(descriptor)
    }

    /// Notes that the calling thread does something short with the run, for which only a signal of its own is held against it.
    func glance<Value>(_ body: () -> Value) -> Value {
        DyingWords.isHeld(descriptor)
        defer { DyingWords.isOver(descriptor) }
        return body()
    }

    /// Notes that the work is done, or given up in order.
    func end() {
        DyingWords.isOver(descriptor)
        try? write(idle)
    }

    private func write(_ state: State) throws {
        var content = try Array(JSONEncoder().encode(state))
        // One write of a fixed length: whoever reads it after a death never sees a half.
        content += [UInt8](repeating: 32, count: max(0, Self.stateBytes - 1 - content.count)) + [10]
        guard pwrite(descriptor, content, content.count, 0) == content.count else { throw FileError("write", path) }
    }

    // MARK: At the next start

    /// A phase of a run in which a coordinator died, for whatever reason.
    struct Suspicion: Equatable {
        let phase: String
        let deaths: Int
    }

    /// What a mark says about its run.
    enum Verdict: Equatable {
        case innocent(Suspicion?)

        /// It ended a coordinator; the reason is a sentence.
        case guilty(reason: String)
    }

    /// Judges a run by the mark that the last coordinator left.
    static func verdict(in directory: String) -> Verdict {
        guard let content = try? DurableFile.read(path(in: directory)), content.count >= stateBytes,
            let state = try? JSONDecoder().decode(State.self, from: Data(content[..<stateBytes])),
            (0..<maximumUnexplainedDeaths).contains(state.deaths)
        else { return .innocent(nil) }
        let before = state.suspectPhase.map { Suspicion(phase: $0, deaths: state.deaths) }
        let during = state.phase ?? "a result of it was looked at"
        let coordinator = "the coordinator (epoch \(state.epoch))"
        if let signal = DyingWords.signal(in: content[stateBytes...]) {
            return .guilty(reason: "\(coordinator) ended by signal \(signal) while \(during)")
        }
        guard let phase = state.phase, state.boot == boot() else { return .innocent(before) }
        if let then = state.memoryKills, let now = memoryKills(), now > then {
            return .guilty(reason: "the system ended \(coordinator) for its memory while \(during)")
        }
        let deaths = 1 + (before?.phase == phase ? state.deaths : 0)
        guard deaths < maximumUnexplainedDeaths else {
            return .guilty(
                reason: "\(deaths) coordinators in a row were killed, the last (epoch \(state.epoch)) while \(during)")
        }
        return .innocent(Suspicion(phase: phase, deaths: deaths))
    }

    /// Forgets what is held against a run.
    static func remove(in directory: String) {
        unlink(path(in: directory))
    }

    private static func boot() -> String {
        systemLines(of: "/proc/sys/kernel/random/boot_id")?.first.map(String.init) ?? ""
    }

    /// How often the kernel has killed a process for memory since the machine started; nil where it does not say.
    private static func memoryKills() -> UInt64? {
        systemLines(of: "/proc/vmstat")?.first { $0.hasPrefix("oom_kill ") }.flatMap { UInt64($0.dropFirst(9)) }
    }
}
