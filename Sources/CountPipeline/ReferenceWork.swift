import ContentDigest
import Foundation
import ReadsToCounts

/// The shard that reads the annotation and the genome, and builds the index unless it is there.
struct ReferenceWork {
    let context: CountContext
    let steps: StepRunner

    /// What reading a FASTA file shows.
    private struct GenomeNote: Codable {
        var digest: String
        var sequences: [String]
        var bases: Int
        var isCompressed: Bool
    }

    private struct AnnotationNote: Codable {
        var digest: String
        var geneCount: Int
        var chromosomes: [String]

        /// Whether the store has a copy without compression.
        var isCopied: Bool
    }

    private struct IndexValue: Codable {
        var bytes: Int
    }

    func perform() throws -> ReferenceFound {
        let isSTAR = context.settings.aligner == .star
        try context.annotation.check()
        let annotation = try annotationNote()
        let annotationPath =
            annotation.isCopied
            ? steps.store.path(context.annotation.noteKey, Self.copyName) : context.annotation.path
        let made = steps.made.count
        let (index, key, bytes): (String, String, Int)
        switch context.reference {
        case .index(let prefix, let files):
            key = try indexDigest(files)
            (index, bytes) = (prefix, files.reduce(0) { $0 + $1.bytes })
        case .fasta(let file):
            try file.check()
            let genome = try genomeNote(file)
            try GeneModel.check(
                chromosomes: Set(annotation.chromosomes), against: Set(genome.sequences),
                annotation: context.annotation.path, reference: file.path)
            key = steps.key(
                of: .index, inputs: [genome.digest] + (isSTAR ? [annotation.digest] : []),
                parameters: isSTAR ? ["overhang 100"] : [])
            bytes = try steps.value(of: .index, key) {
                try isSTAR ? buildSTAR(file, genome, annotationPath) : buildHISAT2(file, genome)
            }.bytes
            index = steps.store.path(key) + (isSTAR ? "" : "/genome")
        }
        return ReferenceFound(
            index: index, indexKey: key, indexBytes: bytes, annotation: annotationPath,
            annotationDigest: annotation.digest,
            spliceSites: steps.store.path(context.annotation.noteKey, Self.spliceSitesName),
            exons: steps.store.path(context.annotation.noteKey, Self.exonsName),
            geneCount: annotation.geneCount, isReused: steps.made.count == made)
    }

    private static let copyName = "genes.gtf"
    private static let spliceSitesName = "splice_sites.txt"
    private static let exonsName = "exons.txt"

    private func annotationNote() throws -> AnnotationNote {
        let file = context.annotation
        if let note: AnnotationNote = steps.store.value(file.noteKey),
            // Those of versions before have no exons.
            FileManager.default.fileExists(atPath: steps.store.path(file.noteKey, Self.exonsName))
        {
            return note
        }
        // An incomplete one is not kept beside the new one.
        try? FileManager.default.removeItem(atPath: steps.store.path(file.noteKey))
        let source = try DigestedFile(path: file.path)
        var digest = ""
        let model: GeneModel
        let copy = source.isCompressed ? steps.scratch(Self.copyName) : nil
        do {
            let output = try copy.map { try OutputFile($0) }
            model = try GeneModel(file: file.path) { take in
                digest = try source.readLines { line in
                    try take(line)
                    try output?.append(line)
                    try output?.append(Self.lineEnd)
                }.description
            }
            try output?.finish()
        } catch let refusal as TaskRefusal {
            throw refusal
        } catch {
            throw TaskRefusal("\(error)")
        }
        let note = AnnotationNote(
            digest: digest, geneCount: model.geneCount, chromosomes: model.chromosomes.sorted(),
            isCopied: copy != nil)
        let sites = steps.scratch(Self.spliceSitesName)
        try Data(model.spliceSites).write(to: URL(fileURLWithPath: sites))
        let exons = steps.scratch(Self.exonsName)
        try Data(model.exons.text.utf8).write(to: URL(fileURLWithPath: exons))
        try steps.store.put(file.noteKey, files: [sites, exons] + (copy.map { [$0] } ?? []), value: note)
        return note
    }

    private static let lineEnd: [UInt8] = [0x0A]

