import Foundation
import Testing

/// A command as a page has it.
struct DocumentedCommand: CustomTestStringConvertible, Sendable {
    let page: String
    let line: Int

    /// Without the program's name; a shell's quotes are gone.
    let words: [String]

    var testDescription: String { "\(page):\(line): modicum \(words.joined(separator: " "))" }

    /// The words that name the command, such as `simulate cohort`.
    var name: [String] { Array(words.prefix { $0.allSatisfy { $0.isLetter && $0.isLowercase } }.prefix(3)) }

    /// The options, without their values.
    var options: [String] {
        words.filter { $0.hasPrefix("--") }.map { String($0.prefix { $0 != "=" }) }
    }

    /// The words of a line of shell, up to a comment.
    static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            switch (character, quote) {
            case (let end, .some(let open)) where end == open: quote = nil
            case ("\"", nil), ("'", nil):
                quote = character
                word = word ?? ""
            case (" ", nil):
                if let complete = word { words.append(complete) }
                word = nil
            case ("#", nil) where word == nil: return words
            default: word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }
}

/// All commands of the project's pages.
enum DocumentedCommands {
    static let pages: [String] = {
        let files = FileManager.default.enumerator(atPath: packageRoot)
        var pages: [String] = []
        while let path = files?.nextObject() as? String {
            if path.hasPrefix(".") {
                files?.skipDescendants()
            } else if path.hasSuffix(".md"), !path.contains("decisions/"), !path.contains("CHANGELOG") {
                pages.append(path)
            }
        }
        return pages.sorted()
    }()

    /// Whether a page is followed in a shell, from its first command to its last: `ManualTests` runs it.
    static func isOfManual(_ page: String) -> Bool {
        page == "docs/start.md" || page.hasPrefix("docs/how-to/") && !page.hasSuffix("/README.md")
    }

    /// The program's own examples, command by command: they are not one after another.
    static let reference = "docs/commands.md"

    /// Those in blocks of code, a line each, whole with their continuations.
    static let inBlocks: [DocumentedCommand] = pages.flatMap { page in
        var found: [DocumentedCommand] = []
        var isCode = false
        var continued: (line: Int, text: String)?
        for (index, line) in text(of: page).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") { isCode.toggle() }
            guard isCode else { continue }
            if let begun = continued {
                continued = (begun.line, begun.text + line.drop { $0 == " " })
            } else if let command = line.firstMatch(of: #/^(?:[a-z0-9]*\$ )?modicum ([a-z].*)$/#) {
                continued = (index + 1, String(command.1))
            }
            guard let begun = continued else { continue }
            if begun.text.hasSuffix("\\") {
                continued = (begun.line, String(begun.text.dropLast()))
            } else {
                found.append(
                    DocumentedCommand(page: page, line: begun.line, words: DocumentedCommand.words(begun.text[...])))
                continued = nil
            }
        }
        return found
    }

    /// Those in sentences.
    static let inSentences: [DocumentedCommand] = pages.flatMap { page in
        text(of: page).split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
            line.matches(of: #/`modicum ([a-z][^`]*)`/#).map {
                DocumentedCommand(page: page, line: index + 1, words: DocumentedCommand.words($0.1))
            }
        }
    }

    private static func text(of page: String) -> String {
        (try? String(contentsOfFile: packageRoot + "/" + page, encoding: .utf8)) ?? ""
    }
}

@Suite("Commands of the documents")
struct DocumentedCommandTests {
    @Test("Every command and option that a page names is there")
    func names() throws {
        #expect(DocumentedCommands.inBlocks.count >= 10 && DocumentedCommands.inSentences.count >= 30)
        var helps: [[String]: String] = [:]
        for command in DocumentedCommands.inBlocks + DocumentedCommands.inSentences {
            let help: String
            if let known = helps[command.name] {
                help = known
            } else {
                let result = try ModicumProcess(command.name + ["--help"]).finish()
                #expect(result.status == 0, "\(command.testDescription)")
                help = result.output
                helps[command.name] = help
            }
            for option in command.options {
                #expect(help.contains("\(option) ") || help.contains("\(option)\n"), "\(command.testDescription)")
            }
        }
    }

