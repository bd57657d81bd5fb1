import ContentDigest

/// Brings one blob in pieces, several on their way at a time, and verifies it.
struct BlobFetch: Sendable {
    /// What a piece led to.
    enum Progress: Equatable {
        /// Ask for these next.
        case incomplete([BlobRequest])

        /// All is here and has the digest; see `blob`.
        case complete
        case failed(String)
    }

    let digest: SHA256Digest
    private let chunkBytes: Int
    private let window: Int

    /// Told by the first piece.
    private var size: UInt64?

    /// Whether the pieces are put together here; otherwise `takeArrived` hands them on.
    private let keepsContent: Bool

    /// How many bytes are here without a gap before them.
    private(set) var arrivedBytes: UInt64 = 0

    /// These bytes, as far as they were not handed on.
    private var content: [UInt8] = []
    private var hasher = SHA256Hasher()

    /// Pieces behind a gap, by offset.
    private var early: [UInt64: [UInt8]] = [:]

    /// When each outstanding piece was last asked for, and its length.
    private var outstanding: [(offset: UInt64, length: Int, askedAt: Duration)] = []

    /// Where nothing has been asked for yet.
    private var frontier: UInt64 = 0

    /// How often the whole blob came with the wrong digest.
    private var failures = 0

    /// - Parameter keepsContent: Whether `blob` is wanted in the end.
    init(_ digest: SHA256Digest, chunkBytes: Int, window: Int, keepsContent: Bool = true) {
        self.digest = digest
        self.chunkBytes = chunkBytes
        self.window = window
        self.keepsContent = keepsContent
    }

    /// The whole, once it is complete.
    var blob: Blob { Blob(verified: digest, content: content) }

    /// Hands on the bytes that came since the last time, and where they begin.
    mutating func takeArrived() -> (offset: UInt64, content: [UInt8]) {
        precondition(!keepsContent, "content that is kept is not handed on")
        defer { content = [] }
        return (arrivedBytes - UInt64(content.count), content)
    }

    /// Asks for the first piece, which tells the size.
    mutating func start(at now: Duration) -> [BlobRequest] {
        ask(for: 0, length: chunkBytes, at: now)
        frontier = UInt64(chunkBytes)
        return [BlobRequest(digest: digest, offset: 0, length: chunkBytes)]
    }

    /// Takes a piece; repeated and unasked ones change nothing.
    mutating func receive(_ chunk: BlobChunk, at now: Duration) -> Progress {
        guard let place = outstanding.firstIndex(where: { $0.offset == chunk.offset }) else { return .incomplete([]) }
        guard let total = chunk.size else { return .failed("the other side does not have it") }
        if size == nil {
            size = total
            if keepsContent { content.reserveCapacity(Int(clamping: total)) }
        }
        guard size == total, chunk.offset <= total else { return .failed("its size changed while it was read") }
        let asked = outstanding[place].length
        let due = Int(min(UInt64(asked), total - chunk.offset))
        guard chunk.content.count <= due, !chunk.content.isEmpty || due == 0 else { return .incomplete([]) }
        outstanding.remove(at: place)
        var requests: [BlobRequest] = []
        if chunk.content.count < due {
            // The other side sends smaller pieces.
            let offset = chunk.offset + UInt64(chunk.content.count)
            requests.append(request(offset, length: due - chunk.content.count, at: now))
        }
        early[chunk.offset] = chunk.content
        appendWhatFits()
        if arrivedBytes == total { return finish(at: now) }
        while outstanding.count < window, frontier < total {
            requests.append(request(frontier, length: chunkBytes, at: now))
            frontier += UInt64(chunkBytes)
        }
        return .incomplete(requests)
    }

    /// Returns the requests, asked longer than `age` ago, to be sent again.
    mutating func overdue(at now: Duration, after age: Duration) -> [BlobRequest] {
        var requests: [BlobRequest] = []
        for index in outstanding.indices where now - outstanding[index].askedAt >= age {
            outstanding[index].askedAt = now
            requests.append(
                BlobRequest(digest: digest, offset: outstanding[index].offset, length: outstanding[index].length))
        }
        return requests
    }

    private mutating func ask(for offset: UInt64, length: Int, at now: Duration) {
        outstanding.append((offset, length, now))
    }

    private mutating func request(_ offset: UInt64, length: Int, at now: Duration) -> BlobRequest {
        ask(for: offset, length: length, at: now)
        return BlobRequest(digest: digest, offset: offset, length: length)
    }

    private mutating func appendWhatFits() {
        while let piece = early.removeValue(forKey: arrivedBytes) {
            guard !piece.isEmpty else { return }
            arrivedBytes += UInt64(piece.count)
            content.append(contentsOf: piece)
            hasher.update(piece)
        }
    }

    private mutating func finish(at now: Duration) -> Progress {
        let found = hasher.finish()
        if found == digest { return .complete }
        failures += 1
        guard failures < 3 else { return .failed("its content has the digest \(found), not the one it is named by") }
        let failures = failures
        self = BlobFetch(digest, chunkBytes: chunkBytes, window: window, keepsContent: keepsContent)
        self.failures = failures
        return .incomplete(start(at: now))
    }
}
