import ContentDigest
import ExpressionData
import ExpressionFormats
import Foundation
import StoredRuns
import StudyOutput
import StudyReport

/// A crate as it is written: copies of a run's files, and then the metadata that describe them.
struct CrateFolder {
    private let run: StoredRun
    private let label: CrateLabel
    private let record: Record

    /// What `run.json` says of the files beside it and of the time that they took.
    private struct Record: Decodable {
        struct Stage: Decodable { let reused: Int }

        let files: [WrittenResults.File]?
        let derivedFiles: [WrittenResults.File]?
        let stages: [Stage]?
    }

    init(of run: StoredRun, label: CrateLabel) throws {
        self.run = run
        self.label = label
        record = try JSONDecoder().decode(Record.self, from: Data(contentsOf: URL(filePath: run.folder + "/run.json")))
    }

    /// - Returns: The files, relative to the path; the metadata are the last.
    func write(to path: String) throws -> [String] {
        guard let results = record.files else {
            throw InputError(
                file: run.folder + "/run.json", "it lists no files, as an older program wrote it",
                remedy: "Compute the run again, in another folder.")
        }
        // No metadata rather than those of another run's files, should this be interrupted.
        try? FileManager.default.removeItem(atPath: path + "/" + ResearchObjectCrate.metadataName)
        var names: Set<String> = []
        var copies = try (results + (record.derivedFiles ?? [])).filter { names.insert($0.name).inserted }.map { file in
            try copy(file.name, to: path, expecting: file)
        }
        copies.append(try copy("run.json", to: path, expecting: nil))
        let metadata = try crate(of: copies).metadata.bytes(isIndented: true) + Array("\n".utf8)
        try AtomicFile.write(metadata, to: path + "/" + ResearchObjectCrate.metadataName)
        return copies.map(\.name) + [ResearchObjectCrate.metadataName]
    }

    /// Copies a file of the run piece by piece, as a store may be larger than memory.
    private func copy(
        _ name: String, to folder: String, expecting expected: WrittenResults.File?
    ) throws -> ResearchObjectCrate.File {
        let source = run.folder + "/" + name
        guard
            !name.split(separator: "/", omittingEmptySubsequences: false).contains(where: { $0.isEmpty || $0 == ".." })
        else { throw InputError(file: run.folder + "/run.json", "it names a file `\(name)`", remedy: "Restore it.") }
        guard let input = FileHandle(forReadingAtPath: source) else {
            throw InputError(
                file: source, "a file of the run is not there any more",
                remedy: "`modicum report \(run.folder)` makes tables, figures and networks again; the run's command, "
                    + "given again, makes results again.")
        }
        defer { try? input.close() }
        let target = folder + "/" + name
        try FileManager.default.createDirectory(
            atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        var output = try AtomicFile(path: target)
        var hasher = SHA256Hasher()
        var bytes = 0
        while let piece = try input.read(upToCount: 1 << 20), !piece.isEmpty {
            let content = [UInt8](piece)
            hasher.update(content)
            try output.append(content)
            bytes += content.count
        }
        let digest = hasher.finish().description
        guard bytes == expected?.bytes ?? bytes, digest == expected?.sha256 ?? digest else {
            throw InputError(
                file: source, "the file is not as the run wrote it",
                remedy: "Remove it, and have it made again: `modicum report` makes tables, figures and networks, the "
                    + "run's command makes results.")
        }
        try output.finish()
        return ResearchObjectCrate.File(name: name, bytes: bytes, sha256: digest)
    }

    private func crate(of files: [ResearchObjectCrate.File]) -> ResearchObjectCrate {
        let configuration = run.configuration
        let notes = run.record
        return ResearchObjectCrate(
            title: label.title ?? title, description: description, license: label.license, identity: run.identity,
            version: notes.version, libraries: notes.libraries ?? [:], times: times, commands: notes.commands ?? [],
            inputs: configuration.inputs.map { .init(role: $0.role, name: $0.name, sha256: $0.sha256) }, files: files,
            references: RunReferences(of: run).references)
    }

    private var title: String {
        let subject =
            run.analyses.isEmpty
            ? "Gene-set enrichment" : "Differential expression" + (run.hasEnrichment ? " and gene-set enrichment" : "")
        return run.record.request?.studyName.map { "\(subject): \(($0 as NSString).lastPathComponent)" } ?? subject
    }

    private var description: String {
        let designs = Set(run.analyses.map(\.design)).sorted().joined(separator: "; ")
        let tests = run.analyses.map(\.name).filter { !$0.isEmpty }.joined(separator: ", ")
        return "Results of Modicum \(run.record.version), numeric contract \(run.configuration.numericContract)."
            + (tests.isEmpty ? "" : " Tests: \(tests).") + (designs.isEmpty ? "" : " Designs: \(designs).")
            + " The identifier is the SHA-256 of the results' content; `modicum verify` computes random parts again."
    }

    /// The record has the end and, of the last command, the seconds: the start is known where that command did it all.
    private var times: ResearchObjectCrate.Times {
        let notes = run.record
        let end = try? Date(notes.finishedAt, strategy: .iso8601)
        let isWhole = (notes.commands ?? []).count == 1 && (record.stages ?? []).allSatisfy { $0.reused == 0 }
        return ResearchObjectCrate.Times(
            start: isWhole ? end.map { Self.text($0.addingTimeInterval(-notes.seconds.rounded(.up))) } : nil,
            end: end.map(Self.text) ?? notes.finishedAt)
    }

    /// The profile wants the offset in digits.
    private static func text(_ time: Date) -> String { time.formatted(.iso8601).replacing("Z", with: "+00:00") }
}
