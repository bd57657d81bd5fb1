import ClusterRuntime
import DurableFiles
import Glibc
import Synchronization
import Testing
import ZeroMQ

@Suite("Connection files, keys and cores")
struct FileTests {
    private func makeFile() throws -> ConnectionFile {
        ConnectionFile(
            run: "cohort", epoch: 3, state: .serving, endpoints: ["tcp://10.0.0.7:5000"],
            serverKey: try CurveKeyPair.make().publicKey.text, clientKeyFile: "c.json.key", oldestProtocol: 1,
            newestProtocol: 1, host: "node7", pid: 42, startedAt: "2026-01-01T00:00:00Z")
    }

    @Test("A connection file is read back as it was written, by its owner only")
    func connectionFile() throws {
        let folder = try TemporaryFolder()
        let file = try makeFile()
        try file.write(to: folder["c.json"])
        #expect(try ConnectionFile.read(from: folder["c.json"]) == file)
        #expect(mode(of: folder["c.json"]) == 0o600)
    }

    @Test("What is no connection file is refused by name and reason")
    func badConnectionFiles() throws {
        let folder = try TemporaryFolder()
        func reason(_ text: String) throws -> String {
            try folder.write(text, to: "c.json")
            let error = #expect(throws: FileContentError.self) { try ConnectionFile.read(from: folder["c.json"]) }
            return "\(try #require(error))"
        }
        #expect(try reason("").hasPrefix(folder["c.json"]))
        #expect(try reason("{}").contains("not a connection file"))
        #expect(try reason("[1, 2").contains("not a connection file"))

        var file = try makeFile()
        file.format = 9
        try file.write(to: folder["c.json"])
        #expect(throws: FileContentError.self) { try ConnectionFile.read(from: folder["c.json"]) }
        file = try makeFile()
        file.endpoints = []
        try file.write(to: folder["c.json"])
        #expect(throws: FileContentError.self) { try ConnectionFile.read(from: folder["c.json"]) }
        file = try makeFile()
        file.serverKey = "short"
        try file.write(to: folder["c.json"])
        #expect(throws: FileContentError.self) { try ConnectionFile.read(from: folder["c.json"]) }
        #expect(throws: FileError.self) { try ConnectionFile.read(from: folder["missing"]) }
    }

    @Test("Changed connection files are refused by name, or are connection files")
    func fuzzedConnectionFiles() throws {
        let folder = try TemporaryFolder()
        try makeFile().write(to: folder["c.json"])
        var corpus = [try DurableFile.read(folder["c.json"])]
        let place = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        for name in ["deep", "types", "huge-epoch", "bytes"] {
            corpus.append(try DurableFile.read("/\(place)/datasets/fuzz/connection/\(name).json"))
        }
        var state: UInt64 = 5
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let syntax = Array("{}[],:\"0-9e\\u".utf8)
        let rounds = 200 * (getenv("MODICUM_FUZZ").flatMap { Int(String(cString: $0)) } ?? 1)
        for (index, original) in corpus.enumerated() {
            for round in 0..<rounds {
                var bytes = original
                // The first time as it is.
                for _ in 0..<min(round, 1 + next(4)) {
                    let position = next(bytes.count)
                    switch next(3) {
                    case 0: bytes[position] = UInt8(next(256))
                    case 1: bytes.insert(syntax[next(syntax.count)], at: position)
                    default: bytes.removeSubrange(position..<min(bytes.count, position + next(9)))
                    }
                    if bytes.isEmpty { bytes = [32] }
                }
                try DurableFile.write(bytes, to: folder["c.json"], mode: 0o600, survivesCrash: false)
                do {
                    _ = try ConnectionFile.read(from: folder["c.json"])
                } catch {
                    #expect(error is FileContentError, "file \(index), round \(round): \(error)")
                }
            }
        }
    }

    @Test("A key file is never overwritten, and is refused when others can read it")
    func keyFile() throws {
        let folder = try TemporaryFolder()
        let pair = try KeyFile.make(at: folder["k"])
        #expect(mode(of: folder["k"]) == 0o600)
        #expect(try KeyFile.read(from: folder["k"]) == pair)
        #expect(throws: FileContentError.self) { try KeyFile.make(at: folder["k"]) }
        chmod(folder["k"], 0o640)
        let error = #expect(throws: FileContentError.self) { try KeyFile.read(from: folder["k"]) }
        #expect(try #require(error).description.contains("chmod 600"))
    }

