import ContentDigest
import JobEngine
import SystemThreads

/// Writes submissions as they come, on a thread of its own because inputs may be large and disks slow.
///
/// What waits here is bounded by the pieces that the coordinator has asked for: it asks for more when these are written.
final class SubmissionWriter: Sendable {
    enum Work: Sendable {
        case piece(RunID, SHA256Digest, offset: UInt64, [UInt8])
        case whole(RunID, Submission)

        /// Remove what has come of a submission that was given up.
        case discard(RunID)
    }

    private let work = Mailbox<Work>()
    private let thread: ServiceThread

    init(
        _ store: SubmissionStore, inbox: Inbox<CoordinatorService.Input>, lock: RunDirectoryLock, _ contract: UInt32
    ) throws {
        let work = work
        thread = try ServiceThread("submissions") {
            while let next = work.takeNext() {
                switch next {
                case .piece(let run, let digest, let offset, let content):
                    do {
                        try store.write(content, at: offset, of: digest, for: run)
                        inbox.post(.pieceWritten(run))
                    } catch {
                        inbox.post(.refused(run, reason: "\(error)"))
                    }
                case .whole(let run, let submission):
                    do {
                        let entry = try store.store(run, submission)
                        let mark = try RunMark(in: entry.directory, epoch: lock.epoch)
                        let opened = try Self.open(entry, store, contract, lock, inbox, mark)
                        inbox.post(.submissionStored(opened, title: entry.title))
                    } catch {
                        inbox.post(.refused(run, reason: "\(error)"))
                    }
                case .discard(let run):
                    store.discardUpload(of: run)
                }
            }
        }
    }

    func post(_ next: Work) { work.post(next) }

    /// Lets the thread end once what was posted is written. It is not waited for.
    func close() { work.close() }

    /// Opens the journal of a stored run and starts its program's thread.
    static func open(
        _ entry: SubmissionStore.Entry, _ store: SubmissionStore, _ contract: UInt32, _ lock: RunDirectoryLock,
        _ inbox: Inbox<CoordinatorService.Input>, _ mark: RunMark
    ) throws -> OpenedRun {
        let opening = RunOpening(
            run: entry.run, title: entry.title, numericContract: contract, configuration: entry.configuration)
        return try CoordinatorService.openRun(
            opening, in: entry.directory, lock: lock, inbox: inbox, mark: mark,
            makeProgram: { try store.program(of: entry) })
    }
}
