import CProcessStart

/// The command line of this process.
package enum OwnArguments {
    /// Its words, the program's name first.
    ///
    /// Swift's own list comes from `/proc`, and is empty without it.
    package static let all = (0..<modicum_argument_count()).map { String(cString: modicum_argument($0)) }
}
