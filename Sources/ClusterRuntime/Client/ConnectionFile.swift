import DurableFiles
import FoundationEssentials
import Glibc
import ZeroMQ

/// Where a coordinator can be reached, and by whom: the file workers and clients are given.
///
/// It is replaced as a whole whenever something changes, so that a reader never
/// sees half of it. It stays when a coordinator ends: a finished one says so,
/// and workers that come late leave content.
package struct ConnectionFile: Codable, Equatable, Sendable {
    package enum State: String, Codable, Sendable {
        /// The coordinator is there, or will be again.
        case serving

        /// All is done; workers may go.
        case finished
    }

    /// The version of this file's format.
    package static let currentFormat = 1

    package var format = ConnectionFile.currentFormat

    /// What the coordinator calls itself, for people.
    package var run: String

    /// Raised at every start of a coordinator in the same place.
    package var epoch: UInt64

    package var state: State

    /// Every address to try, such as `tcp://10.1.0.7:50123`.
    package var endpoints: [String]

    /// The server's public key in Z85, or nil where encryption was switched off.
    package var serverKey: String?

    /// The file with the key pair that workers and clients use, relative to this file.
    package var clientKeyFile: String?

    /// The protocol versions the coordinator speaks.
    package var oldestProtocol: Int
    package var newestProtocol: Int

    package var host: String
    package var pid: Int32

    /// When the coordinator started, UTC.
    package var startedAt: String

    package init(
        run: String, epoch: UInt64, state: State, endpoints: [String], serverKey: String?, clientKeyFile: String?,
        oldestProtocol: Int, newestProtocol: Int, host: String, pid: Int32, startedAt: String
    ) {
        self.run = run
        self.epoch = epoch
        self.state = state
        self.endpoints = endpoints
        self.serverKey = serverKey
        self.clientKeyFile = clientKeyFile
        self.oldestProtocol = oldestProtocol
        self.newestProtocol = newestProtocol
        self.host = host
        self.pid = pid
        self.startedAt = startedAt
    }

    /// Writes the file for its owner only.
    package func write(to path: String, survivesCrash: Bool = true) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try DurableFile.write(Array(encoder.encode(self)) + [10], to: path, mode: 0o600, survivesCrash: survivesCrash)
    }

    /// Reads and checks the file.
    ///
    /// - Throws: `FileError` when it cannot be read, `FileContentError` when it is no connection file, or others could
    ///   have written it: it names the key of the server that results are sent to.
    package static func read(from path: String) throws -> ConnectionFile {
        let content = try DurableFile.readTrusted(path)
        let file: ConnectionFile
        do {
            file = try JSONDecoder().decode(ConnectionFile.self, from: Data(content))
        } catch {
            throw FileContentError(path, "not a connection file written by `modicum coordinator` (\(brief(error)))")
        }
        guard file.format == currentFormat else {
            throw FileContentError(
                path,
                "has connection file format \(file.format), this program reads \(currentFormat); "
                    + "use the same release everywhere")
        }
        guard file.state == .finished || !file.endpoints.isEmpty else {
            throw FileContentError(path, "names no endpoint; start the coordinator again")
        }
        if let key = file.serverKey, CurveKey(key) == nil {
            throw FileContentError(path, "holds a server key that is not forty characters of Z85")
        }
        return file
    }

    /// The key pair that this file tells workers and clients to use; nil without encryption.
    ///
    /// - Parameter path: Where this connection file was read.
    package func clientKeys(besides path: String) throws -> CurveKeyPair? {
        guard serverKey != nil else { return nil }
        guard let name = clientKeyFile else {
            throw FileContentError(path, "asks for encryption but names no client key file")
        }
        return try KeyFile.read(from: name.hasPrefix("/") ? name : "\(DurableFile.parent(of: path))/\(name)")
    }

    private static func brief(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, _): return "\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            return context.codingPath.last.map { "at \"\($0.stringValue)\"" } ?? "no valid JSON"
        @unknown default: return "no valid JSON"
        }
    }
}
