import CPrograms
import Glibc

/// The process group of one chain of programs.
///
/// Its leader is a guard that ends the whole group when this process dies in whatever way; the programs themselves are
/// ended by the system too.
struct ProgramGroup: ~Copyable {
    private let lifeline: Int32
    let id: pid_t

    init() throws {
        var (reading, writing): (Int32, Int32) = (-1, -1)
        let problem = modicum_make_pipe(&reading, &writing)
        guard problem == 0 else { throw ProgramFailure(starting: "the guard of the programs", problem) }
        let pid = modicum_start_guard(reading)
        close(reading)
        guard pid > 0 else {
            close(writing)
            throw ProgramFailure(starting: "the guard of the programs", -pid)
        }
        lifeline = writing
        id = pid
    }

    deinit {
        // Whatever a wrapper left behind goes too, and the guard itself.
        kill(-id, SIGKILL)
        close(lifeline)
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
    }

    func start(
        _ call: ProgramCall, environment: [String], folder: String, input: Int32, output: Int32, errors: Int32
    ) throws -> pid_t {
        let words = ([call.path] + call.arguments).map { strdup($0) }
        let variables = environment.map { strdup($0) }
        defer { for text in words + variables { free(text) } }
        let pid = modicum_start_program(
            call.path, words + [nil], variables + [nil], folder, input, output, errors, id)
        guard pid > 0 else { throw ProgramFailure(starting: call.name, -pid) }
        return pid
    }

    /// The processor time of all its processes, in ticks: whether they work or hang.
    var processorTicks: UInt64 {
        guard let folder = opendir("/proc") else { return 0 }
        defer { closedir(folder) }
        var ticks: UInt64 = 0
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.utf8.allSatisfy({ (48...57).contains($0) }) { ticks += Self.ticks(of: name, ofGroup: id) }
        }
        return ticks
    }

    private static func ticks(of process: String, ofGroup group: pid_t) -> UInt64 {
        let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = read(descriptor, &bytes, bytes.count)
        // The name stands in parentheses and may hold anything; behind it: state, parent, group, …
        guard count > 0, let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return 0 }
        let fields = bytes[(end + 1)..<count].split(separator: UInt8(ascii: " "))
        guard fields.count > 14, pid_t(String(decoding: fields[2], as: UTF8.self)) == group else { return 0 }
        return fields[11...14].reduce(0) { $0 + (UInt64(String(decoding: $1, as: UTF8.self)) ?? 0) }
    }
}

extension ProgramFailure {
    init(starting program: String, _ code: Int32) {
        self.init(program: program, what: "could not be started: \(String(cString: strerror(code)))", lastLines: [])
    }
}
