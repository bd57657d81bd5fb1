import ExpressionData
import Foundation
import RunStore
import StoredRuns

/// The run in a folder that somebody named.
enum FinishedFolder {
    /// - Throws: `InputError` for a folder that holds none, or one that is not finished or damaged.
    static func open(_ folder: String) throws -> StoredRun {
        let manager = FileManager.default
        guard manager.fileExists(atPath: folder + "/run.json"),
            manager.fileExists(atPath: folder + "/" + RunDocument.fileName)
        else {
            throw InputError(
                "\(folder) holds no finished run: it has no "
                    + (manager.fileExists(atPath: folder + "/" + RunDocument.fileName)
                        ? "run.json" : RunDocument.fileName),
                remedy:
                    "Give the --out folder of `modicum run`, `modicum de` or `modicum gsea`; an interrupted command "
                    + "goes on when it is given again.")
        }
        do {
            return try StoredRun(folder: folder)
        } catch let error as RunStoreError {
            throw InputError("\(error)", remedy: "")
        }
    }
}
