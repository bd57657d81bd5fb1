import ArgumentParser
import Foundation
import StudyReport

/// `modicum cite`: whom to cite for what a run did.
struct CiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cite", abstract: "Lists the references of what a finished run used.",
        discussion: """
            Examples:
              modicum cite results
              modicum cite results --format bibtex > references.bib
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case bibtex
    }

    @Argument(help: "The folder of a finished run.")
    var folder: String

    @Option(name: .long, help: "One line each, or BibTeX.")
    var format = Format.text

    @Flag(name: .long, help: "Print the references as JSON, with all their parts.")
    var json = false

    func run() throws {
        let references = RunReferences(of: try FinishedFolder.open(folder)).references
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            print(String(decoding: try encoder.encode(references.map(Entry.init)), as: UTF8.self))
            return
        }
        switch format {
        case .text: for reference in references { print(reference.text) }
        case .bibtex: print(references.map(\.bibTeX).joined(separator: "\n"), terminator: "")
        }
    }

    private struct Entry: Encodable {
        let key: String
        let type: String
        let authors: [String]
        let year: Int?
        let title: String
        let container: String?
        let volume: String?
        let number: String?
        let pages: String?
        let doi: String?
        let version: String?
        let text: String

        init(_ reference: Reference) {
            key = reference.key
            type = reference.kind.rawValue
            authors = reference.organisation.map { [$0] } ?? reference.authors
            year = reference.year
            title = reference.title
            container = reference.container
            volume = reference.volume
            number = reference.number
            pages = reference.pages
            doi = reference.doi
            version = reference.version
            text = reference.text
        }
    }
}
