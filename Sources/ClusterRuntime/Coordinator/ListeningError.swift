import Glibc
import ZeroMQ

/// An address that the coordinator cannot listen on, and what to do.
struct ListeningError: Error, Equatable, CustomStringConvertible {
    private let endpoint: String
    private let cause: ZeroMQError

    /// - Parameter endpoint: Such as `tcp://10.1.0.7:50123`.
    init(_ endpoint: String, _ cause: ZeroMQError) {
        (self.endpoint, self.cause) = (endpoint, cause)
    }

    var description: String { "cannot listen on \(endpoint): \(reason)" }

    private var reason: String {
        switch cause.code {
        case EADDRINUSE: "another program has this port. Choose another one, or * for any that is free"
        case EADDRNOTAVAIL, ENODEV:
            "this machine has no such address. Name one of its own, or an interface with --interface"
        case EACCES: "this user may not use the port. Choose one above 1023"
        // What libzmq has when the system cannot resolve a name, by the kind of its failure.
        case EAGAIN, EINVAL, ENOENT: "its host is not known here. Name an address of this machine"
        default: "\(cause.reason). Choose another address"
        }
    }
}
