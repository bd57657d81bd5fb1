import ClusterRuntime
import ContentDigest
import DurableFiles
import Glibc
import JobEngine
import Synchronization
import Testing

@Suite("The journal's file")
struct JournalFileTests {
    /// Collects what a journal says.
    private final class Notices: Sendable {
        let all = Mutex<[JournalFile.Notice]>([])

        func note(_ notice: JournalFile.Notice) { all.withLock { $0.append(notice) } }
    }

    @Test("What was appended is in the file once it is said to be durable, behind what was there")
    func append() throws {
        let folder = try TemporaryFolder()
        try folder.write("goodtorn", to: "journal")
        let notices = Notices()
        let journal = try JournalFile(at: folder["journal"], validLength: 4) { notices.note($0) }
        #expect(journal.append(Array("one".utf8)) == 1)
        #expect(journal.append(Array("two".utf8)) == 2)
        journal.close()
        #expect(try DurableFile.read(folder["journal"]) == Array("goodonetwo".utf8))
        #expect(notices.all.withLock { $0.last } == .durable(upTo: 2))
    }

    @Test("A file shorter than what was synced to it is refused")
    func lostData() throws {
        let folder = try TemporaryFolder()
        try folder.write("short", to: "journal")
        #expect(throws: FileContentError.self) {
            try JournalFile(at: folder["journal"], validLength: 6) { _ in }
        }
    }

    @Test("A full disk delays the acknowledgement, and nothing is written twice")
    func fullDisk() throws {
        let folder = try TemporaryFolder()
        let notices = Notices()
        let failures = Mutex(2)
        let medium = JournalFile.Medium(
            write: { content, descriptor, path in
                let isFull = failures.withLock { failures in
                    failures -= 1
                    return failures >= 0
                }
                // A full disk takes a part of what is written.
                let part = isFull ? Array(content.prefix(2)) : content
                guard Glibc.write(descriptor, part, part.count) == part.count else { throw FileError("write", path) }
                if isFull { throw FileError("write", path, code: ENOSPC) }
            })
        let durable = Gate()
        let journal = try JournalFile(
            at: folder["journal"], validLength: 0, retryInterval: .milliseconds(10), medium: medium
        ) { notice in
            notices.note(notice)
            if case .durable = notice { durable.open() }
        }
        journal.append(Array("record".utf8))
        durable.wait()
        journal.close()
        #expect(try DurableFile.read(folder["journal"]) == Array("record".utf8))
        let said = notices.all.withLock { $0 }
        #expect(said.count == 4)
        #expect(said.suffix(2) == [.resumed, .durable(upTo: 1)])
        guard case .waiting(let error, _) = said[0] else {
            Issue.record("the full disk was not reported")
            return
        }
        #expect(error.code == ENOSPC)
    }

    @Test("A sync that fails is followed by writing again through a new descriptor")
    func failedSync() throws {
        let folder = try TemporaryFolder()
        let descriptors = Mutex<[Int32]>([])
        let durable = Gate()
        let medium = JournalFile.Medium(
            write: { content, descriptor, path in
                // Holds the number, so that a descriptor opened later has another one.
                _ = dup(descriptor)
                guard Glibc.write(descriptor, content, content.count) == content.count else {
                    throw FileError("write", path)
                }
            },
            sync: { descriptor, path in
                let isFirst = descriptors.withLock { descriptors in
                    descriptors.append(descriptor)
                    return descriptors.count == 1
                }
                if isFirst { throw FileError("sync", path, code: EIO) }
            })
        let journal = try JournalFile(
            at: folder["journal"], validLength: 0, retryInterval: .milliseconds(10), medium: medium
        ) { if case .durable = $0 { durable.open() } }
        journal.append(Array("record".utf8))
        durable.wait()
        journal.close()
        #expect(try DurableFile.read(folder["journal"]) == Array("record".utf8))
        #expect(descriptors.withLock { $0.count } == 2)
    }

    @Test("After a take-over nothing more is written")
    func fenced() throws {
        let folder = try TemporaryFolder()
        let lock = try RunDirectoryLock(directory: folder.path)
        let notices = Notices()
        let journal = try JournalFile(
            at: folder["journal"], validLength: 0, fence: { try lock.check() }, notify: { notices.note($0) })
        let second = try RunDirectoryLock(directory: folder.path, takeOver: true)
        journal.append([1, 2, 3])
        journal.close()
        #expect(try DurableFile.read(folder["journal"]).isEmpty)
        guard case .fenced = notices.all.withLock({ $0.first }) else {
            Issue.record("the take-over was not reported")
            return
        }
        try second.check()
    }
}

@Suite("The journal of a run that is started again")
struct RunJournalTests {
    /// Computes the toy run once in `folder`, and returns its journal.
    private func completeRun(in folder: TemporaryFolder) throws -> [UInt8] {
        let cluster = try TestCluster(in: folder)
        try cluster.addWorker()
        #expect(cluster.finish()?.outcome == .finished(disagreements: []))
        return try DurableFile.read(folder["journal"])
    }

    @Test("A torn tail costs the torn record only")
    func tornTail() throws {
        let folder = try TemporaryFolder()
        let whole = try completeRun(in: folder)
        // The end of the run, and half of the last result before it.
        let scan = JournalScan(whole)
        var kept = scan.records
        kept.removeLast()
        let last = kept.removeLast()
        let torn = kept.flatMap { $0.encoded() } + last.encoded().dropLast(5)
        try DurableFile.write(torn, to: folder["journal"], mode: 0o600)

        let cluster = try TestCluster(in: folder)
        let worker = try cluster.addWorker()
        let finished = try #require(cluster.finish())
        #expect(finished.outcome == .finished(disagreements: []))
        #expect(cluster.program.answer == cluster.program.expected)
        #expect(worker.executor.begun.count == 1)
        #expect(finished.history.stages.map(\.reused) == [20, 19])
    }

    @Test("Damage before good records is refused, with file and place")
    func corruption() throws {
        let folder = try TemporaryFolder()
        var journal = try completeRun(in: folder)
        journal[journal.count / 2] ^= 1
        try DurableFile.write(journal, to: folder["journal"], mode: 0o600)
        let error = #expect(throws: FileContentError.self) { try TestCluster(in: folder) }
        #expect(try #require(error).file == folder["journal"])
        #expect(try #require(error).problem.contains("damaged at byte"))
        // It is left as it was found.
        #expect(try DurableFile.read(folder["journal"]) == journal)
    }

    @Test("The journal of a run with other settings is refused")
    func otherConfiguration() throws {
        let folder = try TemporaryFolder()
        _ = try completeRun(in: folder)
        let other = RunOpening(
            run: .random(), title: "other", numericContract: 1, configuration: SHA256Digest(of: "other"))
        #expect(throws: FileContentError.self) {
            try RunJournal(in: folder.path, opening: other, epoch: 9, fence: {}, notify: { _, _ in })
        }
    }

    @Test("Results of another numeric contract are kept aside and not used")
    func otherContract() throws {
        let folder = try TemporaryFolder()
        let before = try completeRun(in: folder)
        let newer = RunOpening(
            run: .random(), title: "toy", numericContract: 2, configuration: SHA256Digest(of: "toy"))
        let journal = try RunJournal(in: folder.path, opening: newer, epoch: 9, fence: {}, notify: { _, _ in })
        journal.file.close()
        #expect(journal.otherContract == 1)
        #expect(journal.results.isEmpty)
        #expect(try DurableFile.read(folder["journal.contract-1"]) == before)
    }
}
