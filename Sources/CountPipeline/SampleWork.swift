import Deflate
import ExternalPrograms
import Foundation
import ReadsToCounts

/// One sample's steps, of which only those are done that are wanted and not there.
///
/// Reads and alignments live in scratch and go with the shard.
final class SampleWork {
    private let sample: SampleTask
    private let found: ReadsFound
    private let reference: ReferenceFound
    private let steps: StepRunner

    private var mergedFiles: [String]?
    private var trimmedFiles: [String]?

    /// What trimming came to.
    private struct TrimValue: Codable {
        /// Pairs, or single reads, that are left.
        var reads: Int
    }

    private struct QualityValue: Codable {
        var gcPercent: [Double] = []
        var deduplicatedPercent: [Double] = []
        var failed: [String] = []
    }

    private struct CountValue: Codable {
        var counts: [Int]
        var summary: AssignmentSummary
    }

    init(sample: SampleTask, found: ReadsFound, reference: ReferenceFound, steps: StepRunner) throws {
        self.sample = sample
        self.found = found
        self.reference = reference
        self.steps = steps
        for file in sample.files { try file.check() }
    }

    private var settings: CountSettings { steps.settings }
    private var ending: String { isCompressed ? ".fastq.gz" : ".fastq" }

    /// Programs tell compression by the name, so it has to be right.
    private var isCompressed = true

    // MARK: The reads

