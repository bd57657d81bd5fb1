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
    ///
    /// - Parameter mayBeValue: Whether a word behind one dash is an option also where it may be the value of one.
    init?(in arguments: [String], mayBeValue: Bool = false) {
        guard let help = try? JSONDecoder().decode(Help.self, from: Data(Modicum._dumpHelp().utf8)) else { return nil }
        var command = help.command
        for argument in arguments {
            guard let next = command.subcommands?.first(where: { $0.commandName == argument }) else { break }
            command = next
        }
        let known = ["help", "version"] + (command.arguments ?? []).flatMap { $0.names ?? [] }.map(\.name)
        let isHelp = arguments.contains("-h") || arguments.contains("--help")
        if !isHelp, let word = Self.wordBehindOneDash(in: arguments, mayBeValue: mayBeValue) {
            let name = String(word.dropFirst().prefix { $0 != "=" })
            sentence = "Unknown option '-\(name)'" + Self.question(known.contains(name) ? name : nil, name, known)
            return
        }
        let names = arguments.lazy.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map {
            String($0.dropFirst(2).prefix { $0 != "=" })
        }
        guard let unknown = names.first(where: { !known.contains($0) }) else { return nil }
        sentence = "Unknown option '--\(unknown)'" + Self.question(nil, unknown, known)
    }

    /// The first word behind one dash, such as `-alpha`; nil where there is none.
    ///
    /// The parser takes that for several options of one letter, and any `h` among them for a wish for help, which ends
    /// well.
    ///
    /// - Parameter mayBeValue: Whether it counts behind an option, of which it may be the value, as in `--contrast -a`.
    static func wordBehindOneDash(in arguments: [String], mayBeValue: Bool) -> String? {
        let given = Array(arguments.prefix { $0 != "--" })
        let position = given.indices.first { position in
            let isWord = given[position].hasPrefix("-") && given[position].dropFirst().first?.isLetter == true
            guard isWord, given[position].utf8.count > 2, given[position] != "-help" else { return false }
            return mayBeValue || position == 0 || !given[position - 1].hasPrefix("--")
        }
        return position.map { given[$0] }
    }

    private static func question(_ certain: String?, _ name: String, _ known: [String]) -> String {
        let nearest = certain ?? nearestName(to: name, among: known.filter { $0.count > 1 })
        return nearest.map { ". Did you mean '--\($0)'?" } ?? "."
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
