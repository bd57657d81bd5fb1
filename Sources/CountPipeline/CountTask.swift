import ContentDigest
import Foundation
import ReadsToCounts

/// A file that is never sent: where it lies, and what it looked like when the run was planned.
package struct FileReference: Equatable, Hashable, Codable, Sendable {
    package var path: String
    package var bytes: Int

    /// Nanoseconds since 1970.
    package var modified: Int

    /// - Throws: `TaskRefusal` when it is not there.
    package init(path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(path, R_OK) == 0 else {
            throw TaskRefusal("\(path): there is no such file, or it may not be read", isOfWorker: true)
        }
        self.path = path
        bytes = Int(status.st_size)
        modified = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
    }

    /// Throws unless the file looks here as it did when the run was planned.
    func check() throws {
        let now = try FileReference(path: path)
        guard now == self else {
            throw TaskRefusal(
                "\(path) is not the file that the run began with: it has \(now.bytes) bytes and had \(bytes), or was written "
                    + "again meanwhile. Start the command once more when nobody writes to it.")
        }
    }

    /// The name of what was read from it; another one as soon as it is written again.
    var noteKey: String { SHA256Digest(of: "count-note-1:\(bytes):\(modified):\(path)").description }
}

/// What is refused because of the data or of what somebody asked for, and not because something broke.
package struct TaskRefusal: Error, Equatable, CustomStringConvertible {
    package let description: String

    /// Whether it is a matter of this worker, so that another one may do the work.
    let isOfWorker: Bool

    package init(_ description: String, isOfWorker: Bool = false) {
        self.description = description
        self.isOfWorker = isOfWorker
    }
}

/// The genome that reads are aligned to.
package enum ReferenceSource: Equatable, Codable, Sendable {
    case fasta(FileReference)

    /// The files of an index, all with one prefix (HISAT2), or in one folder (STAR).
    case index(prefix: String, [FileReference])

    package var files: [FileReference] {
        switch self {
        case .fasta(let file): [file]
        case .index(_, let files): files
        }
    }

    package var name: String {
        switch self {
        case .fasta(let file): file.path
        case .index(let prefix, _): prefix
        }
    }
}

/// What all shards of a run are told.
package struct CountContext: Equatable, Codable, Sendable {
    package var settings: CountSettings
    package var versions: [ExternalTool: String]

    /// The folder of the steps' results, which the coordinator and all workers see.
    package var store: String

    /// What stands in the store's file `nonce`: a worker that reads something else sees another folder.
    package var nonce: String
    package var reference: ReferenceSource
    package var annotation: FileReference

    package init(
        settings: CountSettings, versions: [ExternalTool: String], store: String, nonce: String,
        reference: ReferenceSource, annotation: FileReference
    ) {
        self.settings = settings
        self.versions = versions
        self.store = store
        self.nonce = nonce
        self.reference = reference
        self.annotation = annotation
    }
}

/// One sample's files.
package struct SampleTask: Equatable, Codable, Sendable {
    package struct LaneFiles: Equatable, Codable, Sendable {
        package var first: FileReference
        package var second: FileReference?

        package init(first: FileReference, second: FileReference?) {
            self.first = first
            self.second = second
        }

        var files: [FileReference] { [first] + (second.map { [$0] } ?? []) }
    }

    package var name: String
    package var lanes: [LaneFiles]

    package init(name: String, lanes: [LaneFiles]) {
        self.name = name
        self.lanes = lanes
    }

    package var isPaired: Bool { lanes[0].second != nil }
    package var files: [FileReference] { lanes.flatMap(\.files) }
    package var bytes: Int { files.reduce(0) { $0 + $1.bytes } }
}

/// One shard's work, as it is sent.
package enum CountTask: Equatable, Codable, Sendable {
    case reference(CountContext)
    case reads(CountContext, SampleTask)
    case strands(CountContext, SampleTask, ReadsFound, ReferenceFound)
    case sample(CountContext, SampleTask, ReadsFound, ReferenceFound, Strandedness, StrandEvidence)

    package var context: CountContext {
        switch self {
        case .reference(let context), .reads(let context, _), .strands(let context, _, _, _),
            .sample(let context, _, _, _, _, _):
            context
        }
    }

    package var sample: SampleTask? {
        switch self {
        case .reference: nil
        case .reads(_, let sample), .strands(_, let sample, _, _), .sample(_, let sample, _, _, _, _): sample
        }
    }

    /// Every path that the shard reads.
    var paths: [String] {
        let shared = [context.store]
        return switch self {
        case .reference(let context): shared + context.reference.files.map(\.path) + [context.annotation.path]
        case .reads(_, let sample): shared + sample.files.map(\.path)
        case .strands(_, let sample, _, let reference), .sample(_, let sample, _, let reference, _, _):
            shared + sample.files.map(\.path) + [
                reference.index, reference.annotation, reference.spliceSites, reference.exons,
            ]
        }
    }
}

/// What reading a sample's files showed.
package struct ReadsFound: Equatable, Codable, Sendable {
    /// SHA-256 of every file, in the order of the task.
    package var digests: [String]

    /// Pairs, or single reads, of all lanes.
    package var reads: Int
}

/// The reference, ready for use.
package struct ReferenceFound: Equatable, Codable, Sendable {
    package var index: String
    package var indexKey: String
    package var indexBytes: Int

    /// Without compression.
    package var annotation: String
    package var annotationDigest: String
    package var spliceSites: String

    /// What `GeneExons` reads.
    package var exons: String
    package var geneCount: Int

    /// Whether the index was there already.
    package var isReused: Bool
}

/// One sample, counted.
package struct SampleCounted: Equatable, Codable, Sendable {
    package var counts: [Int]
    package var quality: SampleQuality

    /// The step whose files hold the genes and their lengths.
    package var countKey: String

    /// The keys of all steps that have files.
    package var keys: [CountStep: String]

    /// Steps that were done, and not found.
    package var made: [CountStep]
}

/// A program that failed, and for whom.
package struct StepFailure: Error, Equatable, Codable, Sendable, CustomStringConvertible {
    /// Nil: the reference.
    package var sample: String?
    package var host: String
    package var program: String
    package var what: String
    package var lastLines: [String]

    package var description: String {
        (sample.map { "sample \($0)" } ?? "the index") + " on \(host): \(program) \(what)"
            + (lastLines.isEmpty ? "" : ". The last lines of what it said:")
            + lastLines.map { "\n    \($0)" }.joined()
    }
}

/// What a shard gives back: a failure is a result too, so that other samples go on and the words arrive as they are.
package enum TaskOutcome: Equatable, Codable, Sendable {
    case reference(ReferenceFound)
    case reads(ReadsFound)
    case strands(StrandEvidence)
    case sample(SampleCounted)
    case refused(String)
    case failed(StepFailure)

    package init(_ bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(TaskOutcome.self, from: Data(bytes))
    }

    package func encoded() throws -> [UInt8] { [UInt8](try canonicalJSON(self)) }
}

/// The same bytes for the same value.
package func canonicalJSON(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
}
