import ContentDigest
import ExpressionData
import ExpressionFormats

/// What a GTF file says of genes, as far as counting needs it.
package struct GeneModel: Sendable {
    /// A stretch of a chromosome, counted from 0, half-open.
    private struct Exon {
        var start: Int
        var end: Int
    }

    /// Introns, as HISAT2 reads them: chromosome, last base before and first base behind, from 0, strand.
    package private(set) var spliceSites: [UInt8] = []
    package private(set) var geneCount = 0

    /// For the profile of alignments.
    package private(set) var exons = GeneExons()

    /// The sequences on which genes lie.
    package private(set) var chromosomes: Set<String> = []

    /// Reads lines that a source gives one after another.
    ///
    /// - Throws: `InputError` for what is no GTF, with the line.
    package init(file: String, lines: (_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws {
        var number = 0
        var genes: Set<String> = []
        // A gene that lies on two chromosomes is two here.
        var exonsOfGene: [String: [Range<Int>]] = [:]
        var transcripts: [String: (place: String, exons: [Exon])] = [:]
        try lines { line in
            number += 1
            guard let first = line.first, first != UInt8(ascii: "#") else {
                if line.starts(with: Array("##gff-version 3".utf8)) { throw Self.isGFF(file, number) }
                return
            }
            let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            guard fields.count == 9, let start = Self.number(fields[3]), let end = Self.number(fields[4]), start >= 1,
                end >= start
            else {
                throw InputError(
                    file: file, line: number,
                    "the line is not one of a GTF: nine fields with tabs between them, "
                        + "the fourth and fifth positions",
                    remedy: "Give the annotation as GTF, as Ensembl and GENCODE have it.")
            }
            guard fields[2].elementsEqual("exon".utf8) else { return }
            guard let gene = GTFAttributes.value(of: "gene_id", in: fields[8]) else {
                if fields[8].contains(UInt8(ascii: "=")) { throw Self.isGFF(file, number) }
                throw InputError(
                    file: file, line: number, column: "9", "the exon has no gene_id",
                    remedy: "featureCounts sums exons by their gene_id: give a GTF that has it.")
            }
            genes.insert(gene)
            let chromosome = String(decoding: fields[0], as: UTF8.self)
            chromosomes.insert(chromosome)
            let strand = String(decoding: fields[6], as: UTF8.self)
            exonsOfGene["\(chromosome)\t\(strand)\t\(gene)", default: []].append(start - 1..<end)
            guard let transcript = GTFAttributes.value(of: "transcript_id", in: fields[8]) else { return }
            transcripts[transcript, default: (chromosome + "\t" + strand, [])].exons
                .append(Exon(start: start - 1, end: end))
        }
        guard !genes.isEmpty else {
            throw InputError(
                file: file, "there is no line of an exon", remedy: "Give the annotation as GTF, with exons and gene_id."
            )
        }
        geneCount = genes.count
        exons = GeneExons(
            exonsOfGene.map { place, exons -> (chromosome: String, gene: GeneExons.Gene) in
                let parts = place.split(separator: "\t", omittingEmptySubsequences: false)
                return (String(parts[0]), GeneExons.Gene(isReverse: parts[1] == "-", exons: exons))
            })
        spliceSites = Self.spliceSites(transcripts.values.map { ($0.place, $0.exons) })
    }

    private static func isGFF(_ file: String, _ line: Int) -> InputError {
        InputError(
            file: file, line: line, "this is GFF3, and a GTF is needed",
            remedy: "Take the GTF of the same release, or convert it with `gffread FILE -T -o genes.gtf`.")
    }

    /// Sorted, each once.
    private static func spliceSites(_ transcripts: [(place: String, exons: [Exon])]) -> [UInt8] {
        var lines: Set<String> = []
        for (place, exons) in transcripts {
            let parts = place.split(separator: "\t", omittingEmptySubsequences: false)
            let sorted = exons.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
            for (left, right) in zip(sorted, sorted.dropFirst()) where left.end < right.start {
                lines.insert("\(parts[0])\t\(left.end - 1)\t\(right.start)\t\(parts[1])\n")
            }
        }
        return lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.flatMap { Array($0.utf8) }
    }

    private static func number(_ field: Slice<UnsafeRawBufferPointer>) -> Int? {
        field.isEmpty || field.count > 15 ? nil : Int(String(decoding: field, as: UTF8.self))
    }

    /// Checks that the annotation is of the reference.
    ///
    /// - Throws: `InputError` where no chromosome is in both.
    package static func check(
        chromosomes: Set<String>, against sequences: Set<String>, annotation: String, reference: String
    ) throws {
        guard chromosomes.isDisjoint(with: sequences) else { return }
        throw InputError(
            file: annotation,
            "no gene lies on a sequence of \(reference): the annotation has \(listed(chromosomes.sorted(), limit: 3)), "
                + "the reference \(listed(sequences.sorted(), limit: 3))",
            remedy: "Take both from one source: Ensembl writes 1 where UCSC and GENCODE write chr1.")
    }
}
