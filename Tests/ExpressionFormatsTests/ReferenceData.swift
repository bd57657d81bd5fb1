import Glibc

/// The folder of outputs of the reference programs, beside the package.
enum ReferenceData {
    /// `../shared/reference` as seen from the package's root.
    static let folder: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        parts.removeLast(4)
        return (parts + ["shared", "reference"]).joined(separator: "/")
    }()

    /// Whether tests that need the folder are run: where it is, and always in
    /// continuous integration, so that its loss there cannot go unnoticed.
    static var isPresent: Bool {
        access(folder, R_OK) == 0 || getenv("CI").map { String(cString: $0) } == "true"
    }

    static func path(_ relative: String) -> String { folder + "/" + relative }
}
