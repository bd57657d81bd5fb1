/// The variables that programs get, and no others.
///
/// A user's own variables (`PERL5LIB`, `JAVA_TOOL_OPTIONS`, `LD_PRELOAD`, locales) change what programs do, so that results
/// would depend on who started a worker.
package enum ProgramEnvironment {
    /// - Parameters:
    ///   - path: The folders in which wrappers find their own programs.
    ///   - folder: Home and place for temporary files.
    package static func variables(path: String, folder: String) -> [String] {
        ["HOME=\(folder)", "LANG=C", "LC_ALL=C", "PATH=\(path)", "TMPDIR=\(folder)", "TZ=UTC"]
    }
}
