import Glibc

/// The descriptor of a connection that libzmq has accepted: what came through it, and its end.
///
/// The descriptor is libzmq's, which may close it at any moment, after which the kernel gives its number to something
/// else. The kernel's own name of the socket tells whether it is still the same.
package struct AcceptedConnection: Sendable {
    package let descriptor: Int32
    private let cookie: UInt64

    /// - Returns: nil where the connection is gone already.
    package init?(descriptor: Int32) {
        guard let cookie = Self.cookie(of: descriptor) else { return nil }
        self.descriptor = descriptor
        self.cookie = cookie
    }

    /// Where it comes from, without the port; nil where the connection is gone already.
    package var peerAddress: String? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
        }
        guard result == 0, address.sin_family == sa_family_t(AF_INET) else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
        guard inet_ntop(AF_INET, &address.sin_addr, &text, socklen_t(text.count)) != nil else { return nil }
        return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    /// How many bytes libzmq has taken from the connection so far.
    ///
    /// - Returns: nil where the system does not say, or the connection is gone.
    package func receivedBytes() -> Int? {
        guard Self.cookie(of: descriptor) == cookie else { return nil }
        // The kernel's `tcp_info` has more fields than the C library's; `tcpi_bytes_received` is since Linux 4.1 at 128.
        var info = [UInt8](repeating: 0, count: 136)
        var length = socklen_t(info.count)
        guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0, length == 136 else {
            return nil
        }
        let received = info.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 128, as: UInt64.self) }
        var unread: Int32 = 0
        guard ioctl(descriptor, UInt(FIONREAD), &unread) == 0 else { return nil }
        return Int(clamping: received) - Int(unread)
    }

    /// What a frame's content takes on the wire, encrypted or not: the most of both.
    package static func wireBytes(of content: Int) -> Int { content + 42 }

    /// Ends the connection; libzmq finds it closed and forgets what it holds of it.
    package func cut() {
        // Between the two calls libzmq may close it. What then has the number is a socket only if one was opened within
        // this microsecond, and a peer's, which connects again.
        if Self.cookie(of: descriptor) == cookie { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    /// The kernel's name of a socket, which it never uses again.
    private static func cookie(of descriptor: Int32) -> UInt64? {
        var cookie: UInt64 = 0
        var length = socklen_t(MemoryLayout<UInt64>.size)
        let cookieOption: Int32 = 57  // SO_COOKIE, which Swift does not import.
        return getsockopt(descriptor, SOL_SOCKET, cookieOption, &cookie, &length) == 0 ? cookie : nil
    }
}
