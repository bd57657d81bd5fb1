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
    /// - Parameters:
    ///   - inputs: A folder to look for the files in by their names alone; nil: where they were.
    ///   - known: All that the run read, as far as that is known: whoever misses one file is told of the others.
    package func opener(
        inputs: String?, known: [StudyConfiguration.Input] = []
    ) -> @Sendable (String) throws -> InputFile {
        let folder = folder
        let names = known.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let all = names.count > 1 ? "the run's inputs (\(listed(names)))" : "it"
        let oldNames = "the old name" + (names.count > 1 ? "s" : "")
        return { name in
            let path: String
            if let inputs {
                path = inputs + "/" + (name as NSString).lastPathComponent
            } else {
                path = name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name
            }
            guard FileManager.default.fileExists(atPath: path) else {
                guard inputs == nil else {
                    throw InputError(
                        file: path, "the folder of --inputs lacks the run's input",
                        remedy: "Put \(all) into that folder, under \(oldNames).")
                }
                throw InputError(
                    file: path, "the run's input is not there any more",
                    remedy: "Put it back, or put \(all) into one folder and name that with --inputs.")
            }
            return try InputFile(path: path)
        }
    }
}
