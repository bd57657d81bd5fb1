import ExternalPrograms
import Foundation
import ReadsToCounts
import Synchronization

/// What a worker that may run programs has for them.
package final class WorkerPrograms: Sendable {
    /// Where each program of the list was found when the worker started.
    package let paths: [ExternalTool: String]

    /// The folders that paths of shards must lie in, without links.
    package let roots: [String]

    /// Where intermediate files go; each shard has a folder of its own there.
    package let scratch: String
    package let cores: Int

    /// Bytes; nil: not known.
    package let memory: UInt64?
    package let host: String
    private let searchPath: String
    private let versions = Mutex<[ExternalTool: String]>([:])

    /// Looks for the programs, once.
    ///
    /// - Parameter searchPath: As in PATH.
    package init(searchPath: String, roots: [String], scratch: String, cores: Int, memory: UInt64?, host: String) {
        self.searchPath = searchPath
        // Relative folders would be others in each working folder.
        let folders = searchPath.split(separator: ":").filter { $0.hasPrefix("/") }
        var paths: [ExternalTool: String] = [:]
        for tool in ExternalTool.allCases {
            paths[tool] = folders.map { $0 + "/" + tool.executable }.first { access($0, X_OK) == 0 }
        }
        self.paths = paths
        self.roots = roots.map(Self.withoutLinks)
        self.scratch = scratch
        self.cores = cores
        self.memory = memory
        self.host = host
    }

    /// The version that a program tells; asked once.
    package func version(of tool: ExternalTool) throws -> String {
        if let known = versions.withLock({ $0[tool] }) { return known }
        guard let path = paths[tool] else { throw Self.missing([tool]) }
        let folder = try ScratchFolder(in: scratch)
        let chain = ProgramChain(
            [
                ProgramCall(
                    name: tool.executable, path: path, arguments: tool.versionArguments,
                    errorPath: folder.path + "/errors")
            ], in: folder.path, outputPath: folder.path + "/output")
        try chain.run(environment: environment(folder.path), observer: Unobserved())
        let said = ["output", "errors"].map { name in
            String(decoding: FileManager.default.contents(atPath: folder.path + "/" + name) ?? Data(), as: UTF8.self)
        }
        guard let version = said.lazy.compactMap(tool.version).first else {
            throw TaskRefusal("\(path) does not tell its version: is it \(tool.executable)?", isOfWorker: true)
        }
        versions.withLock { $0[tool] = version }
        return version
    }

    /// Throws unless all are there, naming the packages that bring those that are not.
    package func require(_ tools: [ExternalTool]) throws {
        let absent = tools.filter { paths[$0] == nil }
        guard absent.isEmpty else { throw Self.missing(absent) }
    }

    private static func missing(_ tools: [ExternalTool]) -> TaskRefusal {
        let packages = Set(tools.map(\.debianPackage)).sorted()
        return TaskRefusal(
            "not installed, or not on the PATH: " + tools.map(\.executable).joined(separator: ", ")
                + ". Install with `apt-get install " + packages.joined(separator: " ")
                + "` (Debian, Ubuntu), or the packages of the same names from bioconda (STAR's is `star`).",
            isOfWorker: true)
    }

    func environment(_ folder: String) -> [String] {
        ProgramEnvironment.variables(path: searchPath, folder: folder)
    }

    /// Throws unless a path of a shard lies in one of the roots, links followed.
    package func check(path: String) throws {
        let real = Self.withoutLinks(path)
        guard path.hasPrefix("/"), roots.contains(where: { real == $0 || real.hasPrefix($0 == "/" ? $0 : $0 + "/") })
        else {
            throw TaskRefusal(
                "\(path) is outside the folders that the worker on \(host) may use (\(roots.joined(separator: ", "))). "
                    + "Start it with --root for that folder, if it is meant.", isOfWorker: true)
        }
    }

    /// Throws unless the shard fits.
    package func check(_ need: ResourceNeed) throws {
        func refuse(_ what: String, _ needed: UInt64, _ present: UInt64, _ remedy: String) -> TaskRefusal {
            TaskRefusal(
                "the work needs \(mebibytes(needed)) of \(what), and the worker on \(host) has \(mebibytes(present)). "
                    + remedy, isOfWorker: true)
        }
        guard cores >= need.cores else {
            throw TaskRefusal(
                "the work needs \(need.cores) cores, and the worker on \(host) has \(cores).", isOfWorker: true)
        }
        if let memory, memory < need.memory {
            throw refuse("memory", need.memory, memory, "Give it more, or use a smaller index.")
        }
        let free = Self.freeBytes(scratch)
        guard free >= need.scratch else {
            throw refuse(
                "scratch", need.scratch, free,
                "Make room in \(scratch), or name a folder on a larger disk with --scratch.")
        }
    }

    package static func freeBytes(_ folder: String) -> UInt64 {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return 0 }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    /// The path with links followed, as far as it exists.
    static func withoutLinks(_ path: String) -> String {
        guard let real = realpath(path, nil) else {
            // Of what does not exist yet, the folder counts.
            let url = URL(fileURLWithPath: path).standardizedFileURL
            guard url.path != "/" else { return "/" }
            return withoutLinks(url.deletingLastPathComponent().path) + "/" + url.lastPathComponent
        }
        defer { free(real) }
        return String(cString: real)
    }
}

/// What a shard needs of a worker.
package struct ResourceNeed: Equatable, Sendable {
    package var cores = 1

    /// Bytes.
    package var memory: UInt64 = 0
    package var scratch: UInt64 = 0

    package init(cores: Int = 1, memory: UInt64 = 0, scratch: UInt64 = 0) {
        self.cores = cores
        self.memory = memory
        self.scratch = scratch
    }

    /// Of a sample: for aligning the index in memory and a sort buffer for each thread, and a gigabyte for fastp, which
    /// takes as much before it; on the disk the trimmed reads, about as large as they came, the alignments, not larger than
    /// the reads, and as much again while they are sorted.
    package static func sample(_ sample: SampleTask, indexBytes: Int, cores: Int) -> ResourceNeed {
        .sample(bytes: sample.bytes, lanes: sample.lanes.count, indexBytes: indexBytes, cores: cores)
    }

    static func sample(bytes: Int, lanes: Int, indexBytes: Int, cores: Int) -> ResourceNeed {
        let merged = lanes > 1 ? bytes : 0
        return ResourceNeed(
            memory: max(1 << 30, UInt64(indexBytes) + UInt64(cores) * (256 << 20) + (200 << 20)),
            scratch: UInt64(merged + 3 * bytes) + (16 << 20))
    }

    /// Of building an index: HISAT2 needs some 5 bytes a base with one thread, STAR some 10.
    static func index(fastaBytes: Int, isSTAR: Bool) -> ResourceNeed {
        ResourceNeed(
            memory: UInt64(fastaBytes) * (isSTAR ? 10 : 5) + (200 << 20),
            scratch: UInt64(fastaBytes) * (isSTAR ? 12 : 4) + (16 << 20))
    }
}

private func mebibytes(_ bytes: UInt64) -> String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }

private struct Unobserved: ProgramObserver {
    func madeProgress() {}
    var isCancelled: Bool { false }
}

/// A folder that goes when its owner does.
final class ScratchFolder {
    let path: String

    init(in parent: String) throws {
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        path = parent + "/\(getpid())-\(UInt64.random(in: 0 ... .max))"
        // Reads of patients are for nobody else on the node.
        guard mkdir(path, 0o700) == 0 else {
            throw NSError(domain: NSPOSIXErrorDomain, code: Int(errno), userInfo: [NSFilePathErrorKey: path])
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { path + "/" + name }
}
