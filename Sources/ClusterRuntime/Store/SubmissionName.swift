import ContentDigest
import JobEngine

extension ClusterRequest {
    /// What two requests share that compute the same: inputs, settings, the numeric contract, and how much is computed
    /// twice. Titles are for people.
    package func content(numericContract: UInt32) -> SHA256Digest {
        var text = "submission 1\n\(numericContract)\n\(replicatedShare)\n\(SHA256Digest(of: request))\n"
        // In the order of their names, which follow from how they were opened; a name is followed by its length.
        for input in inputs.sorted(by: { ($0.name, $0.blob.digest.description) < ($1.name, $1.blob.digest.description) }
        ) {
            text += "\(input.name)\n\(input.name.utf8.count) \(input.blob.digest)\n"
        }
        return SHA256Digest(of: text)
    }
}

extension RunID {
    /// The name of a run by its content, so that the same request finds the run that is there.
    ///
    /// - Parameter attempt: Counts the runs of this content: those that failed or were cancelled, and those that were asked
    ///   for once more.
    package init(of content: SHA256Digest, attempt: Int) {
        let digest = SHA256Digest(of: "run \(content) \(attempt)")
        self.init(digest.bytes.prefix(16).reduce(0 as UInt128) { $0 << 8 | UInt128($1) })
    }
}
