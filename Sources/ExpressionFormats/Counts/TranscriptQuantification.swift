import ExpressionData

/// Estimated counts of genes from quantifications of transcripts, summarised as
/// tximport does with `countsFromAbundance = "no"` (Soneson, Love & Robinson, 2015).
///
/// A gene's count is the sum over its transcripts. Its length in a sample is the
/// mean of their effective lengths, weighted by their abundances there.
package enum TranscriptQuantification {
    /// Reads and sums up the files of all samples, in the order given.
    ///
    /// Genes of transcripts are in the order of their identifiers' bytes.
    ///
    /// - Parameters:
    ///   - transcriptGenes: Not needed for gene-level files of RSEM.
    ///   - isGeneLevel: Whether the files are RSEM's `genes.results`.
    /// - Throws: `InputError` when files do not have the same transcripts, or none is in the table.
    package static func read(
        _ files: [(sample: String, file: InputFile)], format: CountsFormat, transcriptGenes: TranscriptGenes?,
        isGeneLevel: Bool, observer: PerSampleCounts.Observer? = nil
    ) throws -> EstimatedCounts {
        let layout = Quantification.Layout.of(format, isGeneLevel: isGeneLevel)
        var summary: Summary?
        for (position, (sample, file)) in files.enumerated() {
            let quantification: Quantification
            if format == .kallisto, try file.prefix(4) == [0x89] + Array("HDF".utf8) {
                observer?(file, try file.content)
                quantification = try KallistoArchive.read(file, sample: sample)
            } else {
                let content = try file.content
                observer?(file, content)
                quantification = try Quantification(
                    InputFile(name: file.name, bytes: content), layout: layout, sample: sample)
            }
            if summary == nil {
                summary = try Summary(
                    of: quantification.names, fileName: file.name, transcriptGenes: transcriptGenes,
                    isGeneLevel: isGeneLevel, sampleCount: files.count)
            }
            try summary!.add(quantification, ofSample: position, fileName: file.name)
        }
        guard let summary else {
            throw InputError("no quantification is given", remedy: "Name one file per sample.")
        }
        return try summary.result(samples: files.map(\.sample))
    }
}

/// The sums of all samples' transcripts by gene.
private struct Summary {
    private let transcripts: [String]
    private let geneIDs: [String]

    /// For every transcript its gene's position, or −1.
    private let genes: [Int]

    private let sampleCount: Int
    private let firstFile: String
    private let isGeneLevel: Bool

    /// `[gene * sampleCount + sample]`, as `lengths`.
    private var counts: [Double]
    private var lengths: [Double]

    /// For every transcript the sum of its lengths over the samples.
    private var summedLengths: [Double]

    private var warnings: [InputWarning] = []

    init(
        of transcripts: [String], fileName: String, transcriptGenes: TranscriptGenes?, isGeneLevel: Bool,
        sampleCount: Int
    ) throws {
        self.transcripts = transcripts
        self.sampleCount = sampleCount
        self.isGeneLevel = isGeneLevel
        firstFile = fileName
        var names = GeneNames(fileName: fileName)
        for (row, name) in transcripts.enumerated() { try names.append(name, line: row + 2) }
        if isGeneLevel {
            geneIDs = transcripts
            genes = Array(transcripts.indices)
        } else {
            guard let transcriptGenes else {
                throw InputError(
                    file: fileName, "the file counts transcripts, and their genes are not known",
                    remedy: "Give a table of transcripts and genes with --tx2gene.")
            }
            let (found, cut) = try transcriptGenes.genes(of: transcripts, in: fileName)
            geneIDs = Set(found.compactMap { $0 }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let positions = Dictionary(uniqueKeysWithValues: geneIDs.enumerated().map { ($1, $0) })
            genes = found.map { $0.map { positions[$0]! } ?? -1 }
            warnings = transcriptGenes.warnings
            let place = InputPlace(file: transcriptGenes.fileName)
            if cut != .none { warnings.append(InputWarning(.warning, place: place, cut.explanation)) }
            let nameless = transcriptGenes.countWithoutGene(among: transcripts, cut: cut)
            if nameless > 0 {
                warnings.append(
                    InputWarning(
                        .warning, place: place,
                        "\(nameless) of \(genes.count) transcripts have no gene in the table and are left out"))
            }
            let unknown = genes.count { $0 < 0 } - nameless
            if unknown > 0 {
                warnings.append(
                    InputWarning(
                        unknown * 10 > genes.count ? .warning : .note, place: place,
                        "\(unknown) of \(genes.count) transcripts are not in the table and are left out"))
            }
        }
        let cells = geneIDs.count * sampleCount
        counts = Array(repeating: 0, count: cells)
        lengths = Array(repeating: 0, count: cells)
        summedLengths = Array(repeating: 0, count: transcripts.count)
    }

    mutating func add(_ sample: Quantification, ofSample column: Int, fileName: String) throws {
        guard sample.names == transcripts else {
            let position = zip(sample.names, transcripts).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            let name = position.map { ", at \(sample.names[$0])" } ?? ""
            throw InputError(
                file: fileName, line: position.map { $0 + 2 },
                "its \(isGeneLevel ? "genes" : "transcripts") are not those of \(firstFile)\(name)",
                remedy: "Quantify all samples with the same index.")
        }
        var abundances = [Double](repeating: 0, count: geneIDs.count)
        var weighted = [Double](repeating: 0, count: geneIDs.count)
        for transcript in transcripts.indices {
            let gene = genes[transcript]
            if gene < 0 { continue }
            counts[gene * sampleCount + column] += sample.counts[transcript]
            abundances[gene] += sample.abundances[transcript]
            weighted[gene] += sample.abundances[transcript] * sample.lengths[transcript]
            summedLengths[transcript] += sample.lengths[transcript]
        }
        for gene in geneIDs.indices {
            // 0 / 0 is NaN: a length that is missing.
            lengths[gene * sampleCount + column] =
                isGeneLevel ? sample.lengths[gene] : weighted[gene] / abundances[gene]
        }
    }

    func result(samples: [String]) throws -> EstimatedCounts {
        EstimatedCounts(
            counts: try EstimatedCounts.rounded(
                counts, geneIDs: geneIDs, sampleNames: samples, fileName: firstFile),
            averageLengths: lengths, plainMeanLengths: plainMeanLengths(), warnings: warnings)
    }

    /// For every gene the mean over its transcripts of their mean over the samples.
    private func plainMeanLengths() -> [Double] {
        var sums = [Double](repeating: 0, count: geneIDs.count)
        var transcriptCounts = [Int](repeating: 0, count: geneIDs.count)
        for transcript in transcripts.indices where genes[transcript] >= 0 {
            sums[genes[transcript]] += summedLengths[transcript] / Double(sampleCount)
            transcriptCounts[genes[transcript]] += 1
        }
        return zip(sums, transcriptCounts).map { $1 > 0 ? $0 / Double($1) : .nan }
    }
}
