/// The protocol versions this program can speak.
package enum ProtocolVersion {
    /// Version 2: large messages travel in parts, large results are asked for in pieces, leases carry a proof.
    package static let supported: ClosedRange<UInt16> = 2...2
}

/// Bounds on what a decoder accepts, and therefore on what an encoder may send.
package enum MessageLimits {
    /// One frame as it travels, with the transport's own bytes.
    ///
    /// libzmq allocates what a frame announces before anybody has shown a key, so this times the number of connections
    /// without a key is what strangers can make a coordinator hold.
    package static let frameBytes = 256 << 10

    /// One part of a message: a frame without what encryption adds.
    package static let partBytes = frameBytes - (1 << 10)

    /// The payload of one message from a worker or client, in however many parts: a submission with many inputs.
    package static let peerPayloadBytes = 4 << 20

    /// A result, and the payload of one message from a coordinator, in however many parts.
    package static let payloadBytes = 256 << 20

    /// One piece of text, in UTF-8. Longer ones are cut when encoded.
    package static let textBytes = 16 << 10

    /// Entries of one list.
    package static let listEntries = 1 << 17

    /// A name for people, such as a host's, a label or a run's title. Longer ones are cut when decoded.
    package static let nameBytes = 256

    /// Labels of one worker. More are left out when decoded.
    package static let labels = 16

    // Every number that comes from outside is bounded where it is read, so that whatever is computed with it later cannot
    // overflow: sums over a list's entries stay below 2^63.

    /// Numbers of things: shards, genes, permutations, attempts, credits. Nothing that is counted comes near it.
    package static let count = 1 << 40

    /// Threads of one worker: sixteen times what the largest machine has.
    package static let threads = 1 << 16

    /// Leases that a worker asks for: some more than it has threads.
    package static let credits = 2 * threads

    /// Sizes and places in bytes: 64 TiB. What is larger is told as that.
    package static let bytes: UInt64 = 1 << 46

    /// Starts of coordinators in one place: one a second for 285 million years, and exact in JSON.
    package static let epoch: UInt64 = 1 << 53
}
