import AnalysisPipeline
import ExpressionFormats
import Foundation
import StudyFiles

/// A command that computes: reads what it is asked for, has it computed here or by a coordinator, and concludes.
struct Computation {
    let title: String
    let request: RunRequest
    let options: RunOptions

    /// The folder that relative names of files start from.
    var folder = FileManager.default.currentDirectoryPath

    /// - Parameter open: Opens a file by the name that the request has for it.
    func run(open: @escaping @Sendable (String) throws -> InputFile) throws {
        let started = ContinuousClock.now
        LargeHeap.use()
        let record: RunRecord
        let invocation = RunInvocation(request, folder: folder)
        if let connection = options.connect {
            let files = OpenedFiles(open)
            let inputs = try request.load(open: files.open)
            record = try RemoteRun(title: title, invocation: invocation, options: options, connectionFile: connection)
                .execute(inputs, sending: files.inputs)
        } else {
            record = try LocalRun(title: title, options: options)
                .execute(try request.load(open: open), started: started, invocation: invocation)
        }
        try Conclusion(options: options).conclude(record)
    }
}
