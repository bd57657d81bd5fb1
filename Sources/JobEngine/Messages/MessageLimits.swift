/// The protocol versions this program can speak.
package enum ProtocolVersion {
    package static let supported: ClosedRange<UInt16> = 1...1
}

/// Bounds on what a decoder accepts, and therefore on what an encoder may send.
package enum MessageLimits {
    /// The first part of a message: everything but the payload.
    package static let headBytes = 16 << 20

    /// The payload of one message.
    package static let payloadBytes = 256 << 20

    /// One piece of text, in UTF-8. Longer ones are cut when encoded.
    package static let textBytes = 16 << 10

    /// Entries of one list.
    package static let listEntries = 1 << 17
}
