import CZeroMQ

/// One frame, as libzmq holds it.
///
/// Received frames stay in libzmq's memory until they are copied out; sent ones
/// can share the memory of an array. The value may be moved but not copied:
/// libzmq's frames hold no pointers to themselves and have one owner.
package struct Frame: ~Copyable {
    var raw = zmq_msg_t()

    /// An empty frame.
    package init() {
        zmq_msg_init(&raw)
    }

    /// A frame with a copy of `bytes`.
    package init(copying bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard zmq_msg_init_size(&raw, bytes.count) == 0 else {
            preconditionFailure("no memory for a frame of \(bytes.count) bytes")
        }
        // Small contents lie within `raw` itself, so the address counts in here only.
        withUnsafeMutablePointer(to: &raw) { raw in
            if !bytes.isEmpty { zmq_msg_data(raw).copyMemory(from: bytes, byteCount: bytes.count) }
        }
    }

    /// A frame that reads `bytes` in place, without a copy.
    ///
    /// The array is retained until libzmq has sent the frame, from whichever
    /// thread that is.
    package init(sharing bytes: [UInt8]) {
        self.init(sharing: bytes, range: 0..<bytes.count)
    }

    /// A frame that reads part of `bytes` in place, without a copy.
    package init(sharing bytes: [UInt8], range: Range<Int>) {
        // Small frames are stored in the message itself, and cost less copied.
        if range.count <= 64 {
            self.init(copying: bytes[range])
        } else {
            self.init(retaining: SharedBytes(bytes), range: range)
        }
    }

    /// A frame that reads part of `bytes` in place, and is counted until libzmq has sent or dropped it.
    package init(sharing bytes: [UInt8], range: Range<Int>, countedBy counter: SendCounter) {
        if range.isEmpty {
            self.init()
        } else {
            self.init(
                retaining: SharedBytes(bytes, counter: counter, counted: range.count + SendCounter.frameOverhead),
                range: range)
        }
    }

    private init(retaining owner: SharedBytes, range: Range<Int>) {
        // An array of plain bytes has one contiguous heap buffer that does not
        // move while someone retains it, and nobody mutates a retained one.
        let start = owner.bytes.withUnsafeBytes { bytes in
            UnsafeMutableRawPointer(mutating: bytes.baseAddress! + range.lowerBound)
        }
        let hint = Unmanaged.passRetained(owner).toOpaque()
        guard zmq_msg_init_data(&raw, start, range.count, releaseSharedBytes, hint) == 0 else {
            preconditionFailure("no memory for a frame of \(range.count) bytes")
        }
    }

    deinit {
        var copy = raw
        zmq_msg_close(&copy)
    }

    /// How many bytes the frame has.
    package var count: Int {
        mutating get { zmq_msg_size(&raw) }
    }

    /// The frame's bytes, copied.
    package mutating func bytes() -> [UInt8] {
        withUnsafeMutablePointer(to: &raw) { raw in
            let count = zmq_msg_size(raw)
            guard count > 0 else { return [] }
            return Array(UnsafeRawBufferPointer(start: zmq_msg_data(raw), count: count))
        }
    }

    /// Whether more frames of the same message follow.
    package var hasMore: Bool {
        mutating get { zmq_msg_more(&raw) == 1 }
    }

    /// What the authentication handler called the sender: here its public key. nil without CURVE.
    package var userID: String? {
        mutating get {
            withUnsafeMutablePointer(to: &raw) { zmq_msg_gets($0, "User-Id").map { String(cString: $0) } }
        }
    }

    /// The descriptor of the connection the frame came through, as monitor events
    /// name it; nil for in-process peers.
    package var connection: Int32? {
        mutating get {
            let descriptor = zmq_msg_get(&raw, ZMQ_SRCFD)
            return descriptor >= 0 ? descriptor : nil
        }
    }

    /// The address the frame came from, without the port.
    package var peerAddress: String? {
        mutating get {
            withUnsafeMutablePointer(to: &raw) { zmq_msg_gets($0, "Peer-Address").map { String(cString: $0) } }
        }
    }
}

/// Keeps an array alive while libzmq reads it.
private final class SharedBytes {
    let bytes: [UInt8]
    private let counter: SendCounter?
    private let counted: Int

    init(_ bytes: [UInt8], counter: SendCounter? = nil, counted: Int = 0) {
        self.bytes = bytes
        self.counter = counter
        self.counted = counted
        counter?.add(counted)
    }

    deinit {
        counter?.release(counted)
    }
}

/// Called by libzmq when a shared frame was sent.
private func releaseSharedBytes(_ data: UnsafeMutableRawPointer?, _ hint: UnsafeMutableRawPointer?) {
    guard let hint else { return }
    Unmanaged<SharedBytes>.fromOpaque(hint).release()
}
