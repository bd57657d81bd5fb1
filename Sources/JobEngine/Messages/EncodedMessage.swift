import ContentDigest

/// A message as it travels: a head and a payload, so that large payloads are never copied into a frame.
///
/// The payload is cut into frames of at most `MessageLimits.partBytes`; a message without one has an empty frame for it.
package struct EncodedMessage: Equatable, Sendable {
    /// Magic, version and type (8 bytes), the header's fields, and a CRC-32C (4
    /// bytes, little-endian) over all of these and the payload.
    package var head: [UInt8]

    /// What follows the head, often empty.
    package var payload: [UInt8]

    package init(head: [UInt8], payload: [UInt8]) {
        self.head = head
        self.payload = payload
    }

    /// Where the payload is cut, in order.
    package var parts: [Range<Int>] {
        guard payload.count > MessageLimits.partBytes else { return [0..<payload.count] }
        return stride(from: 0, to: payload.count, by: MessageLimits.partBytes).map {
            $0..<min($0 + MessageLimits.partBytes, payload.count)
        }
    }
}

/// Why bytes are not a message.
package enum FrameError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooShort
    case tooLong(Int)
    case notOurs
    case wrongChecksum
    case unknownType(UInt8)
    case malformed(String)

    package var description: String {
        switch self {
        case .tooShort: "too short to be a message"
        case .tooLong(let bytes): "\(bytes) bytes are more than a message may have"
        case .notOurs: "does not begin as a message of this protocol"
        case .wrongChecksum: "wrong checksum"
        case .unknownType(let type): "unknown message type \(type)"
        case .malformed(let reason): reason
        }
    }
}

extension Message {
    /// Returns the two parts to send.
    package func encoded() -> EncodedMessage {
        var writer = FieldWriter(startingWith: Message.magic + [body.type, 0])
        writer.write(1, run.value)
        writer.write(2, epoch)
        writer.write(3, incarnation.value)
        writer.write(4, sequence)
        writer.write(5, fields: body.write)
        var head = writer.bytes
        let payload = body.payload
        var checksum = CRC32C()
        checksum.update(head)
        checksum.update(payload)
        withUnsafeBytes(of: checksum.value.littleEndian) { head.append(contentsOf: $0) }
        return EncodedMessage(head: head, payload: payload)
    }

    /// Reads a message from its two parts. Total: any bytes give a message or an error.
    package init(head: [UInt8], payload: [UInt8]) throws(FrameError) {
        guard head.count >= 12 else { throw .tooShort }
        guard head.count <= MessageLimits.partBytes else { throw .tooLong(head.count) }
        guard payload.count <= MessageLimits.payloadBytes else { throw .tooLong(payload.count) }
        guard head.starts(with: Message.magic) else { throw .notOurs }
        let end = head.count - 4
        var checksum = CRC32C()
        head.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[..<end])) }
        checksum.update(payload)
        let stated = head.withUnsafeBytes {
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: end, as: UInt32.self))
        }
        guard checksum.value == stated else { throw .wrongChecksum }

        var run: UInt128?
        var epoch: UInt64?
        var incarnation: UInt128?
        var sequence: UInt64?
        var body: MessageBody?
        var reader = FieldReader(head, in: 8..<end)
        while let field = try reader.next() {
            switch field.tag {
            case 1: run = try field.wide()
            case 2: epoch = try field.epoch()
            case 3: incarnation = try field.wide()
            case 4: sequence = try field.number()
            case 5: body = try MessageBody(type: head[6], from: try field.fields(), payload: payload)
            default: break
            }
        }
        self.init(
            run: RunID(try required(run, "run")), epoch: try required(epoch, "epoch"),
            incarnation: Incarnation(try required(incarnation, "incarnation")),
            sequence: try required(sequence, "sequence number"), body: try required(body, "body"))
    }

    /// `MODM` and the version of this layout. What a message says has its own
    /// version, agreed on by HELLO and WELCOME.
    private static let magic: [UInt8] = Array("MODM".utf8) + [1, 0]
}
