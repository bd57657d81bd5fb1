import ArgumentParser
import Foundation

/// The part of the parser's description of a command that messages about its options need.
struct CommandDescription: Decodable {
    struct Argument: Decodable {
        struct Name: Decodable { var name: String }
        var kind: String
        var isRepeating: Bool
        var names: [Name]?
    }

    private struct Whole: Decodable { var command: CommandDescription }

    private var commandName: String
    private var subcommands: [CommandDescription]?
    private var arguments: [Argument]?

    /// The command that these arguments call; nil where the parser's description cannot be read.
    init?(of arguments: [String]) {
        guard let whole = try? JSONDecoder().decode(Whole.self, from: Data(Modicum._dumpHelp().utf8)) else {
            return nil
        }
        self = whole.command
        for argument in arguments {
            guard let next = subcommands?.first(where: { $0.commandName == argument }) else { break }
            self = next
        }
    }

    var optionNames: [String] { (arguments ?? []).flatMap { $0.names ?? [] }.map(\.name) }

    /// Options with a value, of which the command takes one.
    var singleOptions: Set<String> {
        Set(
            (arguments ?? []).filter { $0.kind == "option" && !$0.isRepeating }.flatMap { $0.names ?? [] }.map {
                "--" + $0.name
            })
    }
}
