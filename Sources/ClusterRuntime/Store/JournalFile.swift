import DurableFiles
import Glibc
import Synchronization
import SystemThreads

/// A file that records are appended to and that survives any crash.
///
/// A thread of its own writes. Everything that was appended while it synced the
/// records before is written and synced together, so the number of syncs follows
/// the disk's speed: a single record waits for one sync, a flood of records
/// shares them.
///
/// A full disk or a failed sync stops nothing but the acknowledgements. The file
/// is opened again, cut back to what is known to be durable, and the same records
/// are written again: after a failed sync the kernel may have dropped pages that
/// the descriptor would still call written.
package final class JournalFile: Sendable {
    /// Something the journal's owner should know.
    package enum Notice: Equatable, Sendable {
        /// Everything up to and including this append is on disk.
        case durable(upTo: UInt64)

        /// Writing fails, for this long; it is tried again.
        case waiting(FileError, for: Duration)

        /// Writing works again.
        case resumed

        /// Another coordinator owns the file now. Nothing was written since.
        case fenced(String)
    }

    /// How bytes get to the disk. Tests have disks that are full.
    package struct Medium: Sendable {
        package var write: @Sendable (_ content: [UInt8], _ descriptor: Int32, _ path: String) throws -> Void
        package var sync: @Sendable (_ descriptor: Int32, _ path: String) throws -> Void

        package init(
            write: @escaping @Sendable ([UInt8], Int32, String) throws -> Void = {
                try DurableFile.write($0, to: $1, named: $2)
            },
            sync: @escaping @Sendable (Int32, String) throws -> Void = { descriptor, path in
                guard fdatasync(descriptor) == 0 else { throw FileError("sync", path) }
            }
        ) {
            self.write = write
            self.sync = sync
        }
    }

    private struct Append: Sendable {
        let number: UInt64
        let bytes: [UInt8]
    }

    private let path: String
    private let appends = Mailbox<Append>()
    private let nextNumber = Atomic<UInt64>(0)
    private let durableLength: Mutex<Int>
    private let isAbandoned = Atomic(false)
    private let retryInterval: Duration
    private let medium: Medium
    private let fence: @Sendable () throws -> Void
    private let notify: @Sendable (Notice) -> Void
    private let writer = Mutex<ServiceThread?>(nil)

    /// Opens the file for appending behind its good records.
    ///
    /// - Parameters:
    ///   - validLength: Where the good records end; anything behind is cut off.
    ///   - retryInterval: The pause after a failed write.
    ///   - medium: How bytes get to the disk.
    ///   - fence: Throws when another coordinator has taken over.
    ///   - notify: Called on the journal's thread.
    package init(
        at path: String, validLength: Int, retryInterval: Duration = .seconds(3), medium: Medium = Medium(),
        fence: @escaping @Sendable () throws -> Void = {}, notify: @escaping @Sendable (Notice) -> Void
    ) throws {
        self.path = path
        self.retryInterval = retryInterval
        self.medium = medium
        self.fence = fence
        self.notify = notify
        durableLength = Mutex(validLength)
        let descriptor = try Self.open(path, cutAt: validLength)
        try DurableFile.syncFolder(of: path)
        let thread = try ServiceThread("journal") { [self] in write(to: descriptor) }
        writer.withLock { $0 = thread }
    }

    /// Appends a record and returns at once.
    ///
    /// - Returns: The number that `Notice.durable` will reach or pass.
    @discardableResult
    package func append(_ record: [UInt8]) -> UInt64 {
        let number = nextNumber.add(1, ordering: .relaxed).newValue
        appends.post(Append(number: number, bytes: record))
        return number
    }

    /// Writes and syncs what was appended, and ends the thread.
    ///
    /// While the disk is full this gives up after one more try.
    package func close() {
        appends.close()
        let thread = writer.withLock { writer in
            defer { writer = nil }
            return writer
        }
        thread?.join()
    }

    /// Ends the thread without writing what it has not begun to write, as a crash would.
    package func abandon() {
        isAbandoned.store(true, ordering: .releasing)
        close()
    }

    private static func open(_ path: String, cutAt length: Int) throws -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("open the journal", path) }
        do {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw FileError("examine", path) }
            guard status.st_size >= length else {
                throw FileContentError(path, "is shorter than what was synced to it; the file system lost data")
            }
            guard ftruncate(descriptor, length) == 0 else { throw FileError("cut the torn end off", path) }
            guard lseek(descriptor, length, SEEK_SET) == length else { throw FileError("seek in", path) }
            return descriptor
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    /// The thread's loop.
    private func write(to first: Int32) {
        var descriptor: Int32? = first
        defer { if let descriptor { Glibc.close(descriptor) } }
        while let batch = appends.takeAll() {
            guard !isAbandoned.load(ordering: .acquiring) else { return }
            // A large result comes alone more often than not, and need not be copied.
            let content = batch.count == 1 ? batch[0].bytes : Array(batch.lazy.map(\.bytes).joined())
            do {
                try fence()
            } catch {
                notify(.fenced("\(error)"))
                return
            }
            guard persist(content, &descriptor) else { return }
            notify(.durable(upTo: batch[batch.count - 1].number))
        }
    }

    /// Writes and syncs until it succeeds.
    ///
    /// - Returns: false if the journal was closed while the disk was still full.
    private func persist(_ content: [UInt8], _ descriptor: inout Int32?) -> Bool {
        var firstFailure: ContinuousClock.Instant?
        while true {
            do {
                let length = durableLength.withLock { $0 }
                let open = try descriptor ?? Self.open(path, cutAt: length)
                descriptor = open
                try medium.write(content, open, path)
                try medium.sync(open, path)
                durableLength.withLock { $0 += content.count }
                if firstFailure != nil { notify(.resumed) }
                return true
            } catch {
                if let open = descriptor { Glibc.close(open) }
                descriptor = nil
                // With the time that failing calls took.
                let now = ContinuousClock.now
                let begin = firstFailure ?? now
                firstFailure = begin
                notify(.waiting(error as? FileError ?? FileError("write", path, code: EIO), for: now - begin))
            }
            if appends.waitForClose(atMost: retryInterval) { return false }
        }
    }
}
