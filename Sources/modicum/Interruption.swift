import ClusterRuntime
import Foundation

/// How a signal ends a command that has nothing of its own to finish, as while it reads its inputs.
enum Interruption {
    /// From now on SIGTERM, SIGINT and SIGHUP end the command as an interrupted one, with a sentence.
    ///
    /// What computes takes the signals over. Where there is no thread for them, they end the process all the same.
    static func endsCommand(saying sentence: String) {
        try? TerminationSignals.watch { _, _ in
            Terminal.error(sentence)
            exit(ExitStatus.interrupted.rawValue)
        }
    }
}
