import CPrograms
import Glibc

/// The executable that runs, which is started once more as a worker or as a reader of foreign files.
package enum OwnExecutable {
    /// A path that starts it.
    ///
    /// The kernel's link holds on to the file even where it was replaced meanwhile. Without `/proc`, as in an empty root
    /// folder, it is the path that the kernel was given when this process began.
    package static let path = access(link, X_OK) == 0 ? link : startedPath ?? link

    /// Where it lies, for scripts that start it later.
    package static var place: String? { realpath(path) ?? startedPath }

    private static let link = "/proc/self/exe"

    /// The path of the start, absolute; nil where the kernel does not tell. First asked for before any folder is changed.
    package static let startedPath = modicum_started_path().flatMap { realpath(String(cString: $0)) }

    private static func realpath(_ path: String) -> String? {
        guard let resolved = Glibc.realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