    @Test(
        "A connection file and a list of keys that others can write are refused as open keys are",
        arguments: [
            0o620, 0o602, 0o666, 0o664,
        ] as [mode_t])
    func openFiles(mode: mode_t) throws {
        let folder = try TemporaryFolder()
        try makeFile().write(to: folder["c.json"])
        chmod(folder["c.json"], mode)
        let refusal = #expect(throws: FileContentError.self) { try ConnectionFile.read(from: folder["c.json"]) }
        #expect(try #require(refusal).description.contains("chmod go-w"))
        // Readable by all is harmless: it holds public keys only.
        chmod(folder["c.json"], 0o644)
        #expect(throws: Never.self) { try ConnectionFile.read(from: folder["c.json"]) }

        let store = try TemporaryFolder()
        try store.write("", to: "allowed-keys")
        chmod(store["allowed-keys"], mode)
        var options = CoordinatorOptions(
            connectionFile: store["c.json"], name: "open", build: "test", numericContract: 1, logger: silent)
        options.allowedKeysFile = store["allowed-keys"]
        let closed = #expect(throws: FileContentError.self) {
            try CoordinatorService(options, lock: RunDirectoryLock(directory: store.path))
        }
        #expect(try #require(closed).description.contains("allowed-keys"))
    }

    @Test("Cores are the smallest of mask, quotas and what Slurm granted")
    func cores() throws {
        let folder = try TemporaryFolder()
        func count(_ environment: [String: String] = [:]) -> Int {
            AvailableCores.count(environment: environment, root: folder.path)
        }
        try folder.write("Name:\tx\nCpus_allowed_list:\t0-3,8,10-11\n", to: "proc/self/status")
        #expect(count() == 7)
        #expect(count(["SLURM_CPUS_PER_TASK": "3"]) == 3)
        #expect(count(["SLURM_CPUS_PER_TASK": "x"]) == 7)

        try folder.write("0::/job/step\n", to: "proc/self/cgroup")
        try folder.write("max 100000\n", to: "sys/fs/cgroup/job/step/cpu.max")
        #expect(count() == 7)
        try folder.write("250000 100000\n", to: "sys/fs/cgroup/job/cpu.max")
        #expect(count() == 2)
        try folder.write("50000 100000\n", to: "sys/fs/cgroup/job/step/cpu.max")
        #expect(count() == 1)

        try folder.write("5:cpu,cpuacct:/old\n2:memory:/old\n", to: "proc/self/cgroup")
        try folder.write("-1\n", to: "sys/fs/cgroup/cpu/cpu.cfs_quota_us")
        try folder.write("400000\n", to: "sys/fs/cgroup/cpu/old/cpu.cfs_quota_us")
        try folder.write("100000\n", to: "sys/fs/cgroup/cpu/old/cpu.cfs_period_us")
        #expect(count() == 4)
    }

    @Test("Memory is the smallest of what Slurm granted and the limits of the control groups")
    func memory() throws {
        let folder = try TemporaryFolder()
        func limit(_ environment: [String: String] = [:]) -> UInt64? {
            AvailableMemory.limit(environment: environment, root: folder.path)
        }
        #expect(limit() == nil)
        #expect(limit(["SLURM_MEM_PER_NODE": "300"]) == 300 << 20)
        #expect(limit(["SLURM_MEM_PER_CPU": "300", "SLURM_CPUS_ON_NODE": "4"]) == 1200 << 20)
        #expect(limit(["SLURM_MEM_PER_CPU": "300"]) == nil)
        #expect(limit(["SLURM_MEM_PER_CPU": "1099511627775", "SLURM_CPUS_ON_NODE": "1048575"]) == nil)
        let largest = ["SLURM_MEM_PER_CPU": "1073741823", "SLURM_CPUS_ON_NODE": "8191"]
        #expect(limit(largest) == (1_073_741_823 * 8_191) << 20)
        #expect(limit(["SLURM_MEM_PER_NODE": "18446744073709551615"]) == nil)

        try folder.write("0::/job/step\n", to: "proc/self/cgroup")
        try folder.write("max\n", to: "sys/fs/cgroup/job/step/memory.max")
        #expect(limit() == nil)
        try folder.write("104857600\n", to: "sys/fs/cgroup/job/memory.max")
        #expect(limit() == 100 << 20)
        #expect(limit(["SLURM_MEM_PER_NODE": "90"]) == 90 << 20)

        try folder.write("5:cpu,cpuacct:/old\n2:memory:/old\n", to: "proc/self/cgroup")
        try folder.write("9223372036854771712\n", to: "sys/fs/cgroup/memory/memory.limit_in_bytes")
        #expect(limit() == nil)
        try folder.write("52428800\n", to: "sys/fs/cgroup/memory/old/memory.limit_in_bytes")
        #expect(limit() == 50 << 20)
    }

    @Test("Endpoints are probed, and the reason of a failure is told")
    func probe() throws {
        let listening = try Socket(.router)
        try listening.bind(to: "tcp://127.0.0.1:*")
        let open = try listening.lastEndpoint()
        #expect(EndpointProbe.failure(of: open, within: .seconds(2)) == nil)
        #expect(EndpointProbe.failure(of: "ipc://x", within: .seconds(2)) != nil)
        let (reachable, failures) = EndpointProbe.firstReachable(of: ["tcp://127.0.0.1:1", open], within: .seconds(2))
        #expect(reachable == open)
        #expect(failures.count == 1)
    }
}

