import DurableFiles
import ZeroMQ

/// The keys of a coordinator and of its members.
struct CoordinatorKeys {
    let server: CurveKeyPair

    /// The public key of the pair beside the connection file, which may connect.
    let member: CurveKey

    /// The member's key file, as the connection file names it.
    let clientKeyFile: String

    /// Reads or makes the keys.
    ///
    /// The members' pair is kept from one start to the next, so that workers that
    /// look for a restarted coordinator need no new file.
    ///
    /// - Returns: nil where encryption is off.
    init?(_ options: CoordinatorOptions) throws {
        guard options.encryption == .curve else { return nil }
        if let path = options.serverKeyFile {
            server = DurableFile.exists(path) ? try KeyFile.read(from: path) : try KeyFile.make(at: path)
        } else {
            server = try CurveKeyPair.make()
        }
        let path = Self.clientKeyFile(for: options.connectionFile)
        let member =
            DurableFile.exists(path)
            ? try KeyFile.read(from: path)
            : try KeyFile.make(at: path, survivesCrash: !options.removesConnectionFile)
        self.member = member.publicKey
        clientKeyFile = path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Reads a list of public keys: one a line, with what follows a `#` for people.
    ///
    /// - Returns: No keys where there is no file.
    /// - Throws: `FileContentError` naming the line that is no key, or where others than its owner could have added one.
    static func allowed(in path: String) throws -> Set<CurveKey> {
        guard DurableFile.exists(path) else { return [] }
        var keys: Set<CurveKey> = []
        let text = String(decoding: try DurableFile.readTrusted(path), as: UTF8.self)
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            // A key may contain `#`, so that a comment begins with a space before it.
            guard let word = line.split(whereSeparator: \.isWhitespace).first, line.first != "#" else { continue }
            guard let key = CurveKey(String(word)) else {
                throw FileContentError(path, "line \(number + 1) does not begin with a public key of 40 characters")
            }
            keys.insert(key)
        }
        return keys
    }

    /// The public key of the pair beside a connection file, or nil while there is no file.
    ///
    /// - Throws: When the file is none, or others can read it.
    static func member(beside connectionFile: String) throws -> CurveKey? {
        let path = clientKeyFile(for: connectionFile)
        return DurableFile.exists(path) ? try KeyFile.read(from: path).publicKey : nil
    }

    /// The members' key file beside a connection file.
    static func clientKeyFile(for connectionFile: String) -> String { "\(connectionFile).key" }
}

/// How a worker says which process it is, among its labels.
enum ProcessLabel {
    private static let prefix = "pid="

    static func text(for pid: Int32) -> String { "\(prefix)\(pid)" }

    static func pid(in label: String) -> Int32? {
        label.hasPrefix(prefix) ? Int32(label.dropFirst(prefix.count)) : nil
    }
}
