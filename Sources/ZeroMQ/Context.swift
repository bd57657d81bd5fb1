import CZeroMQ

/// The process's libzmq context: its IO threads and its in-process addresses.
///
/// There is one a process, and it is closed at the very end if at all: libzmq
/// 4.3.4 can crash when a context is closed while another one uses CURVE.
///
/// `@unchecked Sendable`: libzmq documents its contexts as safe to share between
/// threads; the handle is set once.
package final class Context: @unchecked Sendable {
    /// The one context.
    package static let shared = Context()

    let handle: UnsafeMutableRawPointer

    private init() {
        guard let handle = zmq_ctx_new() else {
            preconditionFailure("libzmq cannot make a context: \(ZeroMQError("zmq_ctx_new"))")
        }
        self.handle = handle
        // The default of 1023 sockets is meant for clients; a coordinator's
        // connections do not count here, only our own sockets do.
        zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, 4_096)
        // Without it a forgotten socket would keep `zmq_ctx_term` waiting for ever.
        zmq_ctx_set(handle, ZMQ_BLOCKY, 0)
    }

    /// Waits until closed sockets have sent what they linger for. Nothing can be
    /// sent or received afterwards, by any thread.
    package func terminate() {
        zmq_ctx_shutdown(handle)
        zmq_ctx_term(handle)
    }

    /// The version of libzmq that runs, such as `4.3.4`.
    package static var libraryVersion: String {
        var major: Int32 = 0
        var minor: Int32 = 0
        var patch: Int32 = 0
        zmq_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }

    /// Whether this libzmq was built with CURVE.
    package static var hasCurve: Bool { zmq_has("curve") == 1 }
}
