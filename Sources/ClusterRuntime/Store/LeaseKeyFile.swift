import DurableFiles
import Glibc
import JobEngine

/// The secret of a run directory's leases, in a file that only its owner can read.
enum LeaseKeyFile {
    /// Reads the secret, or makes one from the operating system's random source.
    ///
    /// - Throws: `FileContentError` where others could have read it.
    static func readOrMake(in directory: String) throws -> LeaseKey {
        let path = "\(directory)/lease.key"
        guard DurableFile.exists(path) else {
            let key = (0..<LeaseKey.byteCount).map { _ in UInt8.random(in: .min ... .max) }
            try DurableFile.write(key, to: path, mode: 0o600)
            return LeaseKey(key)
        }
        let key = try KeyFile.readSecret(path)
        guard key.count == LeaseKey.byteCount else {
            throw FileContentError(path, "has \(key.count) bytes and not \(LeaseKey.byteCount); remove it")
        }
        return LeaseKey(key)
    }
}
