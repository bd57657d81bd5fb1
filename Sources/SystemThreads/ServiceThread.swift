import Glibc
import Synchronization

/// An operating-system thread that runs one function.
///
/// Blocking calls and computations run here and never on Swift's own pool, which
/// must stay free. Dispatch would wait without end for a thread that the system
/// has not to give, and Foundation's threads do not say that they failed.
///
/// `@unchecked Sendable`: the thread's handle is set once, in `init`; joining is
/// guarded by an atomic flag.
package final class ServiceThread: @unchecked Sendable {
    private var handle = pthread_t()
    private let isJoined = Atomic(false)

    /// Starts the thread.
    ///
    /// - Parameter name: Shown by `top` and debuggers, at most 15 characters.
    /// - Throws: `ThreadError` where memory or the number of processes is limited.
    package init(_ name: String, _ body: @escaping @Sendable () -> Void) throws {
        let start = Unmanaged.passRetained(Body(name: name, run: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        // Reductions may recurse; the default depends on the caller's shell.
        pthread_attr_setstacksize(&attributes, 8 << 20)
        let result = pthread_create(&handle, &attributes, runBody, start.toOpaque())
        pthread_attr_destroy(&attributes)
        guard result == 0 else {
            start.release()
            // There is no thread to be joined or let go.
            isJoined.store(true, ordering: .releasing)
            throw ThreadError(name: name, code: result)
        }
    }

    /// Waits until the function has returned.
    package func join() {
        guard !isJoined.exchange(true, ordering: .acquiringAndReleasing) else { return }
        pthread_join(handle, nil)
    }

    deinit {
        if !isJoined.load(ordering: .acquiring) { pthread_detach(handle) }
    }
}

/// A thread that the system would not start.
package struct ThreadError: Error, Equatable, CustomStringConvertible {
    let name: String

    /// The system's error number.
    let code: Int32

    package var description: String {
        "cannot start the thread \(name): \(String(cString: strerror(code))); "
            + "raise the limit of memory (ulimit -v) or of processes (ulimit -u), or use fewer --threads"
    }
}

private final class Body {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}

private func runBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    let body = Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue()
    setThreadName(body.name)
    body.run()
    return nil
}

/// Names the calling thread through the kernel's file, as glibc does itself.
private func setThreadName(_ name: String) {
    let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let bytes = Array(name.utf8.prefix(15))
    _ = write(descriptor, bytes, bytes.count)
}
