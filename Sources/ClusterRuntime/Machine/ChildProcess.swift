import DurableFiles
import Glibc
import OwnProcess
import Synchronization

/// A process that lives no longer than this one.
///
/// It is given one end of a connected pair; when the last copy of the other end
/// is gone, because this process asked for it or died in whatever way, the child leaves
/// at once (see `Lifeline`).
final class ChildProcess: Sendable {
    /// The descriptor under which a child finds its lifeline.
    static let lifelineDescriptor: Int32 = 3

    let pid: pid_t
    private let lifeline: Mutex<Int32?>

    /// Starts `executable` with `arguments`, which do not include its name.
    init(executable: String, name: String, arguments: [String]) throws {
        let ends = try connectedPair(for: executable)
        let nowhere = Nowhere.open()
        defer { for descriptor in [ends.0, nowhere] { close(descriptor) } }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, nowhere, STDIN_FILENO)
        // What the command's purpose is to print stays its own.
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        // dup2 to the same number only clears the close-on-exec flag, as wanted.
        posix_spawn_file_actions_adddup2(&actions, ends.0, Self.lifelineDescriptor)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: Ctrl-C at the terminal reaches the command, which
        // then decides what becomes of its workers.
        posix_spawnattr_setpgroup(&attributes, 0)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for signal in [SIGTERM, SIGINT, SIGPIPE, SIGHUP] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let words = ([name] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        // A process that crashes ends at once: a backtrace of a program this large takes the runtime half a minute, in
        // which the worker would neither work nor be gone. Who wants one sets the variable.
        let quiet = getenv(backtraceVariable) == nil ? strdup("\(backtraceVariable)=enable=no") : nil
        defer { free(quiet) }
        var environment: [UnsafeMutablePointer<CChar>?] = []
        var next = environ
        while let variable = next.pointee {
            environment.append(variable)
            next += 1
        }
        if let quiet { environment.append(quiet) }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, executable, &actions, &attributes, words + [nil], environment + [nil])
        guard result == 0 else {
            close(ends.1)
            throw FileError("start", executable, code: result)
        }
        self.pid = pid
        lifeline = Mutex(ends.1)
    }

    deinit {
        cut()
    }

    /// Cuts the lifeline, which ends the child at once.
    ///
    /// Its exit status has to be collected by `waitForExit(of:)`.
    func cut() {
        lifeline.withLock { lifeline in
            if let open = lifeline { close(open) }
            lifeline = nil
        }
    }
}

/// What the Swift runtime reads to know what to do when the program crashes.
private let backtraceVariable = "SWIFT_BACKTRACE"

/// How a process ended.
enum ProcessEnd: Equatable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case killed(signal: Int32)

    init(_ status: Int32) {
        // As the macros of <sys/wait.h>, which Swift does not import.
        let signal = status & 0x7f
        self = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: signal)
    }

    var description: String {
        switch self {
        case .exited(let code): "exit status \(code)"
        case .killed(let signal): "killed by signal \(signal) (\(String(cString: strsignal(signal))))"
        }
    }
}

/// Waits until the process has ended, and collects its status.
func waitForExit(of pid: pid_t) -> ProcessEnd {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 {
        guard errno == EINTR else { return .exited(0) }
    }
    return ProcessEnd(status)
}

/// Makes two connected descriptors that no other child inherits.
///
/// A socket pair rather than a pipe: its close-on-exec flag is set in the same
/// call, so no child started meanwhile by another thread can keep an end open.
func connectedPair(for purpose: String) throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw FileError("make a socket pair for", purpose) }
    return (ends[0], ends[1])
}
