import Glibc
import JobEngine
import Logging

/// One line a message on standard error: UTC time, host, role, epoch, level, text, metadata.
package struct ClusterLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let prefix: String

    /// What goes to standard error; `recent` has more if that says less.
    private let printedLevel: Logger.Level
    private let recent: RecentLog?

    /// - Parameters:
    ///   - role: `coordinator`, or the worker's name.
    ///   - recent: Keeps what a client may ask for.
    package init(role: String, level: Logger.Level = .info, recent: RecentLog? = nil) {
        prefix = "\(hostName()) \(role)"
        printedLevel = level
        logLevel = recent == nil ? level : min(level, .info)
        self.recent = recent
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let more = event.metadata { all.merge(more) { $1 } }
        // Sorted, because a dictionary's order differs between runs.
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        // Others' words may be in it.
        let text = "\(utcTime()) \(prefix) \(event.level) \(event.message)\(pairs)".visible()
        recent?.append(text)
        guard event.level >= printedLevel else { return }
        LogOutput.standardError.post(text + "\n")
    }
}

/// The time as `2026-03-01T12:34:56Z`.
package func utcTime() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var text = [CChar](repeating: 0, count: 32)
    strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}

extension Logger {
    /// A logger for a service of this process.
    package static func cluster(role: String, level: Logger.Level = .info, recent: RecentLog? = nil) -> Logger {
        Logger(label: "modicum.\(role)") { _ in ClusterLogHandler(role: role, level: level, recent: recent) }
    }
}
