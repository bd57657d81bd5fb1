import ZeroMQ

/// The keys of a coordinator and of its members.
struct CoordinatorKeys {
    let server: CurveKeyPair

    /// The public keys that may connect.
    let members: Set<CurveKey>

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
        members = [member.publicKey]
        clientKeyFile = path.split(separator: "/").last.map(String.init) ?? path
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
