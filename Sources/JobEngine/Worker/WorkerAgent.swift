/// Decides what one worker process does.
package struct WorkerAgent: Sendable {
    let configuration: WorkerConfiguration

    package init(_ configuration: WorkerConfiguration) {
        self.configuration = configuration
    }

    /// Applies one event and returns the actions it calls for, in order.
    ///
    /// - Parameter now: Time since the worker started, from a monotonic clock.
    package mutating func handle(_ event: WorkerEvent, at now: Duration) -> [WorkerAction] {
        []
    }
}
