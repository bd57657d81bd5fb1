import ArgumentParser

@main
struct Modicum: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "modicum",
        abstract: "Differential expression and gene-set enrichment, sharded over workers."
    )
}
