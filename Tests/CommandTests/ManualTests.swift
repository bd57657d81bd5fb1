import Foundation
import Testing

/// A page of the manual that a reader follows with a shell: its blocks of `sh`, copied.
struct ManualPage: CustomTestStringConvertible, Sendable {
    let path: String

    var testDescription: String { path }

    /// All blocks of `sh`, in their order; those of `console` need a cluster and are for reading.
    var script: String {
        let text = (try? String(contentsOfFile: packageRoot + "/" + path, encoding: .utf8)) ?? ""
        return text.matches(of: #/(?m)^```sh\n([^`]*)^```$/#).map { String($0.1) }.joined()
    }

    static let all = DocumentedCommands.pages.filter(DocumentedCommands.isOfManual).map(ManualPage.init)
}

@Suite("The manual")
struct ManualTests {
    @Test("What a reader copies from a page runs from its first command to its last", arguments: ManualPage.all)
    func run(_ page: ManualPage) throws {
        // Blocks of Python come before the commands that need what they wrote: ops/manual --check runs such pages.
        let text = try String(contentsOfFile: packageRoot + "/" + page.path, encoding: .utf8)
        let needsPython = text.firstRange(of: "```python").map { $0.lowerBound } ?? text.endIndex
        guard let start = text.firstRange(of: "```sh")?.lowerBound, start < needsPython else { return }
        let folder = try TemporaryFolder()
        let files = FileManager.default
        try files.createDirectory(atPath: folder("bin"), withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: folder("bin/modicum"), withDestinationPath: executable)
        try files.createSymbolicLink(atPath: folder("datasets"), withDestinationPath: packageRoot + "/datasets")
        let log = try folder.write("", as: "log.txt")

        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = ["-euo", "pipefail", "-c", page.script]
        shell.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        shell.environment = ProcessInfo.processInfo.environment.merging(["PATH": folder("bin") + ":" + path]) { $1 }
        shell.standardInput = FileHandle.nullDevice
        shell.standardOutput = FileHandle(forWritingAtPath: log)
        shell.standardError = FileHandle(forWritingAtPath: log)
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0, "\((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
    }

    @Test("There is a page for each question, with commands to copy")
    func pages() {
        let names = ManualPage.all.map { $0.path.split(separator: "/").last.map(String.init) ?? "" }
        for page in [
            "start", "two-groups", "pairs", "exposure", "batches", "interaction", "time-course", "salmon", "pseudobulk",
            "ranked-list", "compare-with-deseq2", "slurm", "more-permutations", "read-in-r-and-python",
        ] {
            #expect(names.contains(page + ".md"), "\(page)")
        }
        for page in ManualPage.all where !page.path.hasSuffix("slurm.md") {
            #expect(page.script.contains("modicum "), "\(page.path)")
        }
    }
}
