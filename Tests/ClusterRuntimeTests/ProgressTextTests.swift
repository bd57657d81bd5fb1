import Testing

import ClusterRuntime

@Suite("The line of a run's progress")
struct ProgressTextTests {
    private func progress(_ title: String, _ done: Int, of shards: Int, stage: Int = 0) -> RunProgress {
        RunProgress(
            stage: stage, title: title, isPlanning: false, shards: shards, done: done, reused: 0, rate: 212.4,
            remaining: nil, workers: 2, threads: 2, blocker: nil)
    }

    @Test("One bar runs over all stages, and never back")
    func share() {
        var text = ProgressText(stages: [("first", 1), ("second", 1), ("third", 2)])
        #expect(text.share(progress("first", 5, of: 10)) == 0.125)
        #expect(text.share(progress("second", 0, of: 4, stage: 1)) == 0.25)
        // A stage that was not foreseen, and one that is planned again with more shards.
        #expect(text.share(progress("another", 9, of: 10, stage: 2)) == 0.25)
        #expect(text.share(progress("third", 50, of: 100, stage: 3)) == 0.75)
        #expect(text.share(progress("third", 50, of: 200, stage: 4)) == 0.75)
        #expect(text.share(progress("third", 200, of: 200, stage: 4)) == 1)
    }

    @Test("It fits every terminal, and says less in a narrow one", arguments: [20, 60, 79, 80, 120, 200])
    func width(_ width: Int) {
        let line = ProgressText.line(
            progress("models and tests", 96, of: 174), share: 0.62, left: .seconds(3), width: width, usesBlocks: true)
        #expect(line.count <= width && line.hasPrefix("["))
        if width >= 60 { #expect(line.contains("62 %") && line.contains("models and tests 96/174")) }
        if width >= 120 {
            #expect(line.contains("212 shards/s") && line.contains("3 s left") && line.contains("2 workers"))
        }
    }

    @Test("A run that starts its workers itself says so until one has connected, and only then what it waits for")
    func starting() {
        var first = progress("models and tests", 0, of: 174)
        (first.rate, first.workers, first.threads, first.blocker) = (0, 0, 0, "no worker has connected")
        let own = ProgressText.plain(first, share: 0, left: nil, starting: 2)
        #expect(own == "models and tests: 0/174 shards, 0 % of the run, starting 2 workers")
        let line = ProgressText.line(first, share: 0, left: nil, starting: 1, width: 120, usesBlocks: true)
        #expect(line.hasSuffix("starting 1 worker") && !line.contains("connected"))
        // Workers that others start may never come.
        let waiting = ProgressText.plain(first, share: 0, left: nil)
        #expect(waiting.hasSuffix("0 workers, 0 threads, no worker has connected"))
        first.blocker = "no worker is left: 2 lost, 0 leaving; start others"
        #expect(ProgressText.plain(first, share: 0, left: nil, starting: 2).hasSuffix(first.blocker ?? ""))
    }

    @Test("Without UTF-8 the bar is of plain characters")
    func plainBar() {
        let line = ProgressText.line(
            progress("models and tests", 1, of: 2), share: 0.5, left: nil, width: 80, usesBlocks: false)
        #expect(line.unicodeScalars.allSatisfy(\.isASCII) && line.contains("########........"))
    }

    @Test(
        "Time left is in the words that fit it",
        arguments: [(0, "1 s"), (89, "89 s"), (200, "3 min"), (7_810, "2 h 10 min")])
    func words(_ seconds: Int, _ expected: String) {
        #expect(ProgressText.words(.seconds(seconds)) == expected)
    }
}
