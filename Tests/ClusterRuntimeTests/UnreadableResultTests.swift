import ClusterRuntime
import ContentDigest
import DurableFiles
import JobEngine
import Testing

@Suite("Journals with results that nobody can read")
struct UnreadableResultTests {
    @Test("They are computed again, and the run comes to its end")
    func journal() throws {
        let folder = try TemporaryFolder()
        func done(_ range: Range<Int>, _ payload: [UInt8], digest: SHA256Digest? = nil) -> [UInt8] {
            JournalRecord.shardDone(
                JournaledResult(
                    shard: ShardID(of: Shard(stage: "square", range: range, inputs: []), numericContract: 1), stage: 0,
                    digest: digest ?? SHA256Digest(of: payload), host: "h", elapsed: .seconds(1), payload: payload)
            ).encoded()
        }
        let opening = RunOpening(
            run: RunID(5), title: "toy", numericContract: 1, configuration: SHA256Digest(of: "toy"))
        let wrong = bytes(of: 1)
        let journal =
            JournalRecord.runOpened(opening).encoded() + JournalRecord.epochBegun(epoch: 1, host: "h").encoded()
            // Too short; of another digest; right, and used.
            + done(0..<50, [7]) + done(50..<100, wrong, digest: SHA256Digest(of: "other"))
            + done(100..<150, bytes(of: (100..<150).reduce(UInt64(0)) { $0 + UInt64($1 * $1) }))
        try DurableFile.write(journal, to: folder["journal"], mode: 0o600)
        let cluster = try TestCluster(in: folder)
        let worker = try cluster.addWorker()
        let finished = try #require(cluster.finish())
        #expect(finished.outcome == .finished(disagreements: []))
        #expect(cluster.program.answer == cluster.program.expected)
        #expect(finished.history.stages.first?.reused == 1)
        #expect(worker.executor.begun.contains { $0.range == 0..<50 && $0.stage == "square" })
        #expect(worker.executor.begun.contains { $0.range == 50..<100 && $0.stage == "square" })
    }
}
