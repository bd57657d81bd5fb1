import ArgumentParser
import ExpressionData
import Foundation
import StudyFiles

/// An option that the command does not have, beside one that is missing.
///
/// The parser reports what is missing first, and a misspelt option is both.
struct UnknownOption {
    /// What to say before the parser's own words.
    let sentence: String

    /// Nil where the command has all options of the arguments.
    init?(in arguments: [String]) {
        guard let help = try? JSONDecoder().decode(Help.self, from: Data(Modicum._dumpHelp().utf8)) else { return nil }
        var command = help.command
        for argument in arguments {
            guard let next = command.subcommands?.first(where: { $0.commandName == argument }) else { break }
            command = next
        }
        let known = ["help", "version"] + (command.arguments ?? []).flatMap { $0.names ?? [] }.map(\.name)
        let given = arguments.lazy.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }
            .map { String($0.dropFirst(2).prefix { $0 != "=" }) }
        guard let unknown = given.first(where: { !known.contains($0) }) else { return nil }
        let nearest = nearestName(to: unknown, among: known.filter { $0.count > 1 })
        sentence = "Unknown option '--\(unknown)'" + (nearest.map { ". Did you mean '--\($0)'?" } ?? ".")
    }

    /// The parser's message with the unknown option in front.
    func message(before text: String) -> String {
        let own = text.hasPrefix("Error: ") ? String(text.dropFirst(7)) : text
        return sentence + "\n" + own
    }

    /// The part of the parser's description of commands that is needed here.
    private struct Help: Decodable {
        struct Command: Decodable {
            var commandName: String
            var subcommands: [Command]?
            var arguments: [Argument]?
        }
        struct Argument: Decodable {
            struct Name: Decodable { var name: String }
            var names: [Name]?
        }
        var command: Command
    }
}
