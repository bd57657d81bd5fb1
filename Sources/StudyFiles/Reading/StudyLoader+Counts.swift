import ContentDigest
import DifferentialExpression
import ExpressionData
import ExpressionFormats

/// Counts as they were read, and what came with them.
struct LoadedCounts {
    var counts: CountMatrix

    /// Of estimated counts.
    var lengths: TranscriptLengths?

    /// What the file itself knows of its samples.
    var samples: (file: InputFile, declarations: [ColumnDeclaration])?

    func selecting(samples kept: [Int]) -> LoadedCounts {
        LoadedCounts(
            counts: counts.selecting(samples: kept), lengths: lengths?.selecting(samples: kept), samples: samples)
    }
}

extension StudyLoader {
    /// Reads counts in any of the formats.
    ///
    /// - Parameters:
    ///   - name: A file, a folder, or `column:NAME` for a column of the sample sheet with a file per sample.
    ///   - sheet: The sample sheet, for the names it expects.
    mutating func counts(_ name: String, _ options: CountsOptions, sheet: SampleTable?) throws -> LoadedCounts {
        var name = name
        while name.count > 1, name.hasSuffix("/") { name.removeLast() }
        if options.areScaled, options.geneLengths != nil {
            throw InputError(
                "counts that were scaled by length take no gene lengths",
                remedy: "Leave out --gene-lengths, or --scaled-counts.")
        }
        let loaded: LoadedCounts
        if name.hasPrefix("column:") {
            loaded = try countsOfColumn(String(name.dropFirst(7)), options, sheet: sheet)
        } else {
            let input = try open(name)
            let format = try options.format.given ?? Self.format(of: input)
            try check(options, for: format, of: name)
            loaded = try counts(input, format: format, options, sheet: sheet)
        }
        var withLengths = try addingLengths(to: loaded, options)
        if withLengths.lengths == nil {
            let (counts, warnings) = SummaryRows.removed(from: withLengths.counts, file: name)
            withLengths.counts = counts
            note(warnings)
        }
        note(CountScale.remarks(on: withLengths.counts, file: name))
        note(GeneNameRemarks.remarks(on: withLengths.counts.geneIDs, file: name))
        return withLengths
    }

    /// What is said of one format must not be passed over in silence with another.
    private mutating func check(_ options: CountsOptions, for format: CountsFormat, of name: String) throws {
        if let table = options.transcriptGenes, ![.salmon, .kallisto, .rsem].contains(format) {
            throw InputError(
                file: table,
                "a table of transcripts and genes goes with quantifications of salmon, kallisto or RSEM, "
                    + "and \(name) was read as \(format.rawValue)",
                remedy: "Name the folder of quantifications with --counts, or leave out --tx2gene.")
        }
        if let strands = options.strandedness.given, format != .star {
            let text =
                "--strandedness \(strands.rawValue) changes nothing: it chooses among STAR's counts, and these were "
                + "read as \(format.rawValue)"
            note([InputWarning(.warning, place: InputPlace(file: name), text)])
        }
    }

    /// Tells a format by a file's first bytes, or by the names in a folder.
    private static func format(of input: InputFile) throws -> CountsFormat {
        if input.isFolder {
            guard let format = SampleFolder.format(of: try input.members()) else {
                throw InputError(
                    file: input.name, "the folder has no files that are known to hold counts",
                    remedy: "Name the program that wrote them with --counts-format.")
            }
            return format
        }
        let start = try input.prefix(64)
        if start.starts(with: [0x89] + Array("HDF".utf8)) { return .h5ad }
        if start.starts(with: Array("#1.2".utf8)) { return .gct }
        return start.starts(with: Array("# Program:featureCounts".utf8)) ? .featureCounts : .table
    }

    private mutating func counts(
        _ input: InputFile, format: CountsFormat, _ options: CountsOptions, sheet: SampleTable?
    ) throws -> LoadedCounts {
        switch format {
        case .table, .featureCounts, .gct:
            let explicit = options.format.given
            let isRounded = options.areScaled || options.geneLengths != nil
            var notes: [InputWarning] = []
            let counts = try streaming(input, role: "counts") { observer in
                try CountTable.read(
                    input, format: explicit, sampleNames: sheet?.sampleNames,
                    fractions: isRounded ? .rounded : .refused, observer: observer, note: { notes += $0 })
            }
            note(notes)
            return LoadedCounts(counts: counts)
        case .h5ad:
            return try annData(input)
        case .mtx:
            return LoadedCounts(counts: try matrixMarket(input))
        case .htseq, .star, .salmon, .kallisto, .rsem:
            let files = try SampleFolder.samples(
                of: try input.members(), format: format, sampleNames: sheet?.sampleNames, folder: input.name)
            return try counts(
                of: files.map { ($0.sample, try open(input.name + "/" + $0.member)) }, format: format, options,
                source: input.name)
        }
    }

