import CountPipeline
import DurableFiles
import ExpressionFormats
import Foundation
import ReadsToCounts

/// Turns what was asked for into a plan: everything that can be checked before anything is started.
struct CountPlanner {
    let request: CountRequest
    let folder: CountFolder
    let scratch: String

    func plan() throws -> CountPlan {
        try request.settings.check()
        let sheet = try ReadSheet(
            InputFile(path: request.sheet),
            folder: URL(fileURLWithPath: absolutePath(request.sheet)).deletingLastPathComponent().path
        ).declaring(request.strandedness)
        let samples = try sheet.samples.map { sample in
            SampleTask(
                name: sample.name,
                lanes: try sample.lanes.map { lane in
                    do {
                        return SampleTask.LaneFiles(
                            first: try FileReference(path: lane.first),
                            second: try lane.second.map { try FileReference(path: $0) })
                    } catch let refusal as TaskRefusal {
                        throw TaskRefusal(
                            "\(request.sheet):\(sample.line), sample \(sample.name): \(refusal.description)")
                    }
                })
        }
        let annotation = try FileReference(path: absolutePath(request.annotation))
        let reference = try reference()
        return CountPlan(
            sheet: sheet, samples: samples,
            context: CountContext(
                settings: request.settings, versions: try versions(reference), store: folder.stepsPath, nonce: "",
                reference: reference, annotation: annotation))
    }

    /// The versions of all programs that the run needs, which names those that are missing.
    private func versions(_ reference: ReferenceSource) throws -> [ExternalTool: String] {
        let programs = WorkerPrograms(
            searchPath: ProcessInfo.processInfo.environment["PATH"] ?? "", roots: [], scratch: scratch, cores: 1,
            memory: nil, host: "this machine")
        var tools = request.settings.tools
        if case .index = reference { tools.removeAll { $0 == .hisat2Build } }
        try programs.require(tools)
        let versions = try Dictionary(uniqueKeysWithValues: tools.map { ($0, try programs.version(of: $0)) })
        try request.preset?.check(versions: versions)
        return versions
    }

    /// A FASTA file, or an index of the aligner.
    private func reference() throws -> ReferenceSource {
        let path = absolutePath(request.reference)
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if isThere, !isFolder.boolValue { return .fasta(try FileReference(path: path)) }
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let files: [String]
        switch request.settings.aligner {
        case .hisat2:
            let prefix = URL(fileURLWithPath: path).lastPathComponent + "."
            files = ((try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [])
                .filter { $0.hasPrefix(prefix) && ($0.hasSuffix(".ht2") || $0.hasSuffix(".ht2l")) }
                .sorted().map { parent + "/" + $0 }
        case .star:
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            files = names.contains("SAindex") ? names.sorted().map { path + "/" + $0 } : []
        }
        guard !files.isEmpty else {
            throw TaskRefusal(
                "\(request.reference): there is no such FASTA file, nor an index of "
                    + (request.settings.aligner == .star
                        ? "STAR (a folder with SAindex)" : "HISAT2 (\(request.reference).1.ht2)")
                    + ". Give the genome, or what comes before `.1.ht2`.")
        }
        return .index(prefix: path, try files.map { try FileReference(path: $0) })
    }
}

/// The path from the root, whatever the working folder is later.
func absolutePath(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

/// Where a command's workers have their intermediate files.
struct Scratch {
    let path: String

    /// - Parameters:
    ///   - place: The user's choice; nil: where this system keeps such files.
    ///   - out: The folder of the results, which names the scratch, so that the same command clears what a killed one left.
    init(in place: String?, for out: String) throws {
        let environment = ProcessInfo.processInfo.environment
        let folder = place ?? environment["SLURM_TMPDIR"] ?? environment["TMPDIR"] ?? "/tmp"
        path = absolutePath(folder) + "/modicum-count-" + StepStore.shortName(of: out)
        try? FileManager.default.removeItem(atPath: path)
        try DurableFile.makeFolder(path)
        chmod(path, 0o700)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
