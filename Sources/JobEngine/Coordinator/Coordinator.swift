import ContentDigest

/// Decides which worker computes what.
package struct Coordinator: Sendable {
    let configuration: CoordinatorConfiguration

    package init(_ configuration: CoordinatorConfiguration) {
        self.configuration = configuration
    }

    /// Applies one event and returns the actions it calls for, in order.
    ///
    /// - Parameter now: Time since the coordinator started, from a monotonic clock.
    package mutating func handle(_ event: CoordinatorEvent, at now: Duration) -> [CoordinatorAction] {
        []
    }

    /// Returns what people want to know.
    package func status(at now: Duration) -> StatusSnapshot {
        StatusSnapshot(
            build: configuration.build, epoch: configuration.epoch, uptime: now, runs: [], workers: [], badFrames: 0,
            blocker: nil)
    }
}
