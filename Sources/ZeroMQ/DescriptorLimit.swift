import Glibc

/// The number of files and connections this process may hold.
package enum DescriptorLimit {
    /// Raises the soft limit to the hard one.
    ///
    /// A coordinator out of descriptors gets no error from libzmq: it burns a
    /// core and late peers hang.
    ///
    /// - Returns: The limit that now holds.
    @discardableResult
    package static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
