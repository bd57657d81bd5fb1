import ClusterRuntime
import ExpressionData
import Foundation

/// What goes to stderr: errors, warnings, progress.
enum Terminal {
    /// Whether stderr is a terminal that redraws lines.
    static let isInteractive = isatty(2) == 1

    /// How many characters a line of the terminal has; 80 where it does not say.
    static var width: Int {
        var size = winsize()
        guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Whether the terminal's language is written in UTF-8.
    static let usesUnicode = {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return locale.uppercased().replacing("-", with: "").contains("UTF8")
    }()

    /// Whether colour is wanted: a terminal, and no `NO_COLOR`.
    static let usesColor = isInteractive && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty

    static func error(_ message: String) {
        // ArgumentParser begins its own messages with the word.
        let text = message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message
        write(colored("error: ", "31;1") + text + "\n")
    }

    static func warning(_ message: String) {
        write(colored("warning: ", "33") + message + "\n")
    }

    static func note(_ message: String) {
        write(message + "\n")
    }

    /// What reading the inputs found, by its severity.
    static func show(_ findings: [InputWarning]) {
        for finding in findings {
            switch finding.severity {
            case .note: note("note: \(finding)")
            case .warning: warning(finding.description)
            }
        }
    }

    /// Writes what comes before everything that is printed later.
    static func write(_ text: String) {
        LogOutput.standardError.write(text)
    }

    /// Writes without waiting for whoever reads, from a thread that others wait for.
    static func post(_ text: String) {
        LogOutput.standardError.post(text)
    }

    private static func colored(_ text: String, _ code: String) -> String {
        usesColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
