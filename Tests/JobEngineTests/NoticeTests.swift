import ContentDigest
import JobEngine
import Testing

@Suite("What a coordinator logs of its runs")
struct NoticeTests {
    private func notices(_ actions: [CoordinatorAction]) -> [Notice] {
        actions.compactMap { if case .report(let notice) = $0 { notice } else { nil } }
    }

    @Test("Who submitted and who cancelled a run is logged with its title, and every line of a run names it")
    func submitAndCancel() {
        var bench = CoordinatorBench()
        var hello = Hello()
        hello.role = .client
        hello.host = "login1"
        hello.labels = ["user=alice"]
        _ = bench.say(.hello(hello), from: 50)
        let run = RunID(9)
        let submission = Submission(title: "asthma.yaml", blobs: [], request: [])
        _ = bench.say(.submit(submission), from: 50, run: run)
        let stored = notices(bench.handle(.submissionStored(run)))
        #expect(stored.map(\.description) == ["alice on login1 submitted asthma.yaml", "asthma.yaml begins"])
        let again = notices(bench.say(.submit(submission), from: 50, run: run))
        #expect(again.map(\.description) == ["alice on login1 submitted asthma.yaml again, which is here already"])

        bench.join(1)
        let planned = notices(bench.handle(.stagePlanned(run, CoordinatorBench.plan(shards: 4), known: [:])))
        let cancelled = notices(bench.say(.cancelRun, from: 50, run: run))
        #expect(
            cancelled.map(\.description) == ["alice on login1 cancelled asthma.yaml", "asthma.yaml is cancelled"])
        for notice in stored + again + planned + cancelled { #expect(notice.run == run, "\(notice)") }
        // A second time there is nothing to cancel.
        #expect(notices(bench.say(.cancelRun, from: 50, run: run)).isEmpty)
    }
}
