import CZeroMQ
import Glibc

/// A failed call of libzmq, with the library's own words for it.
package struct ZeroMQError: Error, Equatable, CustomStringConvertible {
    /// What was tried, such as `bind tcp://10.0.0.1:5555`.
    package let operation: String

    /// The number libzmq gave: an `errno` or one of its own.
    package let code: Int32

    /// Reads the number of the call of libzmq that has just failed on this thread.
    init(_ operation: String) {
        self.init(operation, code: zmq_errno())
    }

    init(_ operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// The library's text for `code`.
    package var reason: String { String(cString: zmq_strerror(code)) }

    package var description: String { "\(operation): \(reason)" }

    /// Whether the peer that a ROUTER was told to write to is gone.
    package var isUnroutable: Bool { code == EHOSTUNREACH }

    /// Whether an address was taken already.
    package var isAddressInUse: Bool { code == EADDRINUSE }

    /// Whether the context was closed under the socket.
    package var isContextTerminated: Bool { code == modicumContextTerminated }
}

/// `ETERM`, which Swift does not import: `ZMQ_HAUSNUMERO + 53`.
private let modicumContextTerminated: Int32 = 156_384_712 + 53
