import CPrograms
import Glibc

/// What programs that run and their owner tell each other.
package protocol ProgramObserver {
    /// Called every few seconds in which the programs worked.
    func madeProgress()

    /// Whether nobody wants the result any more.
    var isCancelled: Bool { get }
}

extension ProgramChain {
    /// Runs all programs at once, each reading what the one before writes, and waits for them.
    ///
    /// - Parameters:
    ///   - environment: Their variables, and no others.
    /// - Throws: `ProgramFailure` for the first that did not end with 0, whereupon the others are ended; for a writer that a
    ///   closed pipe ended only when its reader has not failed; `ProgramsCancelled`.
    package func run(environment: [String], observer: some ProgramObserver) throws {
        let group = try ProgramGroup()
        var running = try start(in: group, environment: environment)
        var pause: useconds_t = 2_000
        var (waited, ticks): (useconds_t, UInt64) = (0, 0)
        // A reader closes its pipe before its own end can be seen: what it ended is blamed last.
        var cutOff: (call: Int, end: ProgramEnd)?
        while !running.isEmpty {
            for end in Self.reap(&running) where end.end != .exited(0) {
                guard end.end.isClosedPipe else { throw failure(of: end.call, end.end) }
                cutOff = cutOff ?? end
            }
            if observer.isCancelled { throw ProgramsCancelled() }
            if running.isEmpty { break }
            usleep(pause)
            waited += pause
            pause = min(pause * 2, 50_000)
            if waited >= 2_000_000 {
                waited = 0
                let now = group.processorTicks
                if now != ticks { observer.madeProgress() }
                ticks = now
            }
        }
        if let cutOff { throw failure(of: cutOff.call, cutOff.end) }
    }

    private typealias Running = (pid: pid_t, call: Int)

    private func start(in group: borrowing ProgramGroup, environment: [String]) throws -> [Running] {
        var started: [Running] = []
        var input = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(input) }
        for (index, call) in calls.enumerated() {
            var (reading, output): (Int32, Int32) = (-1, -1)
            if index + 1 < calls.count {
                let problem = modicum_make_pipe(&reading, &output)
                guard problem == 0 else { throw ProgramFailure(starting: call.name, problem) }
            } else {
                output = open(outputPath ?? "/dev/null", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
            }
            let errors = open(call.errorPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
            let code = errno
            defer {
                close(output)
                close(errors)
            }
            guard output >= 0, errors >= 0 else { throw ProgramFailure(starting: call.name, code) }
            let pid = try group.start(
                call, environment: environment, folder: folder, input: input, output: output, errors: errors)
            started.append((pid, index))
            if reading >= 0 {
                close(input)
                input = reading
            }
        }
        return started
    }

    /// Takes out those that have ended.
    private static func reap(_ running: inout [Running]) -> [(call: Int, end: ProgramEnd)] {
        var ended: [(call: Int, end: ProgramEnd)] = []
        running.removeAll { process in
            var status: Int32 = 0
            guard waitpid(process.pid, &status, WNOHANG) == process.pid else { return false }
            ended.append((process.call, ProgramEnd(status: status)))
            return true
        }
        return ended
    }

    private func failure(of index: Int, _ end: ProgramEnd) -> ProgramFailure {
        ProgramFailure(
            program: calls[index].name, what: end.description, lastLines: LastLines.ofFile(calls[index].errorPath))
    }
}

extension ProgramEnd {
    var isClosedPipe: Bool { self == .killed(signal: SIGPIPE) || self == .exited(128 + SIGPIPE) }
}
