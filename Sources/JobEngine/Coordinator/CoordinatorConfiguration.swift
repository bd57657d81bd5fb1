/// What a coordinator is, fixed when it starts.
package struct CoordinatorConfiguration: Equatable, Sendable {
    /// Raised by one at each start on the same run directory.
    package var epoch: UInt64

    /// The program's version. Workers of another build are turned away.
    package var build: String
    package var numericContract: UInt32
    package var protocols: ClosedRange<UInt16> = ProtocolVersion.supported
    package var policy = LeasePolicy()

    /// Kept from one start to the next, so that results computed meanwhile still count.
    package var leaseKey: LeaseKey

    /// Where browsers see what happens; nil where there is no such page.
    package var livePage: LivePageAddress?

    package init(epoch: UInt64, build: String, numericContract: UInt32, leaseKey: LeaseKey) {
        self.epoch = epoch
        self.build = build
        self.numericContract = numericContract
        self.leaseKey = leaseKey
    }
}
