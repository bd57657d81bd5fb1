import JobEngine

/// The routing id under which a ROUTER knows a worker or client: a letter and its incarnation.
///
/// ZeroMQ keeps ids that begin with a zero byte for itself, hence the letter.
package enum PeerRoute {
    private static let tag = UInt8(ascii: "M")

    /// Seventeen bytes: the tag, then the incarnation with its high byte first.
    package static func bytes(of incarnation: Incarnation) -> [UInt8] {
        var bytes = [tag]
        bytes.reserveCapacity(17)
        for shift in stride(from: 120, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: incarnation.value >> UInt128(shift)))
        }
        return bytes
    }

    /// Reads a routing id; nil for peers that are none of ours.
    package static func incarnation(of bytes: [UInt8]) -> Incarnation? {
        guard bytes.count == 17, bytes[0] == tag else { return nil }
        return Incarnation(bytes.dropFirst().reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
    }
}

extension Incarnation {
    /// A new name, from the operating system's random source.
    package static func random() -> Incarnation {
        Incarnation(UInt128.random(in: 1 ... .max))
    }
}

extension RunID {
    /// A new name, from the operating system's random source.
    package static func random() -> RunID {
        RunID(UInt128.random(in: 1 ... .max))
    }

    /// Reads 32 hexadecimal digits, as they are printed.
    package init?(hexadecimal: String) {
        guard hexadecimal.utf8.count == 32, let value = UInt128(hexadecimal, radix: 16), value != 0 else { return nil }
        self.init(value)
    }
}