    @Test("The commands of a page that compute run in the order in which they stand there")
    func run() throws {
        let services: Set = ["coordinator", "worker"]
        for page in DocumentedCommands.pages
        where !DocumentedCommands.isOfManual(page) && page != DocumentedCommands.reference {
            let commands = DocumentedCommands.inBlocks.filter { $0.page == page }
            guard !commands.isEmpty else { continue }
            let folder = try TemporaryFolder()
            try prepare(folder)
            if ["export", "report", "cite"].contains(commands[0].words[0]) {
                let made = try ModicumProcess(["run", "study.yaml", "--out", "results", "--quiet"], in: folder.path)
                #expect(made.finish().status == 0)
            }
            var running: [ModicumProcess] = []
            defer { for process in running { process.signal(SIGTERM) } }
            for command in commands {
                let process = try ModicumProcess(adapted(command.words), in: folder.path)
                if services.contains(command.name[0]) {
                    running.append(process)
                    // A worker may come before its coordinator, and says nothing.
                    let isReady = command.name != ["coordinator"] || process.waitForError(containing: "Listening on")
                    #expect(isReady, "\(command.testDescription): \(process.errorsSoFar)")
                } else {
                    let result = process.finish()
                    #expect(result.status == 0, "\(command.testDescription): \(result.errors)")
                }
                if command.name == ["simulate", "cohort"] { try limitPermutations(below: folder.path) }
            }
        }
    }

    /// Until all sets are settled takes seconds in a release build only.
    private func limitPermutations(below folder: String) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where name.hasSuffix("/study.yaml") {
            let study = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
                .replacingOccurrences(of: "permutations: until-settled", with: "permutations: 500")
            try study.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
        }
    }

    /// What has another place or size on a reader's machine.
    private func adapted(_ words: [String]) -> [String] {
        var words = words.map { $0.replacingOccurrences(of: "tcp://10.0.0.5:7100", with: "tcp://127.0.0.1:0") }
        if words.starts(with: ["simulate", "cohort"]), !words.contains("--genes") {
            words += ["--samples", "24", "--genes", "2000", "--sets", "150"]
        }
        if words.starts(with: ["simulate", "reads"]) { words += ["--samples", "4", "--pairs", "1000"] }
        if words[0] == "count" { words += ["--fastqc", "off"] }
        if words[0] == "calibrate" {
            // The grid that a page asks for takes hours.
            if let place = words.firstIndex(of: "--cohorts") { words[place + 1] = "2" }
            words +=
                (words.contains("--cells") ? [] : ["--cells", "n12-plain"]) + [
                    "--genes", "1200", "--permutations", "19",
                ]
        }
        return words
    }

    /// The files that readers are supposed to have.
    private func prepare(_ folder: TemporaryFolder) throws {
        let samples = (1...8).map { "s\($0)" }
        var counts = (["gene_id"] + samples).joined(separator: "\t") + "\n"
        var state: UInt64 = 7
        for gene in 1...900 {
            let row = samples.indices.map { sample -> String in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let mean = 40 + gene % 200 + (gene % 10 == 0 && sample % 2 == 1 ? 120 : 0)
                return "\(mean / 2 + Int(state >> 33) % mean)"
            }
            counts += (["GENE\(gene)"] + row).joined(separator: "\t") + "\n"
        }
        let sheet = samples.enumerated().map {
            "\($1)\tb\($0 / 4)\t\($0 % 2 == 0 ? "untreated" : "treated")\t\(["I", "II", "III"][$0 % 3])\t\(31 + $0 * $0 % 17)\n"
        }
        let sets = (1...20).map { set in
            "SET\(set)\t\t" + (0..<20).map { "GENE\(set * 20 + $0)" }.joined(separator: "\t") + "\n"
        }
        let source = packageRoot + "/datasets/small-cohort/"
        _ = try folder.write(counts, as: "counts.tsv")
        _ = try folder.write("sample\tbatch\tcondition\tstage\tage\n" + sheet.joined(), as: "samples.tsv")
        _ = try folder.write((1...900).map { "GENE\($0)\t\(450 - $0)\n" }.joined(), as: "list.rnk")
        for name in ["hallmark.gmt", "sets.gmt"] { _ = try folder.write(sets.joined(), as: name) }
        // The reader's counts are packed; the reader of tables knows it by the content.
        try FileManager.default.moveItem(atPath: folder("counts.tsv"), toPath: folder("counts.tsv.gz"))
        var study = try String(contentsOfFile: source + "study.yaml", encoding: .utf8)
        for name in ["counts.tsv.gz", "samples.tsv", "genes.tsv.gz", "sets.gmt", "custom.gmt", "interferon.tsv"] {
            study = study.replacingOccurrences(of: " \(name)", with: " \(source)\(name)")
            study = study.replacingOccurrences(of: "[\(name)", with: "[\(source)\(name)")
        }
        _ = try folder.write(study, as: "study.yaml")
    }
}
