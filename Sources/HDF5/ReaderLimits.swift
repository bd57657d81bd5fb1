import CMemory
import Glibc

/// What the process that reads a foreign file may use.
struct ReaderLimits {
    /// Address space, of which the program itself takes a part. Chunks are inflated one by one.
    let addressSpace: Int

    /// Seconds of CPU time.
    let seconds: Int

    /// The bytes of all answers together; deflated counts of many zeros grow some hundred times.
    let totalBytes: Int

    init(ofFile path: String) {
        var status = stat()
        let size = stat(path, &status) == 0 ? min(max(0, Int(status.st_size)), 1 << 44) : 0
        addressSpace = 1 << 30 + 64 * size
        totalBytes = 1 << 30 + 256 * size
        seconds = 60 + size >> 20
    }

    static func exceeded(_ path: String) -> HDF5Error {
        HDF5Error(action: "read \(path): it asks for more memory than a file of its length should", stack: [])
    }

    /// Puts them in force, for good, once the file is open.
    ///
    /// No other file can be opened any more, which a link in the file could name, and none can be made longer.
    func apply() {
        // Limits of the user's own that are lower stay.
        func lower(_ resource: __rlimit_resource_t, to value: Int) {
            var limit = rlimit()
            guard getrlimit(resource, &limit) == 0 else { return }
            let lowest = min(limit.rlim_max, rlim_t(value))
            limit = rlimit(rlim_cur: min(limit.rlim_cur, lowest), rlim_max: lowest)
            setrlimit(resource, &limit)
        }
        if modicum_is_sanitized() == 0 { lower(__rlimit_resource_t(RLIMIT_AS.rawValue), to: addressSpace) }
        lower(__rlimit_resource_t(RLIMIT_CPU.rawValue), to: seconds)
        lower(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), to: 0)
        lower(__rlimit_resource_t(RLIMIT_CORE.rawValue), to: 0)
    }

    /// Lets no further file be opened.
    func closeDoors() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none)
    }
}
