/// Time since a service started, on a clock that nobody sets.
struct MonotonicClock: Sendable {
    private let start = ContinuousClock.now

    /// The time since the clock was made.
    var elapsed: Duration { ContinuousClock.now - start }
}