    /// One file per sample, named in a column of the sample sheet.
    private mutating func countsOfColumn(
        _ column: String, _ options: CountsOptions, sheet: SampleTable?
    ) throws -> LoadedCounts {
        guard let sheet else {
            throw InputError(
                "the counts are in files that a sample sheet names, and there is none", remedy: "Give --samples.")
        }
        let paths = try sheet.texts(ofColumn: column)
        let format = options.format.given ?? SampleFolder.format(of: paths)
        guard let format, [.htseq, .star, .salmon, .kallisto, .rsem].contains(format) else {
            throw InputError(
                file: sheet.fileName, column: column, "the files' format cannot be told from their names",
                remedy: "Name the program that wrote them with --counts-format.")
        }
        try check(options, for: format, of: "column:" + column)
        let files = try zip(sheet.sampleNames, paths).map { sample, path in
            let input = try open(path)
            guard input.isFolder else { return (sample, input) }
            let inside = try SampleFolder.samples(
                of: input.members(), format: format, sampleNames: nil, folder: path)
            guard inside.count == 1 else {
                throw InputError(
                    file: path, sample: sample, "the folder has \(inside.count) files of the format \(format.rawValue)",
                    remedy: "Name the sample's file itself.")
            }
            return (sample, try open(path + "/" + inside[0].member))
        }
        return try counts(of: files, format: format, options, source: sheet.fileName)
    }

    private mutating func counts(
        of files: [(sample: String, file: InputFile)], format: CountsFormat, _ options: CountsOptions, source: String
    ) throws -> LoadedCounts {
        var digest = FolderDigest()
        defer { note(digest: digest.finish(), role: "counts", name: source, fileName: source) }
        let observer: PerSampleCounts.Observer = { digest.add($0, $1) }
        guard [.salmon, .kallisto, .rsem].contains(format) else {
            let content = try PerSampleCounts.read(
                files, strandedness: options.strandedness.given, observer: observer)
            note(content.warnings)
            return LoadedCounts(counts: content.counts)
        }
        let isGeneLevel = format == .rsem && files.allSatisfy { $0.file.baseName.hasSuffix(".genes.results") }
        let transcriptGenes = try options.transcriptGenes.map {
            try TranscriptGenes(try file($0, role: "transcript-genes"))
        }
        let estimated = try TranscriptQuantification.read(
            files, format: format, transcriptGenes: transcriptGenes, isGeneLevel: isGeneLevel, observer: observer)
        note(estimated.warnings)
        let lengths = TranscriptLengths(
            filling: estimated.averageLengths, plainMeans: estimated.plainMeanLengths, sampleCount: files.count)
        return LoadedCounts(counts: estimated.counts, lengths: lengths)
    }

    private mutating func annData(_ input: InputFile) throws -> LoadedCounts {
        try streaming(input, role: "counts") { observer in
            guard let observer else { return }
            var reader = try input.reader()
            try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 18) { room in
                while case let count = try reader.read(into: room), count > 0 {
                    observer(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<count]))
                }
            }
        }
        let content = try input.withPathOnDisk { try AnnDataFile.read(path: $0, name: input.name) }
        note([
            InputWarning(.note, place: InputPlace(file: input.name), "the counts are its matrix \(content.matrix)")
        ])
        return LoadedCounts(counts: content.counts, samples: (content.samples, content.declarations))
    }

    private mutating func matrixMarket(_ folder: InputFile) throws -> CountMatrix {
        let members = try MatrixMarketFolder.Members(folder.members(), folder: folder.name)
        let features = try file(folder.name + "/" + members.features, role: "features")
        let barcodes = try file(folder.name + "/" + members.barcodes, role: "barcodes")
        let matrix = try open(folder.name + "/" + members.matrix)
        return try streaming(matrix, role: "counts") { observer in
            try MatrixMarketFolder.read(matrix: matrix, features: features, barcodes: barcodes, observer: observer)
        }
    }

    /// Reads a table of lengths that goes with a table of estimated counts.
    private mutating func addingLengths(to loaded: LoadedCounts, _ options: CountsOptions) throws -> LoadedCounts {
        guard let name = options.geneLengths else { return loaded }
        guard loaded.lengths == nil else {
            throw InputError(
                file: name, "the quantifications have their own lengths", remedy: "Leave out --gene-lengths.")
        }
        var loaded = loaded
        let values = try GeneBySampleTable.read(
            try file(name, role: "gene-lengths"), for: loaded.counts, requiring: .positive)
        let count = loaded.counts.sampleCount
        loaded.lengths = TranscriptLengths(
            filling: values, plainMeans: Array(repeating: 1, count: loaded.counts.geneCount), sampleCount: count)
        return loaded
    }

    /// Reads a file piece by piece and notes its digest.
    private mutating func streaming<T>(
        _ input: InputFile, role: String, _ read: (CountTable.Observer?) throws -> T
    ) throws -> T {
        var hasher = SHA256Hasher()
        let result = try read { hasher.update($0) }
        note(digest: hasher.finish(), role: role, of: input)
        return result
    }
}

extension SampleTable {
    /// A column as text, every value of which is there.
    func texts(ofColumn name: String) throws -> [String] {
        guard let column = column(named: name), case .factor(let factor) = column.values else {
            throw InputError(
                file: fileName, column: name, "there is no such column of text",
                remedy: "The columns are \(listed(columns.map(\.name))).")
        }
        return try factor.codes.enumerated().map { sample, code in
            guard code >= 0 else {
                throw InputError(
                    file: fileName, sample: sampleNames[sample], column: name, "the value is missing",
                    remedy: "Every sample needs one.")
            }
            return factor.levels[code]
        }
    }
}

/// The digest of several files: of their names and their contents' digests.
private struct FolderDigest {
    private var hasher = SHA256Hasher()

    mutating func add(_ file: InputFile, _ content: [UInt8]) {
        hasher.update(Array("\(file.baseName)\t\(SHA256Digest(of: content))\n".utf8))
    }

    mutating func finish() -> SHA256Digest { hasher.finish() }
}
