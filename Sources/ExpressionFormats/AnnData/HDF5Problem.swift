import ExpressionData
import HDF5

extension InputError {
    /// What reading an HDF5 file failed at, with the library's reason.
    ///
    /// - Parameters:
    ///   - remedy: What to do about a file that cannot be read at all.
    ///   - compression: What to do about one that is compressed in a way that the library does not know.
    init(_ error: HDF5Error, file: String, sample: String? = nil, remedy: String, compression: String) {
        if let filter = error.stack.lazy.compactMap({ Self.missingFilter(in: $0.message) }).first {
            self.init(
                file: file, sample: sample, "it is compressed with \(filter), which this build cannot read",
                remedy: compression.prefix(1).uppercased() + compression.dropFirst() + ".")
            return
        }
        let reason = error.stack.last.map { ": \($0.message)" } ?? ""
        self.init(file: file, sample: sample, "HDF5 could not \(error.action)\(reason)", remedy: remedy)
    }

    /// The name in HDF5's `required filter 'lzf' is not registered`.
    private static func missingFilter(in message: String) -> String? {
        guard message.contains("filter"), message.contains("not registered") else { return nil }
        let parts = message.split(separator: "'", omittingEmptySubsequences: false)
        return parts.count > 2 && !parts[1].isEmpty ? String(parts[1]) : "a method of its own"
    }
}
