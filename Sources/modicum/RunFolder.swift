import AnalysisPipeline
import ClusterRuntime
import ContentDigest
import DurableFiles
import ExpressionData
import ExpressionFormats
import Foundation
import RunStore
import StudyFiles
import StudyOutput

/// What a run in a folder is on its way to.
struct RunGoal: Codable {
    /// Nil for a run without permutations.
    var permutations: Int?

    /// Nil where these are all; else the most until every set is settled.
    var untilSettledAtMost: Int?
    var invocation: RunInvocation?

    init(of inputs: StudyInputs, invocation: RunInvocation?) {
        permutations = inputs.configuration.geneSets?.permutations
        untilSettledAtMost = inputs.settling?.limit
        self.invocation = invocation
    }

    /// Whether this asks for as many permutations as another.
    func asksForAsMany(as other: RunGoal) -> Bool {
        untilSettledAtMost == other.untilSettledAtMost
            && (untilSettledAtMost != nil || permutations == other.permutations)
    }

    /// The options of `extend` that ask for as many.
    var options: String {
        untilSettledAtMost.map { "--until-settled --at-most \($0)" } ?? "--permutations \(permutations ?? 0)"
    }

    /// Such as `1,000 permutations`.
    var description: String {
        untilSettledAtMost.map { "permutations until settled, at most \(grouped($0))" }
            ?? "\(grouped(permutations ?? 0)) permutations"
    }
}

/// The folder of a run's results, and what a command finds in it.
struct RunFolder {
    /// What a command finds.
    private enum Finding {
        /// Nothing is there yet, or this run on its way.
        case unfinished

        /// This run, of which a file is gone.
        case incomplete(missing: String)

        case finished(RunRecord)
    }

    /// What a command gets.
    enum Claim {
        case finished(RunRecord)

        /// The folder is this command's until it gives the lock back.
        case held(RunDirectoryLock)
    }

    let path: String
    let isQuiet: Bool

    /// Where the counts are that a study has made of `reads`.
    static let readsName = "reads"

    /// Where journal, lock and connection file are while the run is not finished.
    var workPath: String { path + "/.modicum" }

    var recordPath: String { path + "/run.json" }
    private var notePath: String { workPath + "/configuration.sha256" }
    private var goalPath: String { workPath + "/goal.json" }

    /// Looks at the folder and, unless the run is finished, takes it for this run.
    ///
    /// Nothing is written before this command has the folder's lock.
    ///
    /// - Parameter writesOver: Whether a finished run is there on purpose, to be written over.
    /// - Throws: `CommandFailure` when the folder holds anything but this run; `FileContentError` when another command
    ///   computes in it.
    func claim(
        for inputs: StudyInputs, configuration: SHA256Digest, invocation: RunInvocation?, writesOver: Bool = false
    ) throws -> Claim {
        let goal = RunGoal(of: inputs, invocation: invocation)
        let look = { try finding(of: inputs, configuration: configuration, goal: goal) }
        if !writesOver, case .finished(let record) = try look() {
            if !FileManager.default.fileExists(atPath: workPath) { LeftOverFiles.remove(below: path) }
            return .finished(record)
        }
        try DurableFile.makeFolder(workPath)
        let lock = try RunDirectoryLock(directory: workPath, watch: lockWatch)
        do {
            // Another command may have been at work here until now.
            let finding = writesOver ? .unfinished : try look()
            if case .finished(let record) = finding {
                withdraw()
                lock.release()
                return .finished(record)
            }
            if case .incomplete(let missing) = finding, !isQuiet {
                Terminal.note("\(path)/\(missing) is not there any more: the run is computed once more.")
            }
            LeftOverFiles.remove(below: path)
            try prepare(configuration: configuration, goal: goal)
            return .held(lock)
        } catch {
            lock.release()
            throw error
        }
    }

    /// How a holder on another host is waited for: said, and ended by a signal like the computation after it.
    private var lockWatch: LockWatch {
        var watch = LockWatch()
        let (path, isQuiet) = (path, isQuiet)
        watch.begin = { text in
            if !isQuiet { Terminal.note(text) }
            Interruption.endsCommand(saying: "interrupted. The same command goes on in \(path).")
        }
        return watch
    }

