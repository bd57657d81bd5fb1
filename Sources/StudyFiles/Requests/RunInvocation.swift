import AnalysisPipeline
import ExpressionData
import ExpressionFormats
import Foundation

/// What a run was asked for, and where its files were: enough to ask again.
package struct RunInvocation: Codable, Sendable, Equatable {
    package var request: RunRequest

    /// The folder that relative names of files start from.
    package var folder: String

    package init(_ request: RunRequest, folder: String) {
        self.request = request
        self.folder = folder
    }

    /// What opens the inputs again, by the names that the request has for them.
    ///
    /// - Parameter inputs: A folder to look for the files in by their names alone; nil: where they were.
    package func opener(inputs: String?) -> @Sendable (String) throws -> InputFile {
        let folder = folder
        return { name in
            if let inputs { return try InputFile(path: inputs + "/" + (name as NSString).lastPathComponent) }
            let path = name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name
            guard FileManager.default.fileExists(atPath: path) else {
                throw InputError(
                    file: path, "the run's input is not there any more",
                    remedy: "Put it back, or name the folder that it is in now with --inputs.")
            }
            return try InputFile(path: path)
        }
    }
}
