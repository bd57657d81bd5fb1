import Synchronization

/// How many bytes libzmq holds that were to be sent.
///
/// libzmq bounds messages, not bytes, and does not say how many wait: so they are counted when they are handed over and
/// when libzmq lets go of them, which its own thread does.
package final class SendCounter: Sendable {
    /// About what libzmq and the allocator need for a frame besides its bytes.
    static let frameOverhead = 160

    private let count = Atomic(0)
    private let whole: SendCounter?

    /// - Parameter whole: Counts all peers together.
    package init(partOf whole: SendCounter? = nil) {
        self.whole = whole
    }

    /// Bytes that are waiting now.
    package var bytes: Int { count.load(ordering: .relaxed) }

    /// Bytes that libzmq has let go of so far: it grows as long as the peer takes something.
    package var releasedBytes: Int { released.load(ordering: .relaxed) }
    private let released = Atomic(0)

    func add(_ bytes: Int) {
        count.add(bytes, ordering: .relaxed)
        whole?.add(bytes)
    }

    func release(_ bytes: Int) {
        count.subtract(bytes, ordering: .relaxed)
        released.wrappingAdd(bytes, ordering: .relaxed)
        whole?.release(bytes)
    }
}