    /// The sample's reads in one file, or two: lanes behind each other, under the sample's name.
    private func reads() throws -> [String] {
        if let mergedFiles { return mergedFiles }
        let first = sample.lanes.map(\.first.path)
        let second = sample.lanes.compactMap(\.second?.path)
        let compressed = try (first + second).map { try DigestedFile(path: $0).isCompressed }
        isCompressed = compressed.contains(true)
        let files = try (sample.isPaired ? [(first, "_1"), (second, "_2")] : [(first, "")]).map { paths, suffix in
            let path = steps.scratch(sample.name + suffix + ending)
            if paths.count == 1 {
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: paths[0])
            } else {
                try join(paths, into: path)
            }
            return path
        }
        if isCompressed, compressed.contains(false), sample.lanes.count == 1 {
            throw TaskRefusal(
                "of \(sample.files.map(\.path).joined(separator: " and ")) one is compressed and one is not. Compress both."
            )
        }
        mergedFiles = files
        return files
    }

    /// Members of gzip may stand behind each other; plain lanes among compressed ones are compressed on the way.
    private func join(_ paths: [String], into path: String) throws {
        let output = try OutputFile(path)
        for lane in paths {
            steps.madeProgress()
            let file = try DigestedFile(path: lane)
            if isCompressed, !file.isCompressed {
                var compressor = Compressor(level: 1, format: .gzip)
                var packed: [UInt8] = []
                _ = try file.read { piece in
                    compressor.append(piece, to: &packed)
                    try output.append(packed)
                    packed.removeAll(keepingCapacity: true)
                }
                compressor.finish(into: &packed)
                try output.append(packed)
            } else {
                try copyBytes(of: lane, to: output)
            }
        }
        try output.finish()
    }

    private func copyBytes(of path: String, to output: OutputFile) throws {
        guard let input = FileHandle(forReadingAtPath: path) else { throw TaskRefusal("\(path) cannot be read") }
        defer { try? input.close() }
        while let piece = try input.read(upToCount: 1 << 20), !piece.isEmpty { try output.append([UInt8](piece)) }
    }

    // MARK: Strandedness

    func strandEvidence() throws -> StrandEvidence {
        let lane = sample.lanes[0]
        let digests = Array(found.digests.prefix(lane.files.count))
        let key = steps.key(
            of: .strandEvidence, inputs: digests + [reference.indexKey, reference.annotationDigest],
            parameters: StrandEvidence.readCounts.map { "first \($0)" })
        return try steps.value(of: .strandEvidence, key) {
            try steps.programs.check(
                .sample(
                    bytes: min(sample.bytes, 100 << 20), lanes: 1, indexBytes: reference.indexBytes,
                    cores: steps.threads))
            let files = try reads()
            let first = sample.lanes.count == 1 ? files : try firstLane()
            return ([], try StrandEvidence.gathered(of: self.found.reads) { try evidence(of: first, limit: $0) })
        }
    }

    /// Aligns the first reads and assigns them twice.
    private func evidence(of files: [String], limit: Int) throws -> StrandEvidence {
        let alignments = steps.scratch("first.sam")
        try align(files, into: nil, output: alignments, strandedness: .unstranded, limit: limit)
        let counts = try [Strandedness.forward, .reverse].map { strandedness in
            let table = steps.scratch("first.\(strandedness.rawValue).txt")
            try runFeatureCounts(alignments, table: table, strandedness: strandedness, step: .strandEvidence)
            return try steps.parse(.featureCounts) { try AssignmentSummary(steps.text(table + ".summary")) }.assigned
        }
        return StrandEvidence(forward: counts[0], reverse: counts[1])
    }

    private func firstLane() throws -> [String] {
        try sample.lanes[0].files.enumerated().map { index, file in
            let path = steps.scratch(
                "lane_\(index + 1)" + (try DigestedFile(path: file.path).isCompressed ? ".fastq.gz" : ".fastq"))
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: file.path)
            return path
        }
    }

    // MARK: The steps

    func count(strandedness: Strandedness, evidence: StrandEvidence) throws -> SampleCounted {
        var keys: [CountStep: String] = [:]
        let quality = try settings.runsFastQC ? rawQuality(&keys) : nil
        let trimKey = try trim(&keys)
        let trimmed = try trimKey.map { try trimValue($0).reads } ?? found.reads
        if settings.runsFastQC, let trimKey { try trimmedQuality(&keys, trimKey) }
        let alignInputs = (trimKey.map { [$0] } ?? found.digests) + [reference.indexKey, reference.annotationDigest]
        let alignKey = steps.key(of: .align, inputs: alignInputs, parameters: [strandedness.rawValue, sample.name])
        let countKey = steps.key(
            of: .count, inputs: [alignKey, reference.annotationDigest], parameters: [strandedness.rawValue])
        let profileKey = steps.key(of: .profile, inputs: [alignKey, reference.annotationDigest])
        let (alignment, value, profile) = try alignAndCount(
            alignKey, countKey, profileKey, strandedness: strandedness)
        keys[.align] = alignKey
        keys[.count] = countKey
        keys[.profile] = profileKey
        var row = SampleQuality(
            sample: sample.name, isPaired: sample.isPaired, reads: found.reads, trimmed: trimmed, alignment: alignment,
            assignment: value.summary, evidence: evidence)
        row.profile = profile
        row.gcPercent = quality.flatMap { mean($0.gcPercent) }
        row.deduplicatedPercent = quality.flatMap { mean($0.deduplicatedPercent) }
        row.failedModules = quality?.failed ?? []
        return SampleCounted(
            counts: value.counts, quality: row, countKey: countKey, keys: keys, made: steps.made)
    }

    private func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    private func rawQuality(_ keys: inout [CountStep: String]) throws -> QualityValue {
        let key = steps.key(of: .rawQuality, inputs: found.digests, parameters: [sample.name])
        keys[.rawQuality] = key
        return try steps.value(of: .rawQuality, key) { try fastQC(reads(), folder: "raw") }
    }

    private func trimmedQuality(_ keys: inout [CountStep: String], _ trimKey: String) throws {
        let key = steps.key(of: .trimmedQuality, inputs: [trimKey], parameters: [sample.name])
        keys[.trimmedQuality] = key
        _ = try steps.value(of: .trimmedQuality, key) { try fastQC(trimmedReads(trimKey), folder: "trimmed") }
    }

    private func fastQC(_ files: [String], folder name: String) throws -> (files: [String], value: QualityValue) {
        let folder = steps.scratch("fastqc_" + name)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try steps.run(
            steps.call(
                .fastqc,
                ToolArguments.fastQC(
                    files, into: folder, threads: steps.threads, options: settings.options(of: .fastqc))))
        var value = QualityValue()
        var logs: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let path = folder + "/" + name
            if name.hasSuffix(".zip") || name.hasSuffix(".html") {
                logs.append(path)
            } else {
                let report = try steps.parse(.fastqc) { try FastQCReport(steps.text(path + "/fastqc_data.txt")) }
                value.gcPercent += report.gcPercent.map { [$0] } ?? []
                value.deduplicatedPercent += report.deduplicatedPercent.map { [$0] } ?? []
                value.failed += report.failed.filter { !value.failed.contains($0) }
            }
        }
        return (logs, value)
    }

    /// The key of the trimmed reads; nil where nothing is trimmed.
    private func trim(_ keys: inout [CountStep: String]) throws -> String? {
        guard settings.trimmer != .none else { return nil }
        let key = steps.key(of: .trim, inputs: found.digests, parameters: [sample.name])
        keys[.trim] = key
        return key
    }

    private func trimValue(_ key: String) throws -> TrimValue {
        try steps.value(of: .trim, key) { try runTrimmer() }
    }

    /// The trimmed reads themselves: made again where a later step wants them and they are gone, as they always are.
    private func trimmedReads(_ key: String?) throws -> [String] {
        guard let key else { return try reads() }
        if let trimmedFiles { return trimmedFiles }
        let (files, value) = try runTrimmer()
        if (steps.store.value(key) as TrimValue?) == nil { try steps.store.put(key, files: files, value: value) }
        return trimmedFiles ?? []
    }

    /// Trims; returns the logs and what they say.
    private func runTrimmer() throws -> (files: [String], value: TrimValue) {
        try checkRoom()
        let files = try reads()
        switch settings.trimmer {
        case .none: return ([], TrimValue(reads: found.reads))
        case .trimGalore: return try runTrimGalore(files)
        case .fastp: return try runFastp(files)
        }
    }

    private func checkRoom() throws {
        try steps.programs.check(
            .sample(
                bytes: sample.bytes, lanes: sample.lanes.count, indexBytes: reference.indexBytes, cores: steps.threads))
    }

    private func runTrimGalore(_ files: [String]) throws -> (files: [String], value: TrimValue) {
        _ = try steps.call(.cutadapt, [])
        try steps.run(
            steps.call(
                .trimGalore,
                ToolArguments.trimGalore(
                    files, into: steps.scratch.path, cutadapt: steps.programs.paths[.cutadapt] ?? "",
                    version: steps.context.versions[.trimGalore] ?? "",
                    threads: steps.threads, options: settings.options(of: .trimGalore))))
        let logs = files.map { $0 + "_trimming_report.txt" }
        let reports = try logs.map { log in try steps.parse(.trimGalore) { try TrimmingReport(steps.text(log)) } }
        let removed = reports.last?.removedTooShort ?? 0
        let base = steps.scratch(sample.name)
        trimmedFiles =
            sample.isPaired ? [base + "_1_val_1.fq.gz", base + "_2_val_2.fq.gz"] : [base + "_trimmed.fq.gz"]
        return (logs, TrimValue(reads: reports[0].processed - removed))
    }

    private func runFastp(_ files: [String]) throws -> (files: [String], value: TrimValue) {
        let base = steps.scratch(sample.name)
        let outputs =
            sample.isPaired
            ? [base + "_1.fastp.fastq.gz", base + "_2.fastp.fastq.gz"] : [base + ".fastp.fastq.gz"]
        let (json, html) = (base + ".fastp.json", base + ".fastp.html")
        try steps.run(
            steps.call(
                .fastp,
                ToolArguments.fastp(
                    files, outputs: outputs, json: json, html: html, title: sample.name, threads: steps.threads,
                    options: settings.options(of: .fastp))))
        let report = try steps.parse(.fastp) { try FastpReport(steps.text(json)) }
        trimmedFiles = outputs
        return ([json, html], TrimValue(reads: report.readsAfter / (sample.isPaired ? 2 : 1)))
    }

    private var bamName: String { sample.name + ".sorted.bam" }

    private func alignAndCount(
        _ alignKey: String, _ countKey: String, _ profileKey: String, strandedness: Strandedness
    ) throws -> (AlignmentSummary, CountValue, AlignmentProfile) {
        let kept = settings.keepsAlignments ? steps.store.path(alignKey, bamName) : nil
        let isKept = kept.map { FileManager.default.fileExists(atPath: $0) } ?? true
        if isKept, let alignment: AlignmentSummary = steps.store.value(alignKey),
            let counted: CountValue = steps.store.value(countKey),
            let profile: AlignmentProfile = steps.store.value(profileKey)
        {
            return (alignment, counted, profile)
        }
        // With kept alignments a new way of counting needs no new alignment.
        let stored = steps.store.path(alignKey, bamName)
        let summary: AlignmentSummary? = steps.store.value(alignKey)
        var bam = stored
        let alignment: AlignmentSummary
        if let summary, FileManager.default.fileExists(atPath: stored) {
            alignment = summary
        } else {
            (bam, alignment) = try alignSample(alignKey, strandedness: strandedness)
        }
        let value = try steps.value(of: .count, countKey) { try countReads(bam, strandedness: strandedness) }
        let found = try steps.value(of: .profile, profileKey) { try profile(of: bam) }
        return (alignment, value, found)
    }

    /// Where the reads lie; read from the alignments while they are there.
    private func profile(of bam: String) throws -> (files: [String], value: AlignmentProfile) {
        let profile = try steps.parse(.samtools) {
            var profiler = AlignmentProfiler(try GeneExons(text: steps.text(reference.exons)))
            var reader = AlignmentReader()
            _ = try DigestedFile(path: bam).read { piece in
                steps.madeProgress()
                if steps.isCancelled { throw ProgramsCancelled() }
                try reader.append(piece) { profiler.add($0, references: $1) }
            }
            try reader.finish()
            return profiler.finish()
        }
        let body = steps.scratch(sample.name + ".gene_body.tsv")
        try Data(profile.bodyText.utf8).write(to: URL(fileURLWithPath: body))
        return ([body], profile)
    }

    private func alignSample(
        _ key: String, strandedness: Strandedness
    ) throws -> (bam: String, AlignmentSummary) {
        let trimKey =
            settings.trimmer == .none ? nil : steps.key(of: .trim, inputs: found.digests, parameters: [sample.name])
        try checkRoom()
        let bam = steps.scratch(bamName)
        try align(trimmedReads(trimKey), into: bam, output: nil, strandedness: strandedness, limit: nil)
        // The reads have served.
        for file in trimmedFiles ?? [] { try? FileManager.default.removeItem(atPath: file) }
        let log = steps.scratch(sample.name + (settings.aligner == .star ? ".Log.final.out" : ".hisat2.summary.log"))
        let text = try steps.text(log)
        let summary = try steps.parse(settings.aligner == .star ? .star : .hisat2) {
            settings.aligner == .star ? try AlignmentSummary(star: text) : try AlignmentSummary(hisat2: text)
        }
        let files = [log] + (settings.keepsAlignments ? [bam] : [])
        if settings.keepsAlignments { try? FileManager.default.removeItem(atPath: steps.store.path(key)) }
        _ = try steps.value(of: .align, key) { (files, summary) }
        return (settings.keepsAlignments ? steps.store.path(key, bamName) : bam, summary)
    }

    /// - Parameters:
    ///   - bam: Sorted alignments; nil: they go to `output` as they come, as text.
    private func align(
        _ files: [String], into bam: String?, output: String?, strandedness: Strandedness, limit: Int?
    ) throws {
        let aligner: ProgramCall
        switch settings.aligner {
        case .hisat2:
            aligner = try steps.call(
                .hisat2,
                ToolArguments.hisat2(
                    files, index: reference.index, spliceSites: reference.spliceSites, sample: sample.name,
                    strandedness: strandedness, summary: steps.scratch(sample.name + ".hisat2.summary.log"),
                    readLimit: limit, threads: steps.threads, options: settings.options(of: .hisat2)))
        case .star:
            aligner = try steps.call(
                .star,
                ToolArguments.star(
                    files, index: reference.index, prefix: steps.scratch(sample.name + "."), sample: sample.name,
                    isCompressed: files[0].hasSuffix(".gz"), readLimit: limit, threads: steps.threads,
                    options: settings.options(of: .star)))
        }
        guard let bam else { return try steps.run(aligner, outputPath: output) }
        try steps.run(
            aligner,
            steps.call(
                .samtools,
                ToolArguments.samtoolsSort(into: bam, temporary: steps.scratch("sort"), threads: steps.threads)))
    }

    private func countReads(_ bam: String, strandedness: Strandedness) throws -> (files: [String], value: CountValue) {
        let table = steps.scratch(sample.name + ".featureCounts.txt")
        try runFeatureCounts(bam, table: table, strandedness: strandedness, step: .count)
        let content = Array(try steps.text(table).utf8)
        let (counts, summary) = try steps.parse(.featureCounts) {
            (try FeatureCountsTable(content).counts, try AssignmentSummary(steps.text(table + ".summary")))
        }
        return ([table, table + ".summary"], CountValue(counts: counts, summary: summary))
    }

    private func runFeatureCounts(
        _ alignments: String, table: String, strandedness: Strandedness, step: CountStep
    ) throws {
        try steps.run(
            steps.call(
                .featureCounts,
                ToolArguments.featureCounts(
                    alignments, annotation: reference.annotation, table: table, strandedness: strandedness,
                    isPaired: sample.isPaired, version: steps.context.versions[.featureCounts] ?? "",
                    temporary: steps.scratch.path, threads: steps.threads,
                    words: step.words(of: .featureCounts, settings))))
    }
}