    private func finding(of inputs: StudyInputs, configuration: SHA256Digest, goal: RunGoal) throws -> Finding {
        guard let data = try recordOfRun(of: inputs, configuration: configuration, goal: goal) else {
            return .unfinished
        }
        let record = try JSONDecoder().decode(RunRecord.self, from: data)
        let present = record.configuration.geneSets?.permutations
        // A run until settled has as many as it took.
        let isAsked =
            inputs.settling == nil
            ? present == goal.permutations : record.untilSettledAtMost == goal.untilSettledAtMost
        guard isAsked else {
            throw refusal(of: "\(grouped(present ?? 0)) permutations", present: present ?? 0, asked: goal)
        }
        // It was written over, by an extension or with what was missing, and that did not come to its end.
        if isBeingWrittenOver(configuration), interruptedGoal?.asksForAsMany(as: goal) == true { return .unfinished }
        return try missingFile(of: record).map { .incomplete(missing: $0) } ?? .finished(record)
    }

    /// Whether a run of the configuration is under way in the folder, or was interrupted there.
    private func isBeingWrittenOver(_ configuration: SHA256Digest) -> Bool {
        guard let note = FileManager.default.contents(atPath: notePath) else { return false }
        return String(decoding: note, as: UTF8.self).hasPrefix(configuration.description)
    }

    /// The first of a finished run's files that is gone.
    ///
    /// - Throws: `CommandFailure` for any file that is not as the run wrote it, which may be somebody's work, and for a run
    ///   that was interrupted while it wrote over the files.
    func missingFile(of record: RunRecord) throws -> String? {
        var missing: String?
        for file in record.files ?? [] {
            // A file that was moved to another disk, with a link in its place, is the same file.
            let place = URL(fileURLWithPath: path + "/" + file.name).resolvingSymlinksInPath().path
            let attributes = try? FileManager.default.attributesOfItem(atPath: place)
            guard let bytes = attributes?[.size] as? Int else {
                missing = missing ?? file.name
                continue
            }
            guard bytes == file.bytes else {
                throw changed(file, "has \(grouped(bytes)) bytes and not the \(grouped(file.bytes))")
            }
            guard try file.hasContent(at: place) else { throw changed(file, "has not the content") }
        }
        if missing == nil, record.files != nil { try checkRecord(record) }
        return missing
    }

    /// Throws unless the record says of the run what its store says.
    private func checkRecord(_ record: RunRecord) throws {
        let stored = try RunDocument.stamp(of: path + "/" + WrittenResults.storeName)
        let configuration = try ResultFiles.text(of: record.configuration)
        guard stored.identity != record.identity || stored.configuration != configuration else { return }
        throw CommandFailure(
            status: .badInput,
            message: "\(recordPath) does not say what \(WrittenResults.storeName) beside it holds: its "
                + (stored.identity != record.identity ? "identity" : "configuration") + " was changed. "
                + "Put the run's own back, or choose another folder for --out; nothing was changed.")
    }

    private func changed(_ file: WrittenResults.File, _ how: String) -> CommandFailure {
        if let goal = interruptedGoal, goal.permutations != nil {
            return CommandFailure(
                status: .badInput,
                message:
                    "\(path) was interrupted on its way to \(goal.description), when some of its files were "
                    + "written. `modicum extend \(path) \(goal.options)` goes on.")
        }
        return CommandFailure(
            status: .badInput,
            message: "\(path)/\(file.name) \(how) that this run wrote. "
                + "Remove it, and the same command computes it again; nothing was changed.")
    }

    /// The record of this run, if it is finished.
    ///
    /// - Throws: `CommandFailure` when the folder holds anything but this run, finished or not.
    private func recordOfRun(
        of inputs: StudyInputs, configuration: SHA256Digest, goal: RunGoal
    ) throws -> Data? {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        guard files.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        guard isFolder.boolValue else { throw refusal("is a file") }
        let entries = try files.contentsOfDirectory(atPath: path)
        if let record = files.contents(atPath: recordPath) {
            guard RunRecord.configurationDigest(in: record) == configuration.description else {
                throw refusal(
                    "holds a run of other inputs or settings" + difference(of: inputs.configuration, from: record))
            }
            return record
        }
        if let note = files.contents(atPath: notePath) {
            guard String(decoding: note, as: UTF8.self).hasPrefix(configuration.description) else {
                throw refusal("holds an interrupted run of other inputs or settings" + difference(of: goal))
            }
            if let interrupted = interruptedGoal, !interrupted.asksForAsMany(as: goal) {
                throw refusal(of: interrupted.description, present: interrupted.permutations ?? 0, asked: goal)
            }
            return nil
        }
        // A run that was killed before its first note has left at most its own empty folder.
        guard entries.allSatisfy({ [".modicum", Self.readsName].contains($0) }) else {
            throw refusal("is not empty and holds no run")
        }
        return nil
    }

