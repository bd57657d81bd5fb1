import Glibc

/// A thread that helps the one that starts it.
///
/// The system may have none to give, where memory or the number of processes is limited; the work is then the starting
/// thread's alone. Dispatch would wait for a thread without end, and Foundation's threads do not say that they failed.
///
/// `@unchecked Sendable`: the starting thread alone joins it and lets go of it.
final class HelperThread: @unchecked Sendable {
    private var handle = pthread_t()
    private var isJoinable = false

    /// Starts the thread.
    ///
    /// - Returns: nil where there is no thread to be had.
    init?(_ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Body(run: body))
        let result = pthread_create(
            &handle, nil,
            { argument in
                Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
                return nil
            }, start.toOpaque())
        guard result == 0 else {
            start.release()
            return nil
        }
        isJoinable = true
    }

    /// Waits until the function has returned.
    func join() {
        guard isJoinable else { return }
        pthread_join(handle, nil)
        isJoinable = false
    }

    deinit {
        if isJoinable { pthread_detach(handle) }
    }
}

private final class Body {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) { self.run = run }
}
