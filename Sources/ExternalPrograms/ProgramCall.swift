/// A program and its arguments: an array that no shell ever sees.
package struct ProgramCall: Equatable, Sendable {
    /// What people know it as.
    package var name: String

    /// Where its executable is.
    package var path: String
    package var arguments: [String]

    /// Where its error output goes, in a file that is made anew.
    package var errorPath: String

    package init(name: String, path: String, arguments: [String], errorPath: String) {
        self.name = name
        self.path = path
        self.arguments = arguments
        self.errorPath = errorPath
    }
}

/// Programs of which each reads what the one before writes.
package struct ProgramChain: Equatable, Sendable {
    package var calls: [ProgramCall]

    /// The folder they run in.
    package var folder: String

    /// Where the last one's output goes; nil: nowhere.
    package var outputPath: String?

    package init(_ calls: [ProgramCall], in folder: String, outputPath: String? = nil) {
        precondition(!calls.isEmpty, "a chain has a program")
        self.calls = calls
        self.folder = folder
        self.outputPath = outputPath
    }
}

/// How a program ended.
package enum ProgramEnd: Equatable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case killed(signal: Int32)

    /// - Parameter status: As `waitpid` gives it.
    init(status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: signal)
    }

    package var description: String {
        switch self {
        case .exited(let code): "ended with exit status \(code)"
        case .killed(let signal): "was killed by signal \(signal)"
        }
    }
}

/// A program that did not end well, or did not start.
package struct ProgramFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package var program: String
    package var what: String

    /// The last lines of its error output.
    package var lastLines: [String]

    package init(program: String, what: String, lastLines: [String]) {
        self.program = program
        self.what = what
        self.lastLines = lastLines
    }

    package var description: String {
        "\(program) \(what)" + lastLines.map { "\n    \($0)" }.joined()
    }
}

/// Thrown when programs were ended because nobody wants their result any more.
package struct ProgramsCancelled: Error {
    package init() {}
}
