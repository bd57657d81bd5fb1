import Foundation
import Synchronization
import Testing

import ExternalPrograms

@Suite("Chains of programs")
struct ProgramChainTests {
    private final class Observer: ProgramObserver {
        let cancelled: @Sendable () -> Bool
        init(cancelled: @escaping @Sendable () -> Bool = { false }) { self.cancelled = cancelled }
        func madeProgress() {}
        var isCancelled: Bool { cancelled() }
    }

    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "/programs-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func call(_ path: String, _ arguments: String...) -> ProgramCall {
        let name = URL(fileURLWithPath: path).lastPathComponent
        return ProgramCall(name: name, path: path, arguments: arguments, errorPath: folder + "/\(name).stderr")
    }

    /// Runs programs and returns what the last one wrote.
    private func output(_ calls: ProgramCall..., environment: [String] = [], observer: Observer = Observer()) throws
        -> String
    {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try ProgramChain(calls, in: folder, outputPath: folder + "/out").run(
            environment: environment, observer: observer)
        return try String(contentsOfFile: folder + "/out", encoding: .utf8)
    }

    @Test("Each program reads what the one before writes")
    func pipes() throws {
        let text = try output(call("/usr/bin/printf", "b\\na\\nb\\n"), call("/usr/bin/sort"), call("/usr/bin/uniq"))
        #expect(text == "a\nb\n")
    }

    @Test("Arguments reach a program as they are: nothing is expanded, split or carried out")
    func noShell() throws {
        let words = ["$(touch gone)", "a b", "*", "; exit 1", "`id`", "\"quoted\""]
        #expect(
            try output(call("/usr/bin/printf", "%s|", words[0], words[1], words[2], words[3], words[4], words[5]))
                == words.map { $0 + "|" }.joined())
    }

    @Test("A program sees the variables that it is given, and no others")
    func environment() throws {
        setenv("MODICUM_TEST_SECRET", "x", 1)
        let variables = ProgramEnvironment.variables(path: "/usr/bin:/bin", folder: folder)
        let seen = try output(call("/usr/bin/env"), environment: variables).split(separator: "\n").map(String.init)
        #expect(seen.sorted() == variables.sorted())
    }

    @Test("A program that fails is told with its status and the last 50 lines of what it said")
    func failure() throws {
        let error = #expect(throws: ProgramFailure.self) {
            try output(call("/bin/sh", "-c", "i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo line $i >&2; done; exit 3"))
        }
        #expect(error?.program == "sh" && error?.what == "ended with exit status 3")
        #expect(
            error?.lastLines.count == 50 && error?.lastLines.first == "line 11" && error?.lastLines.last == "line 60")
    }

    @Test("Where the reader fails it is blamed, and not the writer that could not go on")
    func blamesReader() throws {
        let error = #expect(throws: ProgramFailure.self) {
            try output(call("/usr/bin/yes"), call("/bin/sh", "-c", "echo no room >&2; exit 5"))
        }
        #expect(error?.program == "sh" && error?.lastLines == ["no room"], "\(String(describing: error))")
    }

    @Test("So it is where the reader ends long after it closed its pipe")
    func blamesLateReader() throws {
        let error = #expect(throws: ProgramFailure.self) {
            try output(
                call("/bin/sh", "-c", "echo $$ > writer; exec yes"),
                call(
                    "/bin/sh", "-c",
                    """
                    exec 0<&-
                    until [ -s writer ]; do :; done
                    while grep -q ') [^Z]' /proc/$(cat writer)/stat 2> /dev/null; do :; done
                    exit 5
                    """))
        }
        #expect(error?.what == "ended with exit status 5", "\(String(describing: error))")
    }

    @Test("A writer that a closed pipe ended is told where nothing else failed")
    func cutOffWriter() throws {
        let error = #expect(throws: ProgramFailure.self) {
            try output(call("/usr/bin/yes"), call("/bin/sh", "-c", "exec 0<&-; exit 0"))
        }
        #expect(error?.program == "yes" && error?.what == "was killed by signal 13")
    }

    @Test("A program that a signal ended is told with the signal")
    func signalled() throws {
        let error = #expect(throws: ProgramFailure.self) { try output(call("/bin/sh", "-c", "kill -9 $$")) }
        #expect(error?.what == "was killed by signal 9")
    }

    @Test("A program that is not there is named with what the system says")
    func missing() throws {
        let error = #expect(throws: ProgramFailure.self) { try output(call(folder + "/none")) }
        #expect(error?.what == "could not be started: No such file or directory")
    }

    @Test("Cancelling ends the programs and what they started themselves")
    func cancel() throws {
        let place = folder + "/pid"
        let error = #expect(throws: ProgramsCancelled.self) {
            try output(
                call("/bin/sh", "-c", "/bin/sleep 1000 & echo $! > pid.new; /bin/mv pid.new pid; wait"),
                observer: Observer { Self.pid(in: place) != nil })
        }
        #expect(error != nil)
    }

    /// The number in a file; whoever asks for it first notes it for the test's end.
    private static func pid(in path: String) -> pid_t? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    @Test("No process of a chain is left behind, also none that a program let run on")
    func leavesNobody() throws {
        let text = try output(
            call("/bin/sh", "-c", "/bin/sleep 1000 >/dev/null 2>&1 & echo $!"))
        let pid = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        // It may be a zombie until init has looked; it does not run.
        let state = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.split(separator: ")").last
        #expect(state == nil || state!.hasPrefix(" Z") || state!.hasPrefix(" X"))
    }

    @Test("Control characters of programs do not reach a terminal, and lines have an end")
    func lastLines() {
        let long = String(repeating: "x", count: 2_000)
        #expect(
            LastLines.of(Array("a\u{1B}[31mb\rprogress\n\(long)\n".utf8))
                == ["a [31mb", "progress", String(repeating: "x", count: 500)])
    }
}
