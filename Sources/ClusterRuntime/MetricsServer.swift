import Glibc
import Synchronization
import SystemThreads

/// Serves one page of text over HTTP on loopback: enough for Prometheus and for a browser, and nothing else.
///
/// One request at a time on a thread of its own, each with a second to say what it wants, so that a client that says
/// nothing costs nobody anything but the next scrape.
///
/// `@unchecked Sendable`: the descriptor is set once and used by the server's own thread until it has been joined.
final class MetricsServer: @unchecked Sendable {
    /// The port it listens on.
    let port: UInt16
    private let listener: Int32
    private let isClosing = Atomic(false)
    private var thread: ServiceThread?

    /// - Parameters:
    ///   - wanted: The port on 127.0.0.1; 0 for a free one.
    ///   - page: Makes the page; called on the server's thread.
    init(port wanted: UInt16, page: @escaping @Sendable () -> String?) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw FileError("open a socket for", "metrics") }
        do {
            port = try Self.listen(on: listener, port: wanted)
        } catch {
            close(listener)
            throw error
        }
        self.listener = listener
        do {
            thread = try ServiceThread("metrics") { [self] in serve(page) }
        } catch {
            close(listener)
            throw error
        }
    }

    private static func listen(on listener: Int32, port: UInt16) throws -> UInt16 {
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        // Never on an address that other machines reach: the page is for whoever is on this one.
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bound in
                guard bind(listener, bound, length) == 0, Glibc.listen(listener, 16) == 0 else {
                    throw FileError("listen for metrics on", "127.0.0.1:\(port)")
                }
                guard getsockname(listener, bound, &length) == 0 else { throw FileError("name", "metrics") }
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
    }

    /// Ends the thread; a second time nothing.
    func stop() {
        guard !isClosing.exchange(true, ordering: .acquiringAndReleasing) else { return }
        thread?.join()
        close(listener)
    }

    private func serve(_ page: () -> String?) {
        while !isClosing.load(ordering: .acquiring) {
            var item = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard poll(&item, 1, 200) > 0 else { continue }
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { continue }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            answer(connection, page)
            close(connection)
        }
    }

    private func answer(_ connection: Int32, _ page: () -> String?) {
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(connection, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        // The first packet has the request line; whatever else was sent is of no interest.
        var request = [UInt8](repeating: 0, count: 2_048)
        let count = recv(connection, &request, request.count, 0)
        guard count > 0 else { return }
        let line = String(decoding: request[..<count].prefix { $0 != 13 && $0 != 10 }, as: UTF8.self)
        let words = line.split(separator: " ")
        guard words.count >= 2, words[0] == "GET" else { return respond(connection, "405 Method Not Allowed", "") }
        guard words[1] == "/metrics" || words[1] == "/" else { return respond(connection, "404 Not Found", "") }
        guard let text = page() else { return respond(connection, "503 Service Unavailable", "") }
        respond(connection, "200 OK", text)
    }

    private func respond(_ connection: Int32, _ status: String, _ text: String) {
        let body = Array(text.utf8)
        let head =
            "HTTP/1.1 \(status)\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
            + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        let bytes = Array(head.utf8) + body
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}
