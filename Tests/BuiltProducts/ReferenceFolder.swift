import Foundation

/// The further suite of references: other programs' inputs and outputs, which are too large to come with the repository.
///
/// A checkout without it is tested by its own goldens, in `datasets/goldens`; `ops/test` says that the rest was left out.
package enum ReferenceFolder {
    /// What `MODICUM_REFERENCE` names, else `../shared/reference` beside the package.
    package static let path = ProcessInfo.processInfo.environment["MODICUM_REFERENCE"] ?? besidePackage

    private static var besidePackage: String {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        parts.removeLast(4)
        return (parts + ["shared", "reference"]).joined(separator: "/")
    }

    /// Whether tests against it run.
    package static let isPresent = FileManager.default.fileExists(atPath: path)
}
