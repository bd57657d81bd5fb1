import JobEngine

/// The network: messages are lost, repeated, and late.
extension SimulatedCluster {
    mutating func sendToCoordinator(_ message: Message, from index: Int) {
        guard workers[index].isHeard else { return }
        for _ in 0..<copies() {
            schedule(
                .toCoordinator(travelled(message), epoch: generator.happens(0.5) ? epoch : nil), after: latency())
        }
    }

    mutating func sendToWorker(_ message: Message) {
        guard let index = places[message.incarnation], workers[index].isAlive, workers[index].hears else { return }
        for _ in 0..<copies() {
            schedule(.toWorker(index, travelled(message)), after: latency())
        }
    }

    mutating func copies() -> Int {
        if generator.happens(faults.loss) { return 0 }
        return generator.happens(faults.duplication) ? 2 : 1
    }

    mutating func latency() -> Duration {
        generator.happens(faults.delay)
            ? generator.duration(.seconds(1), .seconds(30)) : generator.duration(.microseconds(100), .milliseconds(30))
    }

    /// Some messages go through the codec, which must not change them.
    mutating func travelled(_ message: Message) -> Message {
        guard generator.happens(0.1) else { return message }
        let encoded = message.encoded()
        guard let decoded = try? Message(head: encoded.head, payload: encoded.payload), decoded == message else {
            broken.append("a message was changed by the codec: \(message)")
            return message
        }
        return decoded
    }
}
