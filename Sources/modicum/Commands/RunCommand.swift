import ArgumentParser
import ExpressionData
import ExpressionFormats
import Foundation
import StudyFiles

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "A whole study: every exposure with every set of covariates, genes and gene sets.",
        discussion: """
            Example:
              modicum run study.yaml --out results --workers 2
            """)

    @Argument(help: "The study file; docs/study-file.md describes it.")
    var study: String

    @OptionGroup var options: RunOptions

    func run() throws {
        let file = try StudyOnDisk(path: study)
        try Computation(title: study, request: .study(file.request), options: options, folder: file.absoluteFolder)
            .run(open: file.open)
    }
}

/// A study file, and the files it names relative to its folder.
struct StudyOnDisk: Sendable {
    let request: StudyRequest
    private let folder: String

    init(path: String) throws {
        let bytes = try InputFile(path: path).bytes
        request = StudyRequest(name: path, text: String(decoding: bytes, as: UTF8.self))
        folder = (path as NSString).deletingLastPathComponent
    }

    /// The folder that the study's names of files start from.
    var absoluteFolder: String {
        let here = FileManager.default.currentDirectoryPath
        return folder.isEmpty ? here : folder.hasPrefix("/") ? folder : here + "/" + folder
    }

    /// Opens a file as the study names it.
    func open(_ name: String) throws -> InputFile {
        let isAbsolute = name.hasPrefix("/")
        return try InputFile(path: isAbsolute || folder.isEmpty ? name : folder + "/" + name)
    }
}
