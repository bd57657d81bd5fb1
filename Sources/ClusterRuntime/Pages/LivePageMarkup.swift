import JobEngine

/// The live page: readable without script, which only brings its parts up to date.
package struct LivePageMarkup {
    package let view: LiveView

    package init(_ status: StatusSnapshot) {
        view = LiveView(status)
    }

    package var page: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <noscript><meta http-equiv="refresh" content="2"></noscript>
        <title>\(Self.escaped(title))</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="live.css">
        <script src="live.js" defer></script>
        </head>
        <body>
        <header><h1>modicum</h1><p id="headline">\(Self.escaped(view.headline))</p><p id="connection" role="status"></p></header>
        <main>
        <section id="blockers" aria-live="polite">\(blockers)</section>
        <section id="runs"><h2>Runs</h2>\(runs)</section>
        <section id="workers"><h2>Workers</h2>\(workers)</section>
        </main>
        <footer><p>This page only shows. The same in a terminal: <code>modicum status --watch</code>; for programs: \
        <a href="status.json">status.json</a>, <a href="metrics">metrics</a>.</p></footer>
        </body>
        </html>

        """
    }

    private var title: String {
        guard let run = view.runs.first(where: \.isInHand) else { return "modicum" }
        return (run.share.map { "\(Int($0 * 100)) % " } ?? "") + run.title + " · modicum"
    }

    private var blockers: String {
        guard !view.blockers.isEmpty else { return "" }
        return "<h2>What blocks</h2><ul>" + view.blockers.map { "<li>\(Self.escaped($0))</li>" }.joined() + "</ul>"
    }

    private var runs: String {
        view.runs.isEmpty ? "<p>No run is here.</p>" : view.runs.map(article).joined()
    }

    private func article(_ run: LiveView.Run) -> String {
        var text = "<article class=\"\(run.isInHand ? "hand" : "")\"><h3>\(Self.escaped(run.title)) "
        text += "<span class=\"phase \(Self.escaped(run.phase))\">\(Self.escaped(run.phase))</span></h3>"
        if run.isInHand {
            if !run.stages.isEmpty {
                text += "<ol>" + run.stages.map { "<li>\(Self.escaped($0))</li>" }.joined() + "</ol>"
            }
            if let share = run.share {
                text += "<progress max=\"1000\" value=\"\(Int(share * 1000))\">\(Int(share * 100)) %</progress>"
            }
        }
        if !run.progress.isEmpty { text += "<p class=\"progress\">\(Self.escaped(run.progress))</p>" }
        if !run.failures.isEmpty {
            text += "<ul class=\"failures\">"
            text += run.failures.prefix(20).map { "<li>\(Self.escaped($0))</li>" }.joined()
            if run.failures.count > 20 {
                text += "<li>and \(run.failures.count - 20) more; modicum status has all</li>"
            }
            text += "</ul>"
        }
        return text + "<p class=\"name\">\(Self.escaped(run.name))</p></article>\n"
    }

    private var workers: String {
        guard !view.workers.isEmpty else { return "<p>No worker has connected.</p>" }
        let rows = view.workers.map { worker in
            "<tr class=\"\(worker.isInTrouble ? "trouble" : "")\"><th scope=\"row\">\(Self.escaped(worker.host))"
                + "<small>\(Self.escaped(worker.labels))</small></th><td>\(Self.escaped(worker.phase))</td>"
                + "<td>\(worker.silence)</td><td>\(worker.leases)</td><td>\(worker.done)</td>"
                + "<td>\(worker.threads)</td><td>\(worker.memory)</td></tr>\n"
        }
        let more = view.workersNotListed > 0 ? "<p>and \(view.workersNotListed) more, all serving.</p>" : ""
        return
            "<p>\(Self.escaped(view.workersInAll))</p><div class=\"wide\"><table><thead><tr><th scope=\"col\">machine</th>"
            + "<th scope=\"col\">phase</th><th scope=\"col\">silent</th><th scope=\"col\">in hand</th>"
            + "<th scope=\"col\">done</th><th scope=\"col\">threads</th><th scope=\"col\">memory</th></tr></thead><tbody>\n"
            + rows.joined() + "</tbody></table></div>" + more
    }

    /// Text from elsewhere as text: nothing of it is markup, and nothing of it turns the line around.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.visible().unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