    private func genomeNote(_ file: FileReference) throws -> GenomeNote {
        if let note: GenomeNote = steps.store.value(file.noteKey) { return note }
        let source = try DigestedFile(path: file.path)
        var (sequences, bases, line): ([String], Int, Int) = ([], 0, 0)
        let digest = try source.readLines { text in
            line += 1
            if text.first == UInt8(ascii: ">") {
                let name = text.dropFirst().prefix { $0 != 0x20 && $0 != 0x09 }
                sequences.append(String(decoding: name, as: UTF8.self))
            } else if sequences.isEmpty, !text.isEmpty {
                throw TaskRefusal("\(file.path):\(line): this is no FASTA file: it must begin with `>` and a name.")
            } else {
                bases += text.count
            }
            if line & 0xFFFFF == 0 { steps.madeProgress() }
        }
        guard bases > 0 else { throw TaskRefusal("\(file.path): the file has no sequence.") }
        let note = GenomeNote(
            digest: digest.description, sequences: sequences, bases: bases, isCompressed: source.isCompressed)
        try steps.store.put(file.noteKey, files: [], value: note)
        return note
    }

    /// The programs that build want plain text.
    private func plainGenome(_ file: FileReference, _ note: GenomeNote) throws -> String {
        guard note.isCompressed else { return file.path }
        let path = steps.scratch("genome.fa")
        let output = try OutputFile(path)
        _ = try DigestedFile(path: file.path).read { try output.append($0) }
        try output.finish()
        return path
    }

    private func buildHISAT2(_ file: FileReference, _ note: GenomeNote) throws -> (files: [String], value: IndexValue) {
        try steps.programs.check(.index(fastaBytes: note.bases, isSTAR: false))
        let fasta = try plainGenome(file, note)
        let folder = steps.scratch("index")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try steps.run(
            steps.call(
                .hisat2Build,
                ToolArguments.hisat2Build(fasta: fasta, prefix: folder + "/genome", threads: steps.threads)))
        return try finished(folder)
    }

    private func buildSTAR(
        _ file: FileReference, _ note: GenomeNote, _ annotation: String
    ) throws -> (files: [String], value: IndexValue) {
        try steps.programs.check(.index(fastaBytes: note.bases, isSTAR: true))
        let fasta = try plainGenome(file, note)
        let folder = steps.scratch("index")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let indexBases = min(14, max(4, Int(log2(Double(note.bases)) / 2 - 1)))
        try steps.run(
            steps.call(
                .star,
                ToolArguments.starIndex(
                    fasta: fasta, annotation: annotation, folder: folder, indexBases: indexBases, readLength: 101,
                    threads: steps.threads)))
        return try finished(folder)
    }

    private func finished(_ folder: String) throws -> (files: [String], value: IndexValue) {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { !$0.hasPrefix("_") && !$0.hasPrefix("Log.") }.sorted().map { folder + "/" + $0 }
        let bytes = try files.reduce(0) { try $0 + FileReference(path: $1).bytes }
        return (files, IndexValue(bytes: bytes))
    }

    /// Of an index that was given: the digests of all its files.
    private func indexDigest(_ files: [FileReference]) throws -> String {
        var hasher = SHA256Hasher()
        for file in files {
            try file.check()
            let digest: String
            if let known: String = steps.store.value(file.noteKey) {
                digest = known
            } else {
                digest = try DigestedFile(path: file.path).read { _ in steps.madeProgress() }.description
                try steps.store.put(file.noteKey, files: [], value: digest)
            }
            hasher.update(Array((URL(fileURLWithPath: file.path).pathExtension + digest).utf8))
        }
        return hasher.finish().description
    }
}

/// The single owner of a file that is written from its beginning.
final class OutputFile {
    private let file: UnsafeMutablePointer<FILE>
    private let path: String

    init(_ path: String) throws {
        self.path = path
        guard let file = fopen(path, "we") else { throw Self.problem(path) }
        self.file = file
    }

    deinit { fclose(file) }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        guard fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count else { throw Self.problem(path) }
    }

    func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

    /// Has everything written, which may be when a full disk is noticed.
    func finish() throws {
        guard fflush(file) == 0 else { throw Self.problem(path) }
    }

    private static func problem(_ path: String) -> any Error {
        TaskRefusal("\(path) cannot be written: \(String(cString: strerror(errno))). Name another --scratch.")
    }
}
