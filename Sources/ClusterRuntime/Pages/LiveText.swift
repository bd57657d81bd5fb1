import JobEngine

extension LiveView {
    /// The view for a terminal or a file, a line each; what blocks comes last.
    package var lines: [String] {
        var lines = [headline]
        for run in runs {
            lines.append(
                "run \(run.name)  \(run.title)  \(run.phase)" + (run.progress.isEmpty ? "" : "  \(run.progress)"))
            lines += run.failures.map { "    \($0)" }
        }
        lines += workers.map(\.line)
        if workers.isEmpty { lines.append("no workers") }
        if workersNotListed > 0 { lines.append("and \(workersNotListed) more workers") }
        if let livePage { lines.append(livePage.line) }
        return lines + blockers.map { "blocked: \($0)" }
    }

    /// The view for a terminal that is drawn again and again: the run in hand with a bar, what blocks, and as much of the
    /// rest as there is room for.
    package func screen(columns: Int, rows: Int) -> [String] {
        var lines = [headline, ""]
        for run in runs where run.isInHand {
            lines.append("\(run.title)  \(run.phase)")
            lines += run.stages.suffix(8).map { "  \($0)" }
            if let share = run.share { lines.append("  " + Self.bar(share, columns: columns)) }
            if !run.progress.isEmpty { lines.append("  \(run.progress)") }
            lines += run.failures.suffix(4).map { "    \($0)" }
        }
        lines += blockers.map { "blocked: \($0)" } + [""]
        lines.append(workersInAll)
        lines += workers.map(\.line)
        if workersNotListed > 0 { lines.append("and \(workersNotListed) more workers") }
        lines.append("")
        lines += runs.filter { !$0.isInHand }.map { "run \($0.name)  \($0.title)  \($0.phase)" }
        if let livePage { lines.append(livePage.line) }
        if lines.count > rows {
            lines = lines.prefix(max(0, rows - 1)) + ["… \(lines.count - rows + 1) more lines"]
        }
        return lines.map { String($0.prefix(max(1, columns))) }
    }

    private static func bar(_ share: Double, columns: Int) -> String {
        let width = max(10, min(40, columns - 12))
        let full = Int((share * Double(width)).rounded(.down))
        return "[" + String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
            + "] \(Int(share * 100)) %"
    }
}

extension LiveView.Worker {
    fileprivate var line: String {
        "worker \(host)  \(phase)  \(threads) \(threads == 1 ? "thread" : "threads"), "
            + "\(leases) \(leases == 1 ? "lease" : "leases"), \(done) \(done == 1 ? "shard" : "shards") done"
            + (isInTrouble ? ", silent for \(silence)" : "") + "  \(labels)"
    }
}

extension LivePageAddress {
    /// How it is reached, from here and from elsewhere.
    package var line: String {
        "live page \(url) on \(host); from another machine: \(tunnel), then the same address there"
    }
}
