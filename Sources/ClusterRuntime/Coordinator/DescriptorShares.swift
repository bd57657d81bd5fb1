/// How a coordinator's descriptors are shared out, so that nobody takes those of its members.
package struct DescriptorShares: Equatable {
    package let workers: Int
    package let clients: Int

    /// Connections whose peers have not been welcomed.
    package let strangers: Int

    /// A tenth, and 64 more, stay free for files and the process's own; a few of these are for strangers and clients
    /// where there are not many in all.
    ///
    /// - Parameter limit: How many descriptors the process may have.
    package init(of limit: Int) {
        let reserve = 16
        strangers = min(1_024, max(reserve, limit / 8))
        clients = min(1_000, max(reserve, limit / 16))
        workers = max(1, limit * 9 / 10 - 64 - (strangers - reserve) - (clients - reserve))
    }
}
