import ContentDigest
import ExpressionData
import Glibc
import RunStore

/// What a run left in its folder, besides `run.json`.
package struct WrittenResults: Sendable {
    package static let storeName = RunDocument.fileName

    package let identity: SHA256Digest

    /// What the run found, by name.
    package let files: [File]

    /// What could not be written, though the results are complete without it.
    package var warnings: [String] = []

    /// By place in the store, what sign flips say beside the scheme by which samples were permuted there.
    package var schemeComparisons: [String: String] = [:]
}

extension WrittenResults {
    /// A file as it was written; `run.json` tells it, so that a later command sees whether it is still whole.
    package struct File: Codable, Equatable, Sendable {
        /// Relative to the folder.
        package let name: String
        package let bytes: Int

        /// Of the content; nil in records of programs that did not tell.
        package let sha256: String?

        /// Reads a file that was written.
        package init(_ name: String, in folder: String) throws {
            let (digest, bytes) = try Self.content(of: folder + "/" + name)
            self.name = name
            self.bytes = bytes
            sha256 = digest.description
        }

        /// Whether the file at a path has the content that was written; of an older record, which does not tell, yes.
        package func hasContent(at path: String) throws -> Bool {
            guard let sha256 else { return true }
            return try Self.content(of: path).digest.description == sha256
        }

        /// The digest of a file and its length, read piece by piece: a store may be larger than memory.
        private static func content(of path: String) throws -> (digest: SHA256Digest, bytes: Int) {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw unreadable(path) }
            defer { close(descriptor) }
            var hasher = SHA256Hasher()
            var bytes = 0
            try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 16) { room in
                while true {
                    let count = read(descriptor, room.baseAddress, room.count)
                    if count < 0, errno == EINTR { continue }
                    guard count >= 0 else { throw unreadable(path) }
                    if count == 0 { return }
                    hasher.update(UnsafeRawBufferPointer(rebasing: room[..<count]))
                    bytes += count
                }
            }
            return (hasher.finish(), bytes)
        }

        private static func unreadable(_ path: String) -> InputError {
            InputError(
                file: path, "the result cannot be read: \(String(cString: strerror(errno)))",
                remedy: "Check its permissions and the disk.")
        }
    }
}
