import ArgumentParser
import ClusterRuntime
import DurableFiles

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Keys for coordinators and workers.", subcommands: [NewKeyCommand.self])
}

struct NewKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Makes a CurveZMQ key pair in NAME, readable by its owner alone.",
        discussion: """
            Example:
              modicum keys new alice.key
            """)

    @Argument(help: "The file to make; it must not exist.")
    var name: String

    func run() throws {
        do {
            print(try KeyFile.make(at: name).publicKey.text)
        } catch let error as FileContentError {
            throw CommandFailure(status: .badInput, message: error.description)
        }
    }
}