    /// What the run of a record differs in, in parentheses; empty where the record does not tell.
    private func difference(of configuration: StudyConfiguration, from record: Data) -> String {
        struct Part: Decodable { var configuration: StudyConfiguration }
        guard let part = try? JSONDecoder().decode(Part.self, from: record) else { return "" }
        let sentence = RunDifferences(there: part.configuration, here: configuration).sentence
        return sentence.isEmpty ? "" : " (\(sentence))"
    }

    /// What the interrupted run in the folder differs in, in parentheses; empty where it does not tell.
    private func difference(of goal: RunGoal) -> String {
        guard let there = interruptedGoal?.invocation, let here = goal.invocation else { return "" }
        let sentence = RunDifferences(there: there, here: here).sentence
        return sentence.isEmpty ? " (an input has another content)" : " (\(sentence))"
    }

    /// Notes what is computed here, whatever is there: results stay until new ones replace them.
    private func prepare(configuration: SHA256Digest, goal: RunGoal) throws {
        try AtomicFile.write([UInt8](try JSONEncoder().encode(goal)), to: goalPath)
        try AtomicFile.write(Array((configuration.description + "\n").utf8), to: notePath)
    }

    /// Forgets a run whose data were refused, so that the corrected command may use the folder.
    func discard() {
        try? FileManager.default.removeItem(atPath: workPath)
    }

    /// Takes the folder of the lock away again where nothing is noted in it.
    private func withdraw() {
        if !FileManager.default.fileExists(atPath: notePath) { discard() }
    }

    /// What an unfinished run in the folder was on its way to.
    var interruptedGoal: RunGoal? {
        FileManager.default.contents(atPath: goalPath).flatMap { try? JSONDecoder().decode(RunGoal.self, from: $0) }
    }

    /// Writes the record, which makes the run complete, and removes what only a resume needs.
    ///
    /// - Throws: `CommandFailure` where somebody removed the folder meanwhile, and who knows which of the results.
    func complete(record: RunRecord) throws {
        guard FileManager.default.fileExists(atPath: notePath) else {
            throw CommandFailure(
                status: .failed,
                message: "\(path) was removed or moved while the results were written to it. "
                    + "Remove what is left of it, and give the same command again.")
        }
        var record = record
        if let earlier = FileManager.default.contents(atPath: recordPath) {
            // What was made from results that these replace is still there, until it is made anew.
            let former = try? JSONDecoder().decode(RunRecord.self, from: earlier)
            record.derivedFiles = former?.derivedFiles
            if let former, former.configurationDigest == record.configurationDigest {
                if let shards = record.shards { record.shards = ShardRecord.joining(former.shards ?? [], shards) }
                // A command that was given once more, because a file was gone, is the same command.
                let added = (record.commands ?? []).filter { former.commands?.contains($0) != true }
                record.commands = (former.commands ?? []) + added
            }
        }
        try AtomicFile.write([UInt8](record.encoded()), to: recordPath)
        do {
            try FileManager.default.removeItem(atPath: workPath)
        } catch let error as CocoaError where error.code == .fileNoSuchFile {
            // Somebody was quicker; the results are complete.
        }
    }

    /// For a run that differs in the number of permutations only.
    private func refusal(of what: String, present: Int, asked: RunGoal) -> CommandFailure {
        let remedy =
            asked.untilSettledAtMost ?? asked.permutations ?? 0 > present
            ? "`modicum extend \(path) \(asked.options)` adds the others"
            : "Permutations are added, never taken away: ask for as many, or choose another folder for --out"
        return CommandFailure(
            status: .badInput,
            message: "\(path) holds this run with \(what). \(remedy); nothing in it was changed.")
    }

    private func refusal(_ what: String) -> CommandFailure {
        CommandFailure(
            status: .badInput,
            message: "\(path) \(what). Choose another folder for --out, or remove it; nothing in it was changed.")
    }
}
