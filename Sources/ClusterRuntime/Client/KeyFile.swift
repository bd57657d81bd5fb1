import DurableFiles
import FoundationEssentials
import Glibc
import ZeroMQ

/// A CURVE key pair in a file that only its owner can read.
package struct KeyFile: Codable, Sendable {
    private var publicKey: String
    private var secretKey: String

    /// Makes a new pair and writes it.
    ///
    /// - Throws: `FileContentError` when the file exists: a key in use is not replaced by accident.
    package static func make(at path: String, survivesCrash: Bool = true) throws -> CurveKeyPair {
        guard !DurableFile.exists(path) else {
            throw FileContentError(path, "exists already; remove it first if no coordinator uses it")
        }
        let pair = try CurveKeyPair.make()
        try write(pair, to: path, survivesCrash: survivesCrash)
        return pair
    }

    /// Writes a pair with mode 0600.
    package static func write(_ pair: CurveKeyPair, to path: String, survivesCrash: Bool = true) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let file = KeyFile(publicKey: pair.publicKey.text, secretKey: pair.secretKey.text)
        try DurableFile.write(
            Array(encoder.encode(file)) + [10], to: path, mode: 0o600, survivesCrash: survivesCrash)
    }

    /// Reads a pair, and refuses one that others could have read.
    package static func read(from path: String) throws -> CurveKeyPair {
        let content = try readSecret(path)
        guard let file = try? JSONDecoder().decode(KeyFile.self, from: Data(content)) else {
            throw FileContentError(path, "not a key file written by `modicum keys new`")
        }
        guard let publicKey = CurveKey(file.publicKey), let secretKey = CurveKey(file.secretKey),
            let pair = CurveKeyPair(publicKey: publicKey, secretKey: secretKey)
        else {
            throw FileContentError(path, "its public key does not belong to its secret key")
        }
        return pair
    }

    /// Reads a file, and refuses one that others could have read.
    static func readSecret(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open the key file", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError("examine", path) }
        guard status.st_mode & 0o077 == 0 else {
            throw FileContentError(path, "can be read by others than its owner; run `chmod 600` on it")
        }
        return try DurableFile.read(all: descriptor, named: path)
    }
}
