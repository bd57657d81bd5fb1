import Deflate
import Foundation
import JobEngine
import ReadsToCounts
import Testing

import CountPipeline

@Suite("Shards of counting in a worker")
final class CountExecutorTests {
    private struct Control: ShardControl {
        func madeProgress() {}
        var isCancelled: Bool { false }
    }

    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "/count-\(UUID().uuidString)"
        for name in ["store", "data", "scratch", "bin"] {
            try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
        }
        try write("here", to: "store/nonce")
        try write("@r1\nACGT\n+\nIIII\n@r2\nAC\n+\nII\n", to: "data/a.fq")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @discardableResult
    private func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
        return folder + "/" + name
    }

    private func programs(
        roots: [String]? = nil, cores: Int = 1, memory: UInt64? = nil, searchPath: String? = nil
    ) -> WorkerPrograms {
        WorkerPrograms(
            searchPath: searchPath ?? folder + "/bin", roots: roots ?? [folder], scratch: folder + "/scratch",
            cores: cores, memory: memory, host: "node7")
    }

    private func context(_ change: (inout CountContext) throws -> Void = { _ in }) throws -> CountContext {
        let genome = try FileReference(path: write(">chr1\nACGTACGT\n", to: "data/genome.fa"))
        let genes = try FileReference(
            path: write("chr1\tx\texon\t1\t4\t.\t+\t.\tgene_id \"G\"; transcript_id \"T\";\n", to: "data/genes.gtf"))
        var context = CountContext(
            settings: CountSettings(), versions: [.hisat2Build: "2.2.1"], store: folder + "/store", nonce: "here",
            reference: .fasta(genome), annotation: genes)
        try change(&context)
        return context
    }

    private func outcome(_ task: CountTask, _ programs: WorkerPrograms) throws -> TaskOutcome {
        let blob = Blob([UInt8](try canonicalJSON(task)))
        let shard = Shard(stage: "reads-inputs", range: 0..<1, inputs: [blob.digest])
        return try TaskOutcome(CountExecutor(programs).execute(shard, inputs: [blob], control: Control()))
    }

    private func refusal(_ task: CountTask, _ programs: WorkerPrograms) throws -> String {
        guard case .refused(let text) = try outcome(task, programs) else { return "" }
        return text
    }

    /// What a worker says that another one in its place might not.
    private func shortcoming(_ task: CountTask, _ programs: WorkerPrograms) throws -> String {
        do {
            _ = try outcome(task, programs)
            return ""
        } catch let unfit as UnfitWorker {
            return unfit.description
        }
    }

    private func sample(_ files: String...) throws -> SampleTask {
        SampleTask(
            name: "s1",
            lanes: [
                SampleTask.LaneFiles(
                    first: try FileReference(path: files[0]),
                    second: try files.dropFirst().first.map { try FileReference(path: $0) })
            ])
    }

    @Test("Reads are counted, and their files named by their content, once")
    func reads() throws {
        let task = CountTask.reads(try context(), try sample(folder + "/data/a.fq"))
        guard case .reads(let found) = try outcome(task, programs()) else { Issue.record("no reads"); return }
        #expect(found.reads == 2 && found.digests.count == 1)
        let kept = try FileManager.default.contentsOfDirectory(atPath: folder + "/store")
        #expect(kept.count == 2)
        #expect(try outcome(task, programs()) == .reads(found))
    }

    @Test("A path outside the roots is refused, also one that a link leads to")
    func roots() throws {
        let outside = NSTemporaryDirectory() + "/outside-\(UUID().uuidString).fq"
        try "@r\nA\n+\nI\n".write(toFile: outside, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: outside) }
        let link = folder + "/data/link.fq"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: outside)
        for path in [outside, link, folder + "/data/../../\(URL(fileURLWithPath: outside).lastPathComponent)"] {
            let text = try shortcoming(.reads(context(), sample(path)), programs())
            #expect(text.contains("is outside the folders that the worker on node7 may use"), "\(path): \(text)")
        }
        // A folder whose name only begins like a root is another one.
        #expect(throws: TaskRefusal.self) { try programs(roots: [folder + "/da"]).check(path: folder + "/data/a.fq") }
        try programs(roots: [folder + "/data"]).check(path: folder + "/data/a.fq")
        try programs(roots: ["/"]).check(path: outside)
    }

    @Test("A program that is not on the list cannot be named, and options that run others are refused")
    func programList() throws {
        let text = String(decoding: try canonicalJSON(CountTask.reference(context())), as: UTF8.self)
        let forged = Blob(Array(text.replacingOccurrences(of: "hisat2-build", with: "sh").utf8))
        #expect(throws: (any Error).self) {
            try CountExecutor(self.programs()).execute(
                Shard(stage: "reads-inputs", range: 0..<1, inputs: [forged.digest]), inputs: [forged],
                control: Control())
        }
        // As a client without our checks would send it.
        var settings = CountSettings()
        settings.options[.hisat2] = try ToolOptions("--seed 1", for: .hisat2)
        let task = CountTask.reads(try context { $0.settings = settings }, try sample(folder + "/data/a.fq"))
        let evil = String(decoding: try canonicalJSON(task), as: UTF8.self)
            .replacingOccurrences(of: "--seed", with: "--met-file")
        let forgedTask = try JSONDecoder().decode(CountTask.self, from: Data(evil.utf8))
        #expect(try refusal(forgedTask, programs()).contains("--met-file is not an option that is passed to hisat2"))
    }

    @Test("A program that is not there is named with its package")
    func missing() throws {
        #expect(throws: TaskRefusal.self) { try programs().require([.featureCounts, .trimGalore]) }
        do {
            try programs().require([.featureCounts, .trimGalore])
        } catch {
            #expect("\(error)".contains("trim_galore") && "\(error)".contains("apt-get install subread trim-galore"))
        }
    }

    @Test("What does not fit is refused, by cores, memory and scratch, with both numbers")
    func fit() throws {
        func text(_ need: ResourceNeed, _ programs: WorkerPrograms) -> String {
            do { try programs.check(need) } catch { return "\(error)" }
            return ""
        }
        #expect(
            text(ResourceNeed(cores: 4), programs(cores: 2)).contains("needs 4 cores, and the worker on node7 has 2"))
        #expect(
            text(ResourceNeed(memory: 8 << 30), programs(memory: 4 << 30))
                .contains("needs 8192 MiB of memory, and the worker on node7 has 4096 MiB"))
        #expect(text(ResourceNeed(scratch: 1 << 60), programs()).contains("of scratch"))
        #expect(text(ResourceNeed(cores: 2, memory: 1 << 30, scratch: 1), programs(cores: 2, memory: 2 << 30)).isEmpty)
        // An index of a genome that needs more than there is.
        let refused = try shortcoming(.reference(context()), programs(memory: 1 << 20))
        #expect(refused.contains("of memory"), "\(refused)")
    }

    @Test("A worker that sees another folder under the same path says so")
    func nonce() throws {
        let task = CountTask.reads(try context { $0.nonce = "elsewhere" }, try sample(folder + "/data/a.fq"))
        let text = try shortcoming(task, programs())
        #expect(text.contains("does not see \(folder)/store as the coordinator does"))
    }

    @Test("A program of another version than planned is refused")
    func version() throws {
        try write("#!/bin/sh\necho hisat2-build version 2.2.0\n", to: "bin/hisat2-build")
        chmod(folder + "/bin/hisat2-build", 0o755)
        let text = try shortcoming(.reference(context()), programs())
        #expect(text.contains("has hisat2-build 2.2.0, and the run was planned with 2.2.1"), "\(text)")
    }

    @Test("A program that fails gives host, status and its words")
    func failing() throws {
        try write(
            "#!/bin/sh\n[ $1 = --version ] && echo version 2.2.1 && exit 0\necho out of luck >&2\nexit 7\n",
            to: "bin/hisat2-build")
        chmod(folder + "/bin/hisat2-build", 0o755)
        guard case .failed(let failure) = try outcome(.reference(context()), programs()) else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.host == "node7" && failure.program == "hisat2-build")
        #expect(failure.what == "ended with exit status 7" && failure.lastLines == ["out of luck"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/scratch").isEmpty)
    }

    @Test("Files that are no whole FASTQ, and mates that do not belong together, are told with file and line")
    func badReads() throws {
        func text(_ content: String) throws -> String {
            try refusal(.reads(context(), sample(write(content, to: "data/b.fq"))), programs())
        }
        #expect(try text("@r\nACGT\n+\nIII\n").contains("b.fq:4: the read has 4 bases and 3 qualities"))
        #expect(try text("@r\nACGT\n+\n").contains("ends within a read, after line 3"))
        #expect(try text(">r\nACGT\n").contains("b.fq:1: a read's name must begin with `@`"))
        #expect(try text("@r\nAC\nII\n+\n").contains("b.fq:3"))
        #expect(try text("").contains("has no reads"))
        let packed = Deflate.compress(Array("@r\nAC\n+\nII\n".utf8), format: .gzip)
        try Data(packed.dropLast(6)).write(to: URL(fileURLWithPath: folder + "/data/c.fq.gz"))
        #expect(
            try refusal(.reads(context(), sample(folder + "/data/c.fq.gz")), programs()).contains(
                "is cut short at byte"))
        let short = try write("@r1\nA\n+\nI\n", to: "data/short.fq")
        #expect(
            try refusal(.reads(context(), sample(folder + "/data/a.fq", short)), programs())
                .contains("has 2 reads and \(short), its mates, 1"))
        let other = try write("@x1/2\nA\n+\nI\n@x2/2\nA\n+\nI\n", to: "data/other.fq")
        #expect(
            try refusal(.reads(context(), sample(folder + "/data/a.fq", other)), programs())
                .contains("begins with the read r1"))
    }

    @Test("A file that was written again after the plan is not used")
    func changed() throws {
        let task = CountTask.reads(try context(), try sample(folder + "/data/a.fq"))
        try write("@r1\nACGTT\n+\nIIIII\n", to: "data/a.fq")
        #expect(try refusal(task, programs()).contains("is not the file that the run began with"))
    }
}

@Suite("Steps that are kept")
struct StepStoreTests {
    @Test("A step is there completely or not at all, and a removed file makes it anew")
    func store() throws {
        let folder = NSTemporaryDirectory() + "/steps-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/scratch", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = StepStore(folder: folder)
        func file(_ text: String) throws -> String {
            try text.write(toFile: folder + "/scratch/log.txt", atomically: true, encoding: .utf8)
            return folder + "/scratch/log.txt"
        }
        #expect((store.value("key") as Int?) == nil)
        try store.put("key", files: [file("first")], value: 7)
        #expect((store.value("key") as Int?) == 7)
        #expect(try store.files("key") == ["log.txt"])
        // The one that came first stays.
        try store.put("key", files: [file("again")], value: 8)
        #expect((store.value("key") as Int?) == 7)
        try FileManager.default.removeItem(atPath: store.path("key", "log.txt"))
        #expect((store.value("key") as Int?) == nil)
        try store.put("key", files: [file("anew")], value: 9)
        #expect((store.value("key") as Int?) == 9)
        try FileManager.default.createDirectory(atPath: folder + "/.x.1.2.tmp", withIntermediateDirectories: true)
        store.removeLeftOvers()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["key", "scratch"])
    }
}
