import ContentDigest

extension Blob {
    /// Takes content whose digest was computed while it arrived.
    init(verified digest: SHA256Digest, content: [UInt8]) {
        self.digest = digest
        self.content = content
    }
}

extension Blob: Equatable {
    /// Blobs are named by their content, so equal names are equal content.
    package static func == (left: Blob, right: Blob) -> Bool { left.digest == right.digest }
}
