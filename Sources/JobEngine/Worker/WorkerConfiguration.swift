/// What a worker is, fixed when it starts.
package struct WorkerConfiguration: Equatable, Sendable {
    /// Random, made when the process started.
    package var incarnation: Incarnation

    /// The program's version.
    package var build: String
    package var numericContract: UInt32
    package var protocols: ClosedRange<UInt16> = ProtocolVersion.supported
    package var host: String

    /// Job ids and the like, for people only.
    package var labels: [String] = []

    /// How many shards are computed at one time.
    package var threads: Int

    /// Memory it may use, in bytes; 0 when unknown.
    package var memory: UInt64 = 0

    /// The time from its start until it will be killed, if that is known.
    package var lifetime: Duration?

    /// Whether its owner allows it to run external programs.
    package var runsPrograms = false

    /// Leaves with success after this long without a lease; never by default.
    package var idleTimeout: Duration?

    /// The bytes of inputs kept beyond those in use, for later shards. The default is 4 GiB.
    package var blobCacheBytes = 4 << 30

    package var policy = LeasePolicy()

    package init(incarnation: Incarnation, build: String, numericContract: UInt32, host: String, threads: Int) {
        self.incarnation = incarnation
        self.build = build
        self.numericContract = numericContract
        self.host = host
        self.threads = threads
    }
}
