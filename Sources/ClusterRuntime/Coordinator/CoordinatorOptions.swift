import JobEngine
import Logging

/// Whether what travels is encrypted and its peers are known.
package enum Encryption: Sendable {
    /// CURVE with listed keys.
    case curve

    /// Nothing: anybody who reaches the port takes part.
    case insecurePlaintext
}

/// Pages on loopback.
package struct PageOptions: Equatable, Sendable {
    /// 0 for a free one.
    package var port: UInt16

    /// Whether every user of the machine may read metrics; the live page is for the coordinator's own.
    package var showsMetricsToAll: Bool

    package init(port: UInt16, showsMetricsToAll: Bool) {
        self.port = port
        self.showsMetricsToAll = showsMetricsToAll
    }
}

/// What a coordinator is told when it starts.
package struct CoordinatorOptions: Sendable {
    /// Where to listen. The port `*` takes a free one, from `ports` if that is given.
    package var endpoints = ["tcp://127.0.0.1:*"]

    /// The ports to choose from where an endpoint leaves the port open.
    package var ports: ClosedRange<UInt16>?

    /// Where to publish the endpoints.
    package var connectionFile: String

    /// Whether the connection file and the keys are removed at the end, as a private cluster does.
    package var removesConnectionFile = false

    /// The file that keeps the server's key pair from one start to the next; nil makes a new pair each time.
    package var serverKeyFile: String?

    /// A file of further public keys that may connect, one a line, looked at again while the service runs;
    /// nil admits none but the pair beside the connection file.
    package var allowedKeysFile: String?

    package var encryption = Encryption.curve

    /// What people call it.
    package var name: String

    /// The program's version; only workers of the same build are admitted.
    package var build: String
    package var numericContract: UInt32
    package var policy = LeasePolicy()

    /// How long results are still taken after the coordinator was told to stop. The default is 10 seconds.
    package var stopGrace: Duration = .seconds(10)

    /// How long a full disk is waited for before the service ends, resumable. The default is one hour.
    package var diskTimeout = CoordinatorOptions.defaultDiskTimeout
    package static let defaultDiskTimeout: Duration = .seconds(3_600)

    /// Where to say what happens.
    package var logger: Logger

    /// What was said lately, for clients that ask; nil keeps nothing.
    package var recentLog: RecentLog?

    /// Where browsers of this machine are told how things go; nil serves no pages.
    package var pages: PageOptions?

    package init(connectionFile: String, name: String, build: String, numericContract: UInt32, logger: Logger) {
        self.connectionFile = connectionFile
        self.name = name
        self.build = build
        self.numericContract = numericContract
        self.logger = logger
    }
}