@Suite("The lock of a run directory")
struct RunDirectoryLockTests {
    @Test("A second coordinator is refused and told who holds it; the epoch rises at each start")
    func secondHolder() throws {
        let folder = try TemporaryFolder()
        do {
            let first = try RunDirectoryLock(directory: folder.path)
            #expect(first.epoch == 1)
            let error = #expect(throws: FileContentError.self) { try RunDirectoryLock(directory: folder.path) }
            #expect(try #require(error).description.contains("process \(getpid())"))
            try first.renew()
            first.release()
        }
        #expect(try RunDirectoryLock(directory: folder.path).epoch == 2)
        // The last one was closed without a word, as by a crash.
        #expect(try RunDirectoryLock(directory: folder.path).epoch == 3)
    }

    @Test("A take-over raises the epoch, and the one before finds out")
    func takeOver() throws {
        let folder = try TemporaryFolder()
        let first = try RunDirectoryLock(directory: folder.path)
        try first.check()
        let second = try RunDirectoryLock(directory: folder.path, takeOver: true)
        #expect(second.epoch == 2)
        #expect(throws: FileContentError.self) { try first.check() }
        #expect(throws: FileContentError.self) { try first.renew() }
        first.release()
        try second.check()
    }

    private static func write(_ text: String, to path: String) throws {
        try DurableFile.write(Array(text.utf8), to: path, mode: 0o600, survivesCrash: false)
    }

    /// What a holder on another host has written.
    private static func elsewhere(renewals: Int, clock: Int = 0, isHeld: Bool = true) -> String {
        #"{"host":"elsewhere","pid":7,"epoch":5,"renewedAt":\#(clock),"renewals":\#(renewals),"isHeld":\#(isHeld)}"#
    }

