import ContentDigest
import DurableFiles
import FoundationEssentials
import Glibc
import JobEngine
import Synchronization

/// An input that a client sent with its run.
package struct SubmittedInput: Sendable {
    /// How the request refers to it.
    package let name: String
    package let blob: Blob
}

/// Why a run has no results, or not yet.
struct MissingResults: Error, Equatable, CustomStringConvertible {
    let reason: Rejection.Reason
    let description: String
}

/// The runs of a long-lived coordinator, on disk: one folder each below `runs`.
///
/// A run is there as soon as its `submission.json` is, which is written after
/// everything that it names. `ended.json` says that nothing is left to do.
package final class SubmissionStore: Sendable {
    /// Makes the program of a submitted run; called on that run's thread.
    package typealias ProgramFactory =
        @Sendable (_ request: [UInt8], _ inputs: [SubmittedInput], _ runDirectory: String) throws -> any RunProgram

    /// What `submission.json` holds.
    private struct Manifest: Codable {
        struct Input: Codable {
            var name: String
            var digest: String
            var size: UInt64
        }

        var run: String
        var title: String
        /// Runs are computed in the order of these.
        var number: Int
        var inputs: [Input]

        /// The share of its shards to be computed twice; nil from earlier releases.
        var replicatedShare: Double?
    }

    private struct End: Codable {
        var succeeded: Bool
        var text: String

        /// Whether the run was given up for the coordinator's sake: it is shown at each start.
        var setAside: Bool?
    }

    /// A run that is shown and not computed.
    struct LeftOut: Sendable {
        let run: RunID
        let title: String
        let reason: String
    }

    /// The runs of earlier starts.
    struct Found: Sendable {
        /// In the order in which they came.
        var unfinished: [Entry] = []
        var setAside: [LeftOut] = []

        /// Those whose files are damaged.
        var unreadable: [LeftOut] = []
    }

    /// The lists of results that were asked for.
    private let listed = Mutex<[RunID: RunResults]>([:])

    /// A run as it is found or put there.
    struct Entry: Sendable {
        let run: RunID
        let title: String
        let directory: String
        let configuration: SHA256Digest
        let replicatedShare: Double
        fileprivate let number: Int
        fileprivate let inputs: [(name: String, digest: SHA256Digest)]
    }

    private let directory: String
    private let makeProgram: ProgramFactory

    /// Runs are numbered below this: what follows the largest can always be counted.
    private static let largestNumber = 1 << 53

    /// - Parameter directory: The coordinator's store; made if it is missing.
    package init(directory: String, makeProgram: @escaping ProgramFactory) throws {
        self.directory = directory
        self.makeProgram = makeProgram
        try DurableFile.makeFolder("\(directory)/runs")
    }

    /// The folder of one run.
    package func runDirectory(of run: RunID) -> String { "\(directory)/runs/\(run)" }

    /// Writes a piece of an input of a run that is coming.
    func write(_ content: [UInt8], at offset: UInt64, of digest: SHA256Digest, for run: RunID) throws {
        let folder = "\(runDirectory(of: run))/inputs"
        if offset == 0 { try DurableFile.makeFolder(folder) }
        let path = Self.partPath(of: digest, in: folder)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("create", path) }
        defer { close(descriptor) }
        guard lseek(descriptor, off_t(clamping: offset), SEEK_SET) >= 0 else { throw FileError("seek in", path) }
        try DurableFile.write(content, to: descriptor, named: path)
    }

    private static func partPath(of digest: SHA256Digest, in folder: String) -> String { "\(folder)/\(digest).part" }

    /// Makes a complete input durable under its name.
    private func keep(_ digest: SHA256Digest, in folder: String) throws {
        try DurableFile.keep(Self.partPath(of: digest, in: folder), as: "\(folder)/\(digest)")
    }

    /// Removes what has come of a run that was given up before it was stored.
    func discardUpload(of run: RunID) {
        let folder = runDirectory(of: run)
        guard !DurableFile.exists("\(folder)/submission.json"), let listing = opendir("\(folder)/inputs") else {
            return
        }
        while let item = readdir(listing) {
            let name = withUnsafeBytes(of: item.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            // Only what this program writes there.
            let digest = name.hasSuffix(".part") ? String(name.dropLast(5)) : name
            if SHA256Digest(hexadecimal: digest) != nil { unlink("\(folder)/inputs/\(name)") }
        }
        closedir(listing)
        rmdir("\(folder)/inputs")
        unlink("\(folder)/request")
        rmdir(folder)
    }

    /// Makes everything durable that a run needs, so that it survives a crash from here on.
    func store(_ run: RunID, _ submission: Submission) throws -> Entry {
        let folder = runDirectory(of: run)
        // A client that did not hear the answer sends the same again.
        if let stored = try entry(in: folder) { return stored }
        try DurableFile.makeFolder("\(folder)/inputs")
        for digest in Set(submission.blobs.map(\.digest)) { try keep(digest, in: "\(folder)/inputs") }
        try DurableFile.syncFolder(of: "\(folder)/inputs/.")
        try DurableFile.write(submission.request, to: "\(folder)/request", mode: 0o600)
        let number = (try entries().readable.map(\.number).max() ?? 0) + 1
        let manifest = Manifest(
            run: "\(run)", title: submission.title, number: number,
            inputs: submission.blobs.map {
                Manifest.Input(name: $0.name, digest: "\($0.digest)", size: $0.size)
            }, replicatedShare: submission.replicatedShare)
        try DurableFile.write(Array(JSONEncoder().encode(manifest)), to: "\(folder)/submission.json", mode: 0o600)
        try DurableFile.syncFolder(of: folder)
        guard let stored = try entry(in: folder) else {
            throw FileContentError("\(folder)/submission.json", "cannot be read back")
        }
        return stored
    }

    /// Where a run's end is noted.
    static func endPath(in directory: String) -> String { "\(directory)/ended.json" }

    /// The runs that are not over, and those that have to be shown.
    func found() throws -> Found {
        var found = Found()
        let (entries, unreadable) = try entries()
        found.unreadable = unreadable
        for entry in entries {
            let path = Self.endPath(in: entry.directory)
            guard DurableFile.exists(path) else {
                found.unfinished.append(entry)
                continue
            }
            // An end that cannot be read is an end.
            guard let content = try? DurableFile.read(path),
                let end = try? JSONDecoder().decode(End.self, from: Data(content)), end.setAside == true
            else { continue }
            found.setAside.append(LeftOut(run: entry.run, title: entry.title, reason: end.text))
        }
        return found
    }

    /// Notes that a run is not to be computed again.
    func recordSetAside(_ entry: Entry, reason: String) throws {
        let end = End(succeeded: false, text: reason, setAside: true)
        try DurableFile.write(
            Array(JSONEncoder().encode(end)), to: Self.endPath(in: entry.directory), mode: 0o600)
    }

    /// Notes that a run is over.
    func recordEnd(of run: RunID, _ outcome: RunOutcome) throws {
        let end =
            switch outcome {
            case .finished: End(succeeded: true, text: "finished")
            case .failed(let reason, _, _), .refused(let reason): End(succeeded: false, text: reason)
            case .cancelled: End(succeeded: false, text: "cancelled")
            }
        try DurableFile.write(
            Array(JSONEncoder().encode(end)), to: Self.endPath(in: runDirectory(of: run)), mode: 0o600)
        RunMark.remove(in: runDirectory(of: run))
    }

    /// Reads a run's inputs, checks them, and makes its program.
    func program(of entry: Entry) throws -> any RunProgram {
        let inputs = try entry.inputs.map { input in
            let path = "\(entry.directory)/inputs/\(input.digest)"
            let blob = Blob(try DurableFile.read(path))
            guard blob.digest == input.digest else {
                throw FileContentError(
                    path, "has changed since it was submitted (SHA-256 \(blob.digest)); submit the run again")
            }
            return SubmittedInput(name: input.name, blob: blob)
        }
        let program = try makeProgram(try DurableFile.read("\(entry.directory)/request"), inputs, entry.directory)
        return ListedProgram(program, runDirectory: entry.directory)
    }

    /// The files that a finished run has left.
    ///
    /// - Throws: `MissingResults` for a run without results.
    func results(of run: RunID) throws -> [Submission.NamedBlob] {
        let folder = runDirectory(of: run)
        guard DurableFile.exists("\(folder)/submission.json") else {
            throw MissingResults(reason: .unknownRun, description: "no run \(run) is known here")
        }
        guard DurableFile.exists("\(folder)/ended.json") else {
            throw MissingResults(reason: .notEnded, description: "run \(run) has not ended")
        }
        guard DurableFile.exists(RunResults.listPath(in: folder)) else {
            let end = try? JSONDecoder().decode(End.self, from: Data(try DurableFile.read("\(folder)/ended.json")))
            throw MissingResults(
                reason: .noResults, description: "run \(run) ended without results: \(end?.text ?? "unknown")")
        }
        let results = try RunResults.read(in: folder)
        listed.withLock { listed in
            // Whoever fetches asks for the list first.
            if listed.count >= 64 { listed.removeAll() }
            listed[run] = results
        }
        return try results.files.map { file in
            guard let digest = SHA256Digest(hexadecimal: file.digest) else {
                throw FileContentError(RunResults.listPath(in: folder), "names \(file.name) by no SHA-256")
            }
            return Submission.NamedBlob(name: file.name, digest: digest, size: file.size)
        }
    }

    /// A piece of a result whose list was asked for.
    func piece(_ order: BlobChunkOrder) -> BlobPiece? {
        let digest = "\(order.digest)"
        guard let file = listed.withLock({ $0[order.run]?.files.first { $0.digest == digest } }) else { return nil }
        return BlobPiece(order, ofFile: "\(RunResults.folder(in: runDirectory(of: order.run)))/\(file.name)")
    }

    private func entries() throws -> (readable: [Entry], unreadable: [LeftOut]) {
        let folder = "\(directory)/runs"
        guard let listing = opendir(folder) else { throw FileError("list", folder) }
        defer { closedir(listing) }
        var found: [Entry] = []
        var unreadable: [LeftOut] = []
        while let item = readdir(listing) {
            let name = withUnsafeBytes(of: item.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let run = RunID(hexadecimal: name) else { continue }
            do {
                guard let entry = try entry(in: "\(folder)/\(name)") else { continue }
                found.append(entry)
            } catch {
                unreadable.append(LeftOut(run: run, title: "(unreadable)", reason: "\(error)"))
            }
        }
        return (found.sorted { ($0.number, $0.run) < ($1.number, $1.run) }, unreadable.sorted { $0.run < $1.run })
    }

    /// Reads one run's manifest; nil where the submission was never completed.
    private func entry(in folder: String) throws -> Entry? {
        let path = "\(folder)/submission.json"
        guard DurableFile.exists(path) else { return nil }
        guard let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(try DurableFile.read(path))),
            let run = RunID(hexadecimal: manifest.run), folder.hasSuffix("/\(run)"),
            (0..<Self.largestNumber).contains(manifest.number)
        else {
            throw FileContentError(
                path, "is no submission written by this program; submit the run again, and remove this folder")
        }
        var hasher = SHA256Hasher()
        hasher.update(try DurableFile.read("\(folder)/request"))
        var inputs: [(name: String, digest: SHA256Digest)] = []
        for input in manifest.inputs {
            guard let digest = SHA256Digest(hexadecimal: input.digest) else {
                throw FileContentError(path, "names \(input.name) by something that is no SHA-256")
            }
            hasher.update(digest.bytes)
            inputs.append((input.name, digest))
        }
        return Entry(
            run: run, title: manifest.title.visible(), directory: folder, configuration: hasher.finish(),
            replicatedShare: min(1, max(0, manifest.replicatedShare ?? 0)), number: manifest.number, inputs: inputs)
    }
}
