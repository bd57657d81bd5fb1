import ArgumentParser
import CMemory
import ClusterRuntime
import Deflate
import ExpressionData
import Foundation
import HDF5
import OwnProcess
import StudyOutput

@main
enum Main {
    static func main() {
        LogOutput.reserveStandardDescriptors()
        // By default the allocator raises this threshold as large arrays come and go, and then keeps their memory.
        modicum_map_blocks_from(128 << 10)
        let words = OwnArguments.all
        if words.count == 3, words[1] == ReaderProcess.argument {
            ReaderProcess.serve(path: words[2])
            exit(ExitStatus.done.rawValue)
        }
        ReaderProcess.executable = OwnExecutable.path
        if let memory = AvailableMemory.total(environment: ProcessInfo.processInfo.environment) {
            UnpackingLimit.ofInputs = UnpackingLimit(bytes: Int(clamping: memory / 4))
        }
        modicum_say_last_words(words.dropFirst().first == "worker" ? 1 : 0)
        exit(run(Array(words.dropFirst())).rawValue)
    }

    /// Joins an option and a value that begins with `-` and is no option, such as `--weight -1`, by `=`.
    ///
    /// The parser takes any word with a `-` for an option, and would call the value missing.
    static func joiningNumbers(_ arguments: [String]) -> [String] {
        var joined: [String] = []
        for argument in arguments {
            let isValue =
                argument.hasPrefix("-") && (argument.dropFirst().first.map { $0.isNumber || $0 == "." } ?? false)
            if isValue, let option = joined.last, option.hasPrefix("--"), option.count > 2, !option.contains("=") {
                joined[joined.count - 1] = option + "=" + argument
            } else {
                joined.append(argument)
            }
        }
        return joined
    }

    private static func run(_ arguments: [String]) -> ExitStatus {
        do {
            var command = try Modicum.parseAsRoot(joiningNumbers(arguments))
            if let repeated = RepeatedOption(in: arguments) { Terminal.note("note: " + repeated.note) }
            try command.run()
            return .done
        } catch let failure as CommandFailure {
            if let message = failure.message { Terminal.error(message) }
            return failure.status
        } catch let error as InputError {
            Terminal.error(String(describing: error))
            return .badInput
        } catch {
            // ArgumentParser's own errors: help and version end well, the rest is usage.
            let text = Modicum.fullMessage(for: error)
            if Modicum.exitCode(for: error).isSuccess {
                if UnknownOption.wordBehindOneDash(in: arguments, mayBeValue: true) != nil,
                    let unknown = UnknownOption(in: arguments, mayBeValue: true)
                {
                    Terminal.error(unknown.sentence)
                    return .usage
                }
                print(text)
                return .done
            }
            let isUsage = Modicum.exitCode(for: error) == .validationFailure
            if isUsage, let unknown = UnknownOption(in: arguments) {
                Terminal.error(unknown.message(before: text))
            } else {
                Terminal.error(isUsage ? text : SystemProblem.sentence(for: error) ?? String(describing: error))
            }
            return isUsage ? .usage : .failed
        }
    }
}
