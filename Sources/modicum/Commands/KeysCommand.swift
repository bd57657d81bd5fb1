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

    @Flag(name: .long, help: "Print the file and the public key as JSON.")
    var json = false

    func run() throws {
        do {
            let publicKey = try KeyFile.make(at: name).publicKey.text
            guard !json else { return try JSONText.print(["file": name, "publicKey": publicKey]) }
            print(publicKey)
        } catch let error as FileContentError {
            throw CommandFailure(status: .badInput, message: error.description)
        }
    }
}
