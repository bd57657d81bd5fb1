import ExpressionData
import ExpressionFormats

/// Names that users give to parts of a study and that become folders of its results.
enum ResultFolderName {
    /// In bytes. File systems take 255, and names of files are made from two of these and more.
    static let longest = 100

    /// What a run's folder has at its top besides the folders of adjustment sets, now or when a report is made.
    ///
    /// Every file ends like one of `endings`.
    static let reserved: Set<String> = ["gsea", "edb", "network", "figures", "tables", "logs"]
    static let endings = [
        ".h5", ".json", ".tsv", ".tsv.gz", ".txt", ".rnk", ".html", ".svg", ".gmt", ".xlsx", ".h5ad", ".cyjs",
        ".graphml",
        ".cx2", AtomicFile.temporarySuffix,
    ]

    /// Throws unless a folder of the results may have the name.
    ///
    /// - Parameters:
    ///   - kind: What has the name, for the message.
    ///   - isAtTop: Whether the folder stands beside the run's own files.
    static func check(_ name: String, of kind: String, isAtTop: Bool = false, file: String?) throws {
        func refusal(_ reason: String, _ remedy: String) -> InputError {
            InputError(
                file: file, "the \(kind) `\(start(of: name))` cannot be the name of a folder of the results: \(reason)",
                remedy: remedy)
        }
        let rename = kind == "exposure" ? "Rename the column of the sample sheet." : "Give it another name."
        if name.isEmpty { throw refusal("it is empty", rename) }
        if name.utf8.count > longest { throw refusal("it has \(name.utf8.count) bytes of at most \(longest)", rename) }
        let isUnsafe = name.unicodeScalars.contains { $0 == "/" || $0.properties.generalCategory == .control }
        if isUnsafe || name.hasPrefix(".") {
            throw refusal("it has a slash, a control character or a dot in front", rename)
        }
        guard isAtTop else { return }
        let folded = name.lowercased()
        if reserved.contains(folded) || endings.contains(where: folded.hasSuffix) {
            throw refusal("a file or folder of the run's own may have it", rename)
        }
    }

    private static func start(of name: String) -> String {
        name.count > 40 ? name.prefix(40) + "…" : name
    }
}
