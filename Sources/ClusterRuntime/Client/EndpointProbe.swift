import Glibc

/// Tries plain TCP connections, to find out which of several addresses can be reached from here, and why not.
package enum EndpointProbe {
    /// Connects to `endpoint` and closes again.
    ///
    /// - Parameter endpoint: Such as `tcp://10.1.0.7:50123`; the host may be a name.
    /// - Returns: nil when it can be reached, else the reason.
    package static func failure(of endpoint: String, within timeout: Duration) -> String? {
        guard endpoint.hasPrefix("tcp://"), let colon = endpoint.lastIndex(of: ":") else { return "not a TCP address" }
        let host = String(endpoint[..<colon].dropFirst("tcp://".count))
        let port = String(endpoint[endpoint.index(after: colon)...])
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let looked = getaddrinfo(host, port, &hints, &found)
        guard looked == 0, let address = found else { return String(cString: gai_strerror(looked)) }
        defer { freeaddrinfo(found) }
        return failure(of: address.pointee, within: timeout)
    }

    private static func failure(of address: addrinfo, within timeout: Duration) -> String? {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return nil }
        guard errno == EINPROGRESS else { return String(cString: strerror(errno)) }
        var item = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let milliseconds = Int32(timeout / .milliseconds(1))
        guard Glibc.poll(&item, 1, milliseconds) > 0 else { return "no answer within \(timeout.text)" }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { return "unknown" }
        return code == 0 ? nil : String(cString: strerror(code))
    }

    /// Returns the first endpoint that can be reached, or why none can.
    package static func firstReachable(
        of endpoints: [String], within timeout: Duration
    ) -> (endpoint: String?, failures: [String]) {
        var failures: [String] = []
        for endpoint in endpoints {
            guard let reason = failure(of: endpoint, within: timeout) else { return (endpoint, failures) }
            failures.append("\(endpoint): \(reason)")
        }
        return (nil, failures)
    }
}
