import ContentDigest

/// Asks for one piece of a blob.
package struct BlobRequest: Equatable, Sendable {
    package var digest: SHA256Digest
    package var offset: UInt64

    /// The most bytes wanted.
    package var length: Int

    package init(digest: SHA256Digest, offset: UInt64, length: Int) {
        self.digest = digest
        self.offset = offset
        self.length = length
    }
}

/// One piece of a blob.
package struct BlobChunk: Equatable, Sendable {
    package var digest: SHA256Digest
    package var offset: UInt64

    /// The size of the whole blob, or nil when the sender does not have it.
    package var size: UInt64?

    package var content: [UInt8]

    package init(digest: SHA256Digest, offset: UInt64, size: UInt64?, content: [UInt8]) {
        self.digest = digest
        self.offset = offset
        self.size = size
        self.content = content
    }
}

/// A run as a client submits it.
package struct Submission: Equatable, Sendable {
    /// An input by the name under which the request refers to it.
    package struct NamedBlob: Equatable, Sendable {
        package var name: String
        package var digest: SHA256Digest
        package var size: UInt64

        package init(name: String, digest: SHA256Digest, size: UInt64) {
            self.name = name
            self.digest = digest
            self.size = size
        }
    }

    /// What a person sees in lists of runs.
    package var title: String

    package var blobs: [NamedBlob]

    /// The pipeline's own encoding of what to do.
    package var request: [UInt8]

    /// The share of its shards to be computed twice and compared, 0 to 1.
    package var replicatedShare: Double

    /// About how much memory it takes, without its inputs' content.
    package var heldBytes: Int { request.count + blobs.reduce(0) { $0 + $1.name.utf8.count + 64 } }

    package init(title: String, blobs: [NamedBlob], request: [UInt8], replicatedShare: Double = 0) {
        self.title = title
        self.blobs = blobs
        self.request = request
        self.replicatedShare = replicatedShare
    }
}
