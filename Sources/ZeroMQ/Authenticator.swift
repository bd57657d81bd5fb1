import CZeroMQ
import Glibc
import Synchronization

/// Says which CURVE keys may connect, for all servers of the process.
///
/// libzmq asks one handler at a fixed in-process address before it admits a
/// peer (ZAP, RFC 27). The handler answers on a thread of its own. Each server
/// asks with its own domain, so servers in one process do not share members.
package final class Authenticator: Sendable {
    /// The process's handler; its thread starts at first use.
    package static let shared = Authenticator()

    private struct Domain {
        var allowed: Set<CurveKey> = []
        var refused = 0
    }

    private let domains = Mutex<[String: Domain]>([:])

    private init() {}

    /// Admits exactly these keys to `domain` from now on. Established connections stay.
    package func allow(_ keys: Set<CurveKey>, in domain: String) throws(ZeroMQError) {
        domains.withLock { $0[domain, default: Domain()].allowed = keys }
        try started.get()
    }

    /// How many handshakes were refused in `domain`.
    package func refusals(in domain: String) -> Int {
        domains.withLock { $0[domain]?.refused ?? 0 }
    }

    /// Whether the handler's thread listens. Evaluated once.
    private let started: Result<Void, ZeroMQError> = Authenticator.start()

    private static func start() -> Result<Void, ZeroMQError> {
        do throws(ZeroMQError) {
            // Bound here, before any server binds, and handed to the thread that
            // polls it; libzmq allows that with a full fence, which thread
            // creation is.
            let socket = try Socket(.reply)
            try socket.bind(to: "inproc://zeromq.zap.01")
            let box = Unmanaged.passRetained(SocketBox(socket)).toOpaque()
            var thread = pthread_t()
            let result = pthread_create(&thread, nil, answerRequests, box)
            guard result == 0 else { throw ZeroMQError("start the authentication thread", code: result) }
            pthread_detach(thread)
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// Answers one request: version, request id, domain, address, identity, mechanism, credentials.
    fileprivate func reply(to frames: [[UInt8]]) -> [[UInt8]] {
        func answer(_ status: String, _ text: String, user: String = "") -> [[UInt8]] {
            let requestID = frames.count > 1 ? frames[1] : []
            return [Array("1.0".utf8), requestID, Array(status.utf8), Array(text.utf8), Array(user.utf8), []]
        }
        guard frames.count >= 6, frames[0] == Array("1.0".utf8) else { return answer("500", "unknown version") }
        guard frames.count == 7, frames[5] == Array("CURVE".utf8), let key = CurveKey(bytes: frames[6]) else {
            return answer("400", "CURVE is required")
        }
        let domain = String(decoding: frames[2], as: UTF8.self)
        let admitted = domains.withLock { domains in
            if domains[domain]?.allowed.contains(key) == true { return true }
            domains[domain]?.refused += 1
            return false
        }
        return admitted ? answer("200", "OK", user: key.text) : answer("400", "key not listed")
    }
}

/// Carries a socket to the thread that will own it.
private final class SocketBox {
    let socket: Socket

    init(_ socket: consuming Socket) {
        self.socket = socket
    }
}

/// The handler's thread: lives as long as the process.
private func answerRequests(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    let box = Unmanaged<SocketBox>.fromOpaque(argument!).takeRetainedValue()
    var items = [box.socket.pollItem()]
    while true {
        do {
            guard try poll(&items, timeout: nil) else { continue }
            while let request = try box.socket.receive() {
                _ = try box.socket.send(Authenticator.shared.reply(to: request.frames))
            }
        } catch {
            // The context is gone, and with it the process's servers.
            return nil
        }
    }
}
