import CZeroMQ

/// A CURVE key: 32 bytes, written as forty characters of Z85.
package struct CurveKey: Hashable, Sendable {
    /// The forty characters.
    package let text: String

    /// Takes a key that was written down.
    ///
    /// - Returns: nil unless `text` is forty characters that decode as Z85.
    package init?(_ text: String) {
        guard text.utf8.count == 40 else { return nil }
        var decoded = [UInt8](repeating: 0, count: 32)
        guard zmq_z85_decode(&decoded, text) != nil else { return nil }
        self.text = text
    }

    /// Takes the 32 bytes of a key, as the authentication protocol sends them.
    init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        var encoded = [CChar](repeating: 0, count: 41)
        guard zmq_z85_encode(&encoded, bytes, 32) != nil else { return nil }
        self.text = encoded.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
}

/// A CURVE key pair.
package struct CurveKeyPair: Hashable, Sendable {
    package let publicKey: CurveKey
    package let secretKey: CurveKey

    /// Takes a pair that was written down.
    ///
    /// - Returns: nil unless `publicKey` belongs to `secretKey`.
    package init?(publicKey: CurveKey, secretKey: CurveKey) {
        var derived = [CChar](repeating: 0, count: 41)
        guard zmq_curve_public(&derived, secretKey.text) == 0 else { return nil }
        let text = derived.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        guard text == publicKey.text else { return nil }
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// Makes a new pair from the operating system's random source.
    package static func make() throws(ZeroMQError) -> CurveKeyPair {
        // The shared context is made first: it initialises the crypto library,
        // which two threads must not do at once.
        _ = Context.shared
        var publicText = [CChar](repeating: 0, count: 41)
        var secretText = [CChar](repeating: 0, count: 41)
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else { throw ZeroMQError("make a CURVE key pair") }
        func key(_ text: [CChar]) -> CurveKey? {
            CurveKey(text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
        }
        guard let publicKey = key(publicText), let secretKey = key(secretText),
            let pair = CurveKeyPair(publicKey: publicKey, secretKey: secretKey)
        else { preconditionFailure("libzmq made a key pair that it does not accept") }
        return pair
    }
}
