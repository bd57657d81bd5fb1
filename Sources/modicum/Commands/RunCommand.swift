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

    @OptionGroup var contents: StudyContentOptions

    @OptionGroup var options: RunOptions

    func run() throws {
        var file = try StudyOnDisk(path: study, contents: contents)
        try file.makeCounts(options: options)
        do {
            try Computation(title: study, request: .study(file.request), options: options, folder: file.absoluteFolder)
                .run(open: file.open)
        } catch let failure as CommandFailure {
            // What fitting refuses speaks of options.
            throw CommandFailure(status: failure.status, message: failure.message.map(StudyKeys.naming))
        }
    }
}

/// What the folder of a study holds that not every one does.
struct StudyContentOptions: ParsableArguments {
    @Flag(name: .long, help: "Write genes.tsv of each analysis, what its tests rest on; modicum.h5 has it in any case.")
    var details = false
}

/// A study file, and the files it names relative to its folder.
struct StudyOnDisk: Sendable {
    private(set) var request: StudyRequest
    private let folder: String

    init(path: String, contents: StudyContentOptions? = nil) throws {
        let bytes = try InputFile(path: path).bytes
        request = StudyRequest(name: path, text: String(decoding: bytes, as: UTF8.self))
        if contents?.details == true { request.details = true }
        folder = (path as NSString).deletingLastPathComponent
    }

    /// The folder that the study's names of files start from.
    var absoluteFolder: String {
        let here = FileManager.default.currentDirectoryPath
        return folder.isEmpty ? here : folder.hasPrefix("/") ? folder : here + "/" + folder
    }

    /// What counting the reads of this study would take; nil for a study that has counts.
    func readsDescription() throws -> [String]? {
        guard let reads = try StudyFile(text: request.text, file: request.name).reads else { return nil }
        return try CountRun(request: counting(reads, out: NSTemporaryDirectory() + "/modicum-check", threads: 1))
            .described()
    }

    private func counting(_ reads: ReadsSource, out: String, threads: Int) -> CountRequest {
        func place(_ name: String) -> String { name.hasPrefix("/") ? name : absoluteFolder + "/" + name }
        return CountRequest(
            sheet: place(reads.sheet), reference: place(reads.reference), annotation: place(reads.annotation), out: out,
            threads: threads)
    }

    /// Has the counts of a study with `reads` made, in `reads/` below the folder of the results.
    mutating func makeCounts(options: RunOptions) throws {
        guard let reads = try StudyFile(text: request.text, file: request.name).reads else { return }
        guard options.connect == nil else {
            throw CommandFailure(
                status: .usage,
                message:
                    "`reads` of \(request.name) are counted on this machine: leave out --connect, or count them with "
                    + "`modicum count` first and give the study `counts`.")
        }
        var counting = counting(
            reads, out: options.out + "/" + RunFolder.readsName, threads: options.threadsPerWorker)
        counting.study = options.out
        counting.workers = options.workerCount
        counting.isQuiet = options.quiet
        _ = try CountRun(request: counting).execute()
        request.madeCounts = absolutePath(options.out) + "/" + ReadsSource.countsName
    }

    /// Opens a file as the study names it.
    func open(_ name: String) throws -> InputFile {
        if name.hasPrefix("/") || folder.isEmpty { return try InputFile(path: name) }
        let path = folder + "/" + name
        guard FileManager.default.fileExists(atPath: path) else {
            throw InputError(
                file: path, "there is no such file",
                remedy: "The study calls it \(name), which is read from the study's folder, \(folder).")
        }
        return try InputFile(path: path)
    }
}
