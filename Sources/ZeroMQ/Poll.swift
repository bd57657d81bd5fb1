import CZeroMQ
import Glibc

/// Something to wait for: a socket or a file descriptor.
package struct PollItem {
    var raw: zmq_pollitem_t

    /// Waits for a descriptor to become readable.
    package init(readable descriptor: Int32) {
        raw = zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0)
    }

    init(socket: UnsafeMutableRawPointer, events: Int32) {
        raw = zmq_pollitem_t(socket: socket, fd: 0, events: Int16(events), revents: 0)
    }

    /// Whether the last `poll` found something to read.
    package var isReadable: Bool { Int32(raw.revents) & ZMQ_POLLIN != 0 }

    /// Whether the last `poll` found room to write.
    package var isWritable: Bool { Int32(raw.revents) & ZMQ_POLLOUT != 0 }
}

extension Socket {
    /// An item that waits for messages, and for room to send if asked. Valid while the socket lives.
    package func pollItem(alsoWritable: Bool = false) -> PollItem {
        PollItem(socket: handle, events: ZMQ_POLLIN | (alsoWritable ? ZMQ_POLLOUT : 0))
    }
}

/// Waits until one of `items` is ready or the time is over.
///
/// - Parameter timeout: nil waits for ever; zero looks once.
/// - Returns: Whether an item is ready. A signal ends the wait early with `false`.
package func poll(_ items: inout [PollItem], timeout: Duration?) throws(ZeroMQError) -> Bool {
    var raw = items.map(\.raw)
    let milliseconds = timeout.map { max(0, Int(clamping: $0.wholeMilliseconds)) } ?? -1
    let count = zmq_poll(&raw, Int32(raw.count), milliseconds)
    if count < 0 {
        let code = zmq_errno()
        if code == EINTR { return false }
        throw ZeroMQError("poll", code: code)
    }
    for index in items.indices { items[index].raw = raw[index] }
    return count > 0
}
