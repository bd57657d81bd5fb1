import ContentDigest
import DurableFiles
import Glibc
import JobEngine

/// The journal of one run: what it knew when it was opened, and where it goes on.
package struct RunJournal {
    /// Results by shard, as far as they were durable.
    package let results: [ShardID: JournaledResult]

    /// Digests of the stages planned before, in order.
    package let plans: [SHA256Digest]

    /// Bytes of an unfinished record that were cut off.
    package let tornBytes: Int

    /// How many results do not have their digest, and are left out.
    package let damagedResults: Int

    /// The numeric contract of a journal that had to be set aside.
    package let otherContract: UInt32?

    /// The run's name, kept from its first start.
    package let run: RunID

    package let file: JournalFile

    /// The journal's file in a run's directory.
    package static func path(in directory: String) -> String { "\(directory)/journal" }

    /// Opens the journal in `directory`, or begins one.
    ///
    /// - Parameters:
    ///   - opening: What the run is. A journal of another configuration is refused.
    ///   - notify: Called on the journal's thread, with the run's name.
    /// - Throws: `FileContentError` where the journal is corrupt or another run's.
    package init(
        in directory: String, opening: RunOpening, epoch: UInt64, fence: @escaping @Sendable () throws -> Void,
        notify: @escaping @Sendable (RunID, JournalFile.Notice) -> Void
    ) throws {
        let path = Self.path(in: directory)
        let content = DurableFile.exists(path) ? try DurableFile.read(path) : []
        let scan = JournalScan(content)
        switch scan.verdict {
        case .intact: tornBytes = 0
        case .tornTail(let bytes): tornBytes = bytes
        case .corrupt(let offset, let next):
            throw FileContentError(
                path,
                "is damaged at byte \(offset) although good records follow at byte \(next); "
                    + "restore it from a copy, or choose another output folder")
        }
        let replay: JournalReplay
        do throws(JournalReplayError) {
            replay = try JournalReplay(scan.records)
        } catch {
            throw FileContentError(path, "\(error); choose another output folder")
        }
        if let found = replay.opening, found.configuration != opening.configuration {
            throw FileContentError(
                path, "belongs to a run with other inputs or settings (\(found.title)); choose another output folder")
        }
        let isUsable = replay.opening?.numericContract == opening.numericContract
        otherContract = isUsable ? nil : replay.opening?.numericContract
        if let otherContract {
            // Nothing in it can be used by this release, but all by the other one.
            let aside = "\(path).contract-\(otherContract)"
            guard rename(path, aside) == 0 else { throw FileError("rename to \(aside)", path) }
        }
        results = isUsable ? replay.results : [:]
        plans = isUsable ? replay.plans : []
        damagedResults = isUsable ? replay.damaged.count : 0
        let run = replay.opening?.run ?? opening.run
        self.run = run
        file = try JournalFile(at: path, validLength: isUsable ? scan.validLength : 0, fence: fence) { notify(run, $0) }
        if !isUsable {
            var opening = opening
            opening.run = run
            file.append(JournalRecord.runOpened(opening).encoded())
        }
        // The lock's epoch begins anew where somebody removed the lock.
        let epoch = isUsable ? max(epoch, replay.lastEpoch + 1) : epoch
        file.append(JournalRecord.epochBegun(epoch: epoch, host: hostName()).encoded())
    }
}
