import Glibc
import OwnProcess
import Synchronization

/// The process that reads one foreign file: this executable once more, with other work.
///
/// It belongs to the thread that made it, and ends with its value.
package final class ReaderProcess {
    /// The first argument of a reading process.
    package static let argument = "read-foreign-hdf5"

    private static let chosenExecutable = Mutex<String?>(nil)

    /// The executable that is started, whose `main` calls `serve`; without one, files are read in this process.
    package static var executable: String? {
        get { chosenExecutable.withLock { $0 } }
        set { chosenExecutable.withLock { $0 = newValue } }
    }

    /// The descriptor under which the process finds the one that asks.
    private static let descriptor: Int32 = 3

    private let pid: pid_t
    private let socket: Int32
    private let path: String

    init(executable: String, path: String) throws(HDF5Error) {
        func failure(_ code: Int32) -> HDF5Error {
            HDF5Error(action: "start the process that reads \(path): \(String(cString: strerror(code)))", stack: [])
        }
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw failure(errno)
        }
        let nowhere = Nowhere.open()
        defer { for descriptor in [ends[0], nowhere] { close(descriptor) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // What the C library has to say of a broken heap is said better here.
        for number in STDIN_FILENO...STDERR_FILENO { posix_spawn_file_actions_adddup2(&actions, nowhere, number) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], Self.descriptor)
        var words: [UnsafeMutablePointer<CChar>?] = [strdup(executable), strdup(Self.argument), strdup(path)]
        // The runtime would take half a minute to describe a crash that is expected here.
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("SWIFT_BACKTRACE=enable=no")]
        if let libraries = getenv("LD_LIBRARY_PATH") {
            environment.append(strdup("LD_LIBRARY_PATH=" + String(cString: libraries)))
        }
        words.append(nil)
        environment.append(nil)
        defer { for text in words + environment { free(text) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, executable, &actions, nil, words, environment)
        guard result == 0 else {
            close(ends[1])
            throw failure(result)
        }
        (self.pid, self.socket, self.path) = (pid, ends[1], path)
    }

    deinit {
        close(socket)
        kill(pid, SIGKILL)
        _ = ending()
    }

    /// Asks one question.
    ///
    /// - Parameter limit: How many bytes the answer may have.
    /// - Throws: When the process is gone. That the library found an error is an answer.
    func ask<T: BitwiseCopyable>(_ request: ForeignRequest, limit: Int) throws(HDF5Error) -> ForeignAnswer<T> {
        let (head, texts) = request.encoded
        guard Self.send(head, to: socket), Self.send(texts, to: socket),
            let answer: [Int] = Self.receive(2, from: socket)
        else { throw death() }
        let (isFailure, byteCount) = (answer[0] != 0, answer[1])
        guard byteCount >= 0, byteCount <= limit else { throw ReaderLimits.exceeded(path) }
        if isFailure {
            guard let bytes: [UInt8] = Self.receive(byteCount, from: socket) else { throw death() }
            return .failure(HDF5Error(texts: ForeignText.strings(in: bytes)))
        }
        guard let values: [T] = Self.receive(byteCount / MemoryLayout<T>.stride, from: socket) else { throw death() }
        return .values(values)
    }

    /// Answers the questions of the process that started this one, until it asks no more.
    package static func serve(path: String) {
        // Signals to the whole group, as from a terminal, are for the process that asks: this one ends with its socket.
        for number in [SIGINT, SIGTERM, SIGHUP] { Glibc.signal(number, SIG_IGN) }
        let limits = ReaderLimits(ofFile: path)
        limits.apply()
        let opened: ForeignFileServer
        do throws(HDF5Error) {
            opened = try ForeignFileServer(path: path)
        } catch {
            // The first question asks whether the file could be opened.
            if nextRequest() != nil { send(.failure(error)) }
            return
        }
        limits.closeDoors()
        while let request = nextRequest() { send(opened.answer(request)) }
    }

    private static func nextRequest() -> ForeignRequest? {
        guard let head: [Int] = receive(ForeignRequest.headLength, from: descriptor),
            let texts: [UInt8] = receive(head[5] + head[6], from: descriptor)
        else { return nil }
        return ForeignRequest(head: head, texts: texts)
    }

    private static func send(_ answer: ForeignBytes) {
        switch answer {
        case .values(let withBytes):
            withBytes { bytes in _ = send([0, bytes.count], to: descriptor) && send(bytes, to: descriptor) }
        case .failure(let error):
            let bytes = ForeignText.bytes(error.texts)
            _ = send([1, bytes.count], to: descriptor) && send(bytes, to: descriptor)
        }
    }

    private static func send<T: BitwiseCopyable>(_ values: [T], to socket: Int32) -> Bool {
        values.withUnsafeBytes { send($0, to: socket) }
    }

    private static func send(_ bytes: UnsafeRawBufferPointer, to socket: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = Glibc.send(socket, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Receives so many values, or nil when the other side is gone.
    private static func receive<T: BitwiseCopyable>(_ count: Int, from socket: Int32) -> [T]? {
        var isWhole = true
        let values = [T](unsafeUninitializedCapacity: count) { room, initialized in
            let bytes = UnsafeMutableRawBufferPointer(room)
            let wanted = count * MemoryLayout<T>.stride
            var received = 0
            while received < wanted {
                let count = recv(socket, bytes.baseAddress! + received, wanted - received, 0)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                received += count
            }
            isWhole = received == wanted
            initialized = isWhole ? count : 0
        }
        return isWhole ? values : nil
    }

    private func death() -> HDF5Error {
        let reason =
            switch ending() {
            case SIGXCPU: "reading it takes more time than a file of its length should"
            case 0: "the process that read it is gone"
            case let signal: "reading it ends with signal \(signal) (\(String(cString: strsignal(signal))))"
            }
        return HDF5Error(
            action: "read \(path): \(reason). The file is damaged or made to harm, or memory is short", stack: [])
    }

    /// The signal that ended the process, 0 where it ended by itself; nil until it was collected.
    private var signal: Int32?

    private func ending() -> Int32 {
        if let signal { return signal }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        signal = status & 0x7f
        return status & 0x7f
    }
}

@available(*, unavailable)
extension ReaderProcess: Sendable {}

extension HDF5Error {
    /// The error as texts: the action, then function and message of each level.
    var texts: [String] { [action] + stack.flatMap { [$0.function, $0.message] } }

    fileprivate init(texts: [String]) {
        self.init(
            action: texts.first ?? "read a file",
            stack: stride(from: 1, to: texts.count - 1, by: 2).map {
                Frame(function: texts[$0], message: texts[$0 + 1])
            })
    }
}
