import ContentDigest
import JobEngine
import Testing

@Suite("Messages")
struct MessageTests {
    @Test("Every message comes back from its bytes")
    func roundTrip() throws {
        for message in MessageSamples.messages {
            let encoded = message.encoded()
            #expect(try Message(head: encoded.head, payload: encoded.payload) == message)
        }
    }

    @Test("Large payloads travel as they are")
    func payloadIsNotCopied() {
        let content = [UInt8](repeating: 7, count: 1 << 20)
        let message = Message(
            run: .none, epoch: 1, incarnation: Incarnation(1), sequence: 1,
            body: .blobChunk(BlobChunk(digest: MessageSamples.digest, offset: 0, size: 1 << 20, content: content)))
        let encoded = message.encoded()
        #expect(encoded.head.count < 200)
        #expect(encoded.payload == content)
    }

    @Test("Damaged bytes are never a message, and never a crash")
    func mutations() {
        var generator = SeededGenerator(seed: 20)
        for message in MessageSamples.messages {
            let encoded = message.encoded()
            for _ in 0..<400 {
                var head = encoded.head
                var payload = encoded.payload
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: head.removeLast(Int.random(in: 1...head.count, using: &generator))
                case 1: head.append(contentsOf: [1, 2, 3])
                case 2 where !payload.isEmpty: payload[payload.startIndex] ^= 1
                default:
                    let place = head.indices.randomElement(using: &generator)!
                    head[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                }
                #expect(throws: FrameError.self) { try Message(head: head, payload: payload) }
            }
        }
    }

    @Test("Damage behind a right checksum is an error or another message, never a crash")
    func mutationsWithChecksum() {
        var generator = SeededGenerator(seed: 21)
        for message in MessageSamples.messages {
            let encoded = message.encoded()
            for _ in 0..<1_500 {
                var fields = Array(encoded.head.dropLast(4))
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: fields.removeLast(Int.random(in: 0...(fields.count - 8), using: &generator))
                    case 1:
                        fields.insert(
                            UInt8.random(in: .min ... .max, using: &generator),
                            at: Int.random(in: 8...fields.count, using: &generator))
                    case 2: fields[6] = UInt8.random(in: 0...28, using: &generator)
                    default:
                        guard fields.count > 8 else { continue }
                        let place = Int.random(in: 8..<fields.count, using: &generator)
                        fields[place] = UInt8.random(in: .min ... .max, using: &generator)
                    }
                }
                let checksum = CRC32C.checksum(of: fields + encoded.payload)
                let head = fields + withUnsafeBytes(of: checksum.littleEndian) { Array($0) }
                if let decoded = try? Message(head: head, payload: encoded.payload) {
                    // Whatever it is now, it can travel on.
                    let again = decoded.encoded()
                    #expect((try? Message(head: again.head, payload: again.payload)) != nil)
                }
            }
        }
    }

    @Test("Random bytes are no message")
    func noise() {
        var generator = SeededGenerator(seed: 22)
        for length in 0..<300 {
            let head = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            #expect(throws: FrameError.self) { try Message(head: head, payload: []) }
        }
    }

    @Test("Fields that a newer sender adds are skipped")
    func unknownFields() throws {
        let message = MessageSamples.messages[3]
        var fields = Array(message.encoded().head.dropLast(4))
        // Tag 60 with each kind of value.
        fields += [60 << 2, 0x85, 0x01]
        fields += [60 << 2 | 1] + [UInt8](repeating: 1, count: 16)
        fields += [60 << 2 | 2, 3, 1, 2, 3]
        fields += [60 << 2 | 3] + [UInt8](repeating: 2, count: 32)
        let checksum = CRC32C.checksum(of: fields)
        let head = fields + withUnsafeBytes(of: checksum.littleEndian) { Array($0) }
        #expect(try Message(head: head, payload: []) == message)
    }

    @Test("Text that is too long is cut between characters")
    func longText() throws {
        let text = String(repeating: "ü", count: MessageLimits.textBytes)
        for prefix in ["", "x"] {
            let message = Message(
                run: .none, epoch: 1, incarnation: Incarnation(1), sequence: 1, body: .drain(reason: prefix + text))
            let encoded = message.encoded()
            let decoded = try Message(head: encoded.head, payload: encoded.payload)
            guard case .drain(let reason) = decoded.body else {
                Issue.record("another message")
                return
            }
            #expect((prefix + text).hasPrefix(reason))
            #expect(reason.utf8.count > MessageLimits.textBytes - 4)
        }
    }
}