    @Test(
        "A holder on another host whose mark stays the same is gone, whatever the two clocks say", arguments: [-1, 1])
    func goneElsewhere(years: Int) throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.elsewhere(renewals: 3, clock: time(nil) + years * 31_536_000), to: "lock")
        let waited = Mutex<[Duration]>([])
        let begun = Mutex<[String]>([])
        var watch = LockWatch()
        watch.wait = { duration in waited.withLock { $0.append(duration) } }
        watch.begin = { text in begun.withLock { $0.append(text) } }
        #expect(try RunDirectoryLock(directory: folder.path, watch: watch).epoch == 6)
        #expect(waited.withLock { $0.reduce(.zero, +) } == .seconds(90))
        #expect(begun.withLock { $0.count } == 1)
        #expect(begun.withLock { $0[0].contains("process 7 on elsewhere") })
    }

    @Test("A holder on another host that changes its mark is alive and keeps the lock", arguments: [1, 29])
    func aliveElsewhere(looks: Int) throws {
        let folder = try TemporaryFolder()
        let lock = folder["lock"]
        try folder.write(Self.elsewhere(renewals: 3), to: "lock")
        let waits = Mutex(0)
        var watch = LockWatch()
        watch.wait = { _ in
            guard
                waits.withLock({ count in
                    count += 1; return count == looks
                })
            else { return }
            try? Self.write(Self.elsewhere(renewals: 4), to: lock)
        }
        let error = #expect(throws: FileContentError.self) {
            try RunDirectoryLock(directory: folder.path, watch: watch)
        }
        #expect(error?.description.contains("process 7 on elsewhere") == true)
        #expect(error?.description.contains("--") == false, "an option that not every command has")
        #expect(waits.withLock { $0 } == looks)
    }

    @Test("A holder that gives the lock back is not waited for any longer")
    func givenBackElsewhere() throws {
        let folder = try TemporaryFolder()
        let lock = folder["lock"]
        try folder.write(Self.elsewhere(renewals: 3), to: "lock")
        let waits = Mutex(0)
        var watch = LockWatch()
        watch.wait = { _ in
            waits.withLock { $0 += 1 }
            try? Self.write(Self.elsewhere(renewals: 4, isHeld: false), to: lock)
        }
        #expect(try RunDirectoryLock(directory: folder.path, watch: watch).epoch == 6)
        #expect(waits.withLock { $0 } == 1)
    }

    @Test("A lock that the system has not yet given back for a process that ended is waited for, and no other")
    func ending() throws {
        let folder = try TemporaryFolder()
        let lock = folder["lock"]
        func write(pid: Int32) throws {
            try folder.write(
                #"{"host":"\#(hostName())","pid":\#(pid),"epoch":5,"renewedAt":0,"renewals":3,"isHeld":true}"#,
                to: "lock")
        }
        // No kernel gives such a number.
        try write(pid: .max)
        let descriptor = Mutex(open(lock, O_RDWR | O_CLOEXEC))
        #expect(descriptor.withLock { flock($0, LOCK_EX | LOCK_NB) } == 0)
        let waits = Mutex(0)
        var watch = LockWatch()
        watch.wait = { _ in
            let count = waits.withLock { count in
                count += 1
                return count
            }
            if count == 3 { descriptor.withLock { _ = close($0) } }
        }
        #expect(try RunDirectoryLock(directory: folder.path, watch: watch).epoch == 6)
        #expect(waits.withLock { $0 } == 3)

        // A live one keeps it, and one whose end never comes is not waited for without end.
        for (pid, mostWaits) in [(getpid(), 3), (.max, 1_000)] {
            try write(pid: pid)
            let other = open(lock, O_RDWR | O_CLOEXEC)
            defer { close(other) }
            #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
            #expect(throws: FileContentError.self) { try RunDirectoryLock(directory: folder.path, watch: watch) }
            #expect(waits.withLock { $0 } <= mostWaits)
        }
    }

    @Test("A lock whose folder was removed while it was waited for is not taken for the new one")
    func removedMeanwhile() throws {
        let folder = try TemporaryFolder()
        let lock = folder["lock"]
        try folder.write(Self.elsewhere(renewals: 3), to: "lock")
        var watch = LockWatch()
        watch.wait = { _ in unlink(lock) }
        #expect(try RunDirectoryLock(directory: folder.path, watch: watch).epoch == 1)
    }

    @Test("Every renewal changes the mark, within a second too")
    func renewals() throws {
        let folder = try TemporaryFolder()
        let lock = try RunDirectoryLock(directory: folder.path)
        var marks: Set<[UInt8]> = [try DurableFile.read(folder["lock"])]
        for _ in 0..<5 {
            try lock.renew()
            marks.insert(try DurableFile.read(folder["lock"]))
        }
        #expect(marks.count == 6)
    }

    @Test("A lock that two parts of a program need is given back by the last")
    func retained() throws {
        let folder = try TemporaryFolder()
        let lock = try RunDirectoryLock(directory: folder.path)
        lock.retain()
        lock.release()
        #expect(throws: FileContentError.self) { try RunDirectoryLock(directory: folder.path) }
        lock.release()
        #expect(try RunDirectoryLock(directory: folder.path).epoch == 2)
    }
}
