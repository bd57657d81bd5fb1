/// A message as it travels: two parts, so that large payloads are never copied into a frame.
package struct EncodedMessage: Equatable, Sendable {
    /// Magic, version and type (8 bytes), the header's fields, and a CRC-32C (4
    /// bytes) over all of these and the payload.
    package var head: [UInt8]

    /// The second part, often empty.
    package var payload: [UInt8]
}

/// Why bytes are not a message.
package enum FrameError: Error, Equatable, Sendable {
    case tooShort
    case tooLong(Int)
    case notOurs
    case wrongChecksum
    case unknownType(UInt8)
    case malformed(String)
}

extension Message {
    /// Returns the two parts to send.
    package func encoded() -> EncodedMessage {
        EncodedMessage(head: [], payload: [])
    }

    /// Reads a message from its two parts. Total: any bytes give a message or an error.
    package init(head: [UInt8], payload: [UInt8]) throws(FrameError) {
        throw .notOurs
    }
}
