import ExpressionFormats
import JobEngine
import Synchronization

/// The files that were read for a run, by the names the request has for them: what a coordinator is sent.
final class OpenedFiles: Sendable {
    private let opened = Mutex<[(name: String, blob: Blob)]>([])
    private let source: @Sendable (String) throws -> InputFile

    init(_ source: @escaping @Sendable (String) throws -> InputFile) {
        self.source = source
    }

    var inputs: [(name: String, blob: Blob)] { opened.withLock { $0 } }

    func open(_ name: String) throws -> InputFile {
        let file = try source(name)
        // Of a folder, the files that are read are opened one by one.
        if file.isFolder { return file }
        try opened.withLock { opened in
            if !opened.contains(where: { $0.name == name }) { opened.append((name, Blob(try file.content))) }
        }
        return file
    }
}
