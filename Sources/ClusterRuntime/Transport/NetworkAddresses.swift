import Glibc

/// The addresses under which others may reach this machine.
package enum NetworkAddresses {
    /// Returns the endpoints to publish for one that is bound.
    ///
    /// A wildcard address becomes one endpoint for each interface that is up,
    /// loopback last; anything else stays as it is.
    static func published(for bound: String) -> [String] {
        let wildcard = "tcp://0.0.0.0:"
        guard bound.hasPrefix(wildcard) else { return [bound] }
        let port = bound.dropFirst(wildcard.count)
        return (ipv4() + ["127.0.0.1"]).map { "tcp://\($0):\(port)" }
    }

    /// The IPv4 addresses of all interfaces but loopback, in the system's order.
    static func ipv4() -> [String] {
        interfaces().filter { !$0.isLoopback }.map(\.address)
    }

    /// The IPv4 addresses of every interface that is up, in the system's order.
    package static func interfaces() -> [(name: String, address: String, isLoopback: Bool)] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var addresses: [(name: String, address: String, isLoopback: Bool)] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            let isUp = entry.ifa_flags & UInt32(IFF_UP) != 0
            let isLoopback = entry.ifa_flags & UInt32(IFF_LOOPBACK) != 0
            guard let address = entry.ifa_addr, address.pointee.sa_family == AF_INET, isUp else { continue }
            var text = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { ipv4 in
                _ = inet_ntop(AF_INET, &ipv4.pointee.sin_addr, &text, socklen_t(text.count))
            }
            let dotted = text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            addresses.append((String(cString: entry.ifa_name), dotted, isLoopback))
        }
        return addresses
    }
}
