import Glibc

/// A file operation that the system refused.
package struct FileError: Error, Equatable, CustomStringConvertible {
    /// The file it was about.
    package let file: String

    /// What was tried, such as `write`.
    package let operation: String

    /// The system's `errno`.
    package let code: Int32

    package init(_ operation: String, _ file: String, code: Int32 = errno) {
        self.operation = operation
        self.file = file
        self.code = code
    }

    package var description: String {
        let remedy =
            switch code {
            case ENOSPC, EDQUOT: "; free some space or choose another place"
            case EACCES, EPERM: "; check the owner and the permissions"
            case EROFS: "; its file system cannot be written to, so choose another place"
            case EISDIR: "; it is a folder, and a file is needed"
            case ENOTDIR: "; a file stands where a folder is needed, so choose another path"
            case ENOENT: "; check the path"
            case ENAMETOOLONG: "; choose a shorter name"
            default: ""
            }
        return "\(file): cannot \(operation): \(String(cString: strerror(code)))\(remedy)"
    }
}

/// A file whose content is not what it has to be.
package struct FileContentError: Error, Equatable, CustomStringConvertible {
    package let file: String

    /// What was expected, what was found and what to do.
    package let problem: String

    package init(_ file: String, _ problem: String) {
        self.file = file
        self.problem = problem
    }

    package var description: String { "\(file): \(problem)" }
}
