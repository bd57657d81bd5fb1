import Glibc
import Synchronization

/// Has a process that ends by a signal of its own making write the signal's number into the mark of the run in hand.
///
/// What other processes send counts for nothing: a person's `kill` is no fault of a run.
enum DyingWords {
    /// Watches the signals by which a defect ends a process, before whoever has watched them so far.
    ///
    /// - Parameter serving: The thread that reads frames: what ends it is no run's fault unless it works on the run itself.
    static func watch(serving: pthread_t) {
        servingThread.store(UInt(serving), ordering: .relaxed)
        guard !isWatching.exchange(true, ordering: .relaxed) else { return }
        for signal in signals {
            var action = sigaction()
            action.__sigaction_handler.sa_sigaction = noteAndPassOn
            action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK
            sigaction(signal, &action, &former[Int(signal)])
        }
    }

    /// The calling thread holds the run with this mark.
    static func isHeld(_ descriptor: Int32) {
        holder.store(UInt(pthread_self()), ordering: .relaxed)
        mark.store(descriptor, ordering: .releasing)
    }

    /// Nobody holds that run any more.
    static func isOver(_ descriptor: Int32) {
        // Another run may be in hand by now.
        _ = mark.compareExchange(expected: descriptor, desired: -1, ordering: .releasing)
    }

    /// The signal that a dying process wrote behind its mark, if it did.
    static func signal(in bytes: ArraySlice<UInt8>) -> Int32? {
        guard bytes.count >= 2 else { return nil }
        return Int32(String(decoding: bytes.prefix(2), as: UTF8.self))
    }

    /// Gives the calling thread a stack on which a signal is noted even when its own has overflown.
    static func useSignalStack() {
        var stack = stack_t()
        // Never given back: the thread lives as long as its run.
        stack.ss_sp = malloc(signalStackBytes)
        stack.ss_size = signalStackBytes
        if stack.ss_sp != nil { sigaltstack(&stack, nil) }
    }

    private static let signalStackBytes = 64 << 10
    private static let signals = [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE]
}

private let isWatching = Atomic(false)

// Lock-free numbers that a handler may read; all were used before the handler is set.
private let mark = Atomic<Int32>(-1)
private let holder = Atomic<UInt>(0)
private let servingThread = Atomic<UInt>(0)

/// What was done before about each signal. Written once, before the handlers that read it are set.
nonisolated(unsafe) private let former: UnsafeMutablePointer<sigaction> = {
    let actions = UnsafeMutablePointer<sigaction>.allocate(capacity: 64)
    actions.initialize(repeating: sigaction(), count: 64)
    return actions
}()

/// Calls only what a handler may call: nothing here takes memory or a lock.
private let noteAndPassOn: @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void =
    {
        signal, information, _ in
        let descriptor = mark.load(ordering: .acquiring)
        // The kernel's own, and those that the process sends itself, as `abort` does.
        let sentToItself: Int32 = -6
        let isOwn = information.map { $0.pointee.si_code > 0 || $0.pointee.si_code == sentToItself } ?? false
        let own = UInt(pthread_self())
        let isInnocent =
            own == servingThread.load(ordering: .relaxed) && own != holder.load(ordering: .relaxed)
        if descriptor >= 0, isOwn, !isInnocent {
            var digits = (UInt8(48 + signal / 10), UInt8(48 + signal % 10), UInt8(10))
            _ = withUnsafeBytes(of: &digits) { pwrite(descriptor, $0.baseAddress, 3, 1_024) }
        }
        sigaction(signal, &former[Int(signal)], nil)
        raise(signal)
    }
