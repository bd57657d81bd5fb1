import Glibc

/// A place where nothing comes from and everything vanishes.
package enum Nowhere {
    /// Opens it, for no program to inherit; −1 where there are no descriptors left.
    ///
    /// Without `/dev/null`, as in an empty root folder, it is the reading end of a pipe that nobody writes to: reading finds
    /// the end at once, and what is written is refused.
    ///
    /// - Parameter device: Tests have their own.
    package static func open(device: String = "/dev/null") -> Int32 {
        let descriptor = Glibc.open(device, O_RDWR | O_CLOEXEC)
        if descriptor >= 0 { return descriptor }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return -1 }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        close(ends[1])
        return ends[0]
    }
}
