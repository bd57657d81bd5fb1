import DurableFiles
import Glibc
import Synchronization
import SystemThreads

/// What a browser asks for.
package struct PageRequest: Equatable {
    /// The path without what follows a question mark.
    package var path: String

    /// Whether it comes from a process of this process's user, or of root; so does what an SSH tunnel brings.
    package var isFromOwner: Bool

    package init(path: String, isFromOwner: Bool) {
        self.path = path
        self.isFromOwner = isFromOwner
    }
}

/// What it gets.
package struct PageResponse: Equatable {
    package var status: String
    package var contentType: String
    package var body: [UInt8]

    package init(_ status: String, contentType: String = "text/plain; charset=utf-8", _ text: String) {
        self.status = status
        self.contentType = contentType
        body = Array(text.utf8)
    }
}

/// Serves small pages over HTTP on loopback, to be read only.
///
/// One request at a time on a thread of its own, each with two seconds from its first byte to its answer's last, so that
/// who says nothing, or reads nothing, costs nobody anything but the next second. Names of other machines are refused
/// in `Host`: else a page from elsewhere could have a browser read this one under a name of its own.
///
/// `@unchecked Sendable`: the descriptor is set once and used by the server's own thread until it has been joined.
package final class PageServer: @unchecked Sendable {
    /// The port it listens on.
    package let port: UInt16
    private let listener: Int32
    private let isClosing = Atomic(false)
    private var thread: ServiceThread?

    /// The bytes of a request that are read. What browsers send of cookies for this name is longer, and not looked at.
    private static let largestRequest = 16 << 10

    /// How long a request may take in all.
    private static let patience: Duration = .seconds(2)

    /// - Parameters:
    ///   - wanted: The port on 127.0.0.1; 0 for a free one.
    ///   - answer: Makes an answer; called on the server's thread.
    package init(port wanted: UInt16, answer: @escaping @Sendable (PageRequest) -> PageResponse) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw FileError("open a socket for", "the live page") }
        do {
            port = try Self.listen(on: listener, port: wanted)
        } catch {
            close(listener)
            throw error
        }
        self.listener = listener
        do {
            thread = try ServiceThread("pages") { [self] in serve(answer) }
        } catch {
            close(listener)
            throw error
        }
    }

    private static func listen(on listener: Int32, port: UInt16) throws -> UInt16 {
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        // Never on an address that other machines reach: the pages are for whoever is on this one.
        var address = LoopbackConnections.address(port: port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bound in
                guard bind(listener, bound, length) == 0, Glibc.listen(listener, 16) == 0 else {
                    throw FileError("listen for browsers on", "127.0.0.1:\(port)")
                }
                guard getsockname(listener, bound, &length) == 0 else { throw FileError("name", "the live page") }
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
    }

    /// Ends the thread; a second time nothing.
    package func stop() {
        guard !isClosing.exchange(true, ordering: .acquiringAndReleasing) else { return }
        thread?.join()
        close(listener)
    }

    private func serve(_ answer: (PageRequest) -> PageResponse) {
        while !isClosing.load(ordering: .acquiring) {
            var item = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard poll(&item, 1, 200) > 0 else { continue }
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else {
                // Out of descriptors, say: not again at once.
                usleep(50_000)
                continue
            }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            _ = fcntl(connection, F_SETFL, O_NONBLOCK)
            let deadline = ContinuousClock.now + Self.patience
            if let head = Self.head(from: connection, until: deadline) {
                Self.send(response(to: head, on: connection, answer), on: connection, until: deadline)
            }
            close(connection)
        }
    }

    private func response(
        to head: String, on connection: Int32, _ answer: (PageRequest) -> PageResponse
    ) -> PageResponse {
        switch RequestHead(head) {
        case .get(let path):
            let owner = LoopbackConnections.owner(of: connection, servedOn: port)
            return answer(PageRequest(path: path, isFromOwner: owner == geteuid() || owner == 0))
        case .otherMethod: return PageResponse("405 Method Not Allowed", "this page is to be read only\n")
        case .otherHost:
            return PageResponse(
                "421 Misdirected Request", "this page is read as localhost or 127.0.0.1, through a tunnel too\n")
        case .nonsense: return PageResponse("400 Bad Request", "")
        }
    }

    /// Reads to the empty line that ends a request's head; nil where it does not come.
    private static func head(from connection: Int32, until deadline: ContinuousClock.Instant) -> String? {
        var head: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 2_048)
        while head.count < largestRequest {
            guard wait(for: POLLIN, on: connection, until: deadline) else { return nil }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            // The end may lie across two pieces.
            let seen = max(0, head.count - 3)
            head += buffer[..<count]
            if String(decoding: head[seen...], as: UTF8.self).contains("\r\n\r\n") {
                return String(decoding: head, as: UTF8.self)
            }
        }
        return nil
    }

    private static func send(_ response: PageResponse, on connection: Int32, until deadline: ContinuousClock.Instant) {
        // Nothing but what this server itself sends is run, shown or asked for, and nobody frames it.
        let head =
            "HTTP/1.1 \(response.status)\r\nContent-Type: \(response.contentType)\r\n"
            + "Content-Length: \(response.body.count)\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
            + "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
            + "Referrer-Policy: no-referrer\r\nConnection: close\r\n\r\n"
        let bytes = Array(head.utf8) + response.body
        var sent = 0
        while sent < bytes.count, wait(for: POLLOUT, on: connection, until: deadline) {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 || errno == EAGAIN else { return }
            sent += max(0, count)
        }
        // Closed with unread bytes, a connection would take the answer with it.
        shutdown(connection, Int32(SHUT_WR))
        var rest = [UInt8](repeating: 0, count: 2_048)
        while wait(for: POLLIN, on: connection, until: min(deadline, .now + .milliseconds(200))),
            recv(connection, &rest, rest.count, 0) > 0
        {}
    }

    private static func wait(for events: Int32, on connection: Int32, until deadline: ContinuousClock.Instant) -> Bool {
        let left = deadline - .now
        guard left > .zero else { return false }
        var item = pollfd(fd: connection, events: Int16(events), revents: 0)
        return poll(&item, 1, Int32(left / .milliseconds(1)) + 1) > 0
    }
}

/// The first lines of a request, as far as they matter here.
package enum RequestHead: Equatable {
    /// To read what is at a path.
    case get(path: String)
    case otherMethod

    /// Asked under a name that is not this machine's own.
    case otherHost
    case nonsense

    package init(_ text: String) {
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ")
        guard words.count == 3, words[2].hasPrefix("HTTP/1."), words[1].hasPrefix("/") else {
            self = .nonsense
            return
        }
        guard words[0] == "GET" else {
            self = .otherMethod
            return
        }
        let hosts = lines.dropFirst().filter { $0.lowercased().hasPrefix("host:") }
            .map { $0.dropFirst(5).trimmed.lowercased() }
        guard hosts.allSatisfy(Self.isOwnName) else {
            self = .otherHost
            return
        }
        self = .get(path: String(words[1].prefix { $0 != "?" && $0 != "#" }))
    }

    /// Whether a browser that says this name means its own machine. The port is that of a tunnel's near end.
    private static func isOwnName(_ host: String) -> Bool {
        ["localhost", "127.0.0.1", "[::1]"].contains { name in
            host == name || host.hasPrefix(name + ":") && host.dropFirst(name.count + 1).allSatisfy(\.isNumber)
        }
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
