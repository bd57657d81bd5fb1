import DurableFiles
import Glibc

/// Connections within this machine.
package enum LoopbackConnections {
    /// 127.0.0.1 with a port.
    package static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// The user whose process is at the other end of an accepted connection; nil where the system does not say.
    package static func owner(of connection: Int32, servedOn port: UInt16) -> uid_t? {
        var peer = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isKnown = withUnsafeMutablePointer(to: &peer) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(connection, $0, &length) == 0 }
        }
        guard isKnown, let table = try? DurableFile.read("/proc/net/tcp") else { return nil }
        return owner(
            from: UInt16(bigEndian: peer.sin_port), to: port, in: String(decoding: table, as: UTF8.self))
    }

    /// The user of the socket at the client's end, in the system's table of connections.
    ///
    /// Columns are separated by spaces: number, local and remote address as `0100007F:PORT` in hexadecimal digits, state,
    /// queues, timers, retransmits, and in the eighth place the user.
    package static func owner(from client: UInt16, to server: UInt16, in table: String) -> uid_t? {
        let loopback = UInt32(0x7F00_0001).bigEndian
        let digits = { (number: UInt32, width: Int) in
            let text = String(number, radix: 16, uppercase: true)
            return String(repeating: "0", count: width - text.count) + text
        }
        let local = digits(loopback, 8) + ":" + digits(UInt32(client), 4)
        let remote = digits(loopback, 8) + ":" + digits(UInt32(server), 4)
        for line in table.split(separator: "\n") {
            let columns = line.split(separator: " ")
            if columns.count > 7, columns[1] == local, columns[2] == remote { return uid_t(columns[7]) }
        }
        return nil
    }
}
