import JobEngine
import Synchronization

/// What a coordinator shows to browsers of its machine: how its runs go, and its metrics.
///
/// The live page shows titles and names of machines, so that it is for the coordinator's user and root alone. Metrics are
/// for everybody on the machine where a port was asked for, as Prometheus has a user of its own.
package final class LivePages: Sendable {
    /// Asks the coordinator; nil where it does not answer in time.
    private let snapshot: @Sendable () -> StatusSnapshot?
    private let numericContract: UInt32
    private let showsMetricsToAll: Bool

    /// The last answer, which is good for half a second: however many look on, the coordinator is asked no oftener.
    private let last = Mutex<(at: ContinuousClock.Instant, status: StatusSnapshot)?>(nil)

    package init(
        numericContract: UInt32, showsMetricsToAll: Bool, snapshot: @escaping @Sendable () -> StatusSnapshot?
    ) {
        self.numericContract = numericContract
        self.showsMetricsToAll = showsMetricsToAll
        self.snapshot = snapshot
    }

    package func answer(_ request: PageRequest) -> PageResponse {
        let isAllowed = request.isFromOwner || (showsMetricsToAll && request.path == "/metrics")
        guard isAllowed else {
            return PageResponse(
                "403 Forbidden", "this page is for the user who started the coordinator, and for root\n")
        }
        switch request.path {
        case "/live.css": return PageResponse("200 OK", contentType: "text/css; charset=utf-8", LivePageAssets.style)
        case "/live.js":
            return PageResponse("200 OK", contentType: "text/javascript; charset=utf-8", LivePageAssets.script)
        case "/", "/status.json", "/metrics": break
        default: return PageResponse("404 Not Found", "there are /, /status.json and /metrics\n")
        }
        guard let status = currentStatus() else {
            return PageResponse("503 Service Unavailable", "the coordinator does not answer\n")
        }
        switch request.path {
        case "/": return PageResponse("200 OK", contentType: "text/html; charset=utf-8", LivePageMarkup(status).page)
        case "/status.json":
            guard let text = try? StatusRecord(status, listing: LiveView.listedWorkers).json() else {
                return PageResponse("500 Internal Server Error", "")
            }
            return PageResponse("200 OK", contentType: "application/json", text)
        default:
            return PageResponse(
                "200 OK", contentType: "text/plain; version=0.0.4; charset=utf-8",
                MetricsText(status, numericContract: numericContract).text)
        }
    }

    private func currentStatus() -> StatusSnapshot? {
        if let last = last.withLock({ $0 }), ContinuousClock.now - last.at < .milliseconds(500) { return last.status }
        guard let status = snapshot() else { return nil }
        last.withLock { $0 = (.now, status) }
        return status
    }
}
