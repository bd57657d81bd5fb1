/// A random chromosome with genes on both strands, each with one transcript of four exons.
package struct SimulatedGenome: Sendable {
    package struct Gene: Sendable {
        package let id: String
        package let symbol: String
        package let isReverse: Bool

        /// Half-open, counted from 0, in the order of the chromosome.
        package let exons: [Range<Int>]

        /// Bases of all exons.
        package var length: Int { exons.reduce(0) { $0 + $1.count } }
    }

    package static let chromosomeName = "chr1"

    /// Upper-case letters.
    package private(set) var chromosome: [UInt8]
    package private(set) var genes: [Gene] = []

    init(_ options: ReadSimulationOptions) {
        var stream = DrawStream(seed: options.seed, purpose: .genome)
        let bases = Array("ACGT".utf8)
        var letters: [UInt8] = []
        letters.reserveCapacity(options.chromosomeLength + 32)
        while letters.count < options.chromosomeLength {
            var word = stream.word()
            for _ in 0..<32 {
                letters.append(bases[Int(word & 3)])
                word >>= 2
            }
        }
        chromosome = Array(letters.prefix(options.chromosomeLength))
        let room = options.chromosomeLength / options.geneCount
        for index in 0..<options.geneCount { addGene(index, room: room, &stream) }
    }

    /// Four exons of 200 to 500 bases with introns of 300 to 1,500 between them, somewhere in the gene's own stretch.
    private mutating func addGene(_ index: Int, room: Int, _ stream: inout DrawStream) {
        var exons: [Range<Int>] = []
        var position = index * room + 500 + stream.integer(below: 1_000)
        for exon in 0..<4 {
            if exon > 0 { position += 300 + stream.integer(below: 1_201) }
            let end = position + 200 + stream.integer(below: 301)
            exons.append(position..<end)
            position = end
        }
        let isReverse = stream.happens(0.5)
        for (left, right) in zip(exons, exons.dropFirst()) {
            plantSpliceSites(intron: left.upperBound..<right.lowerBound, isReverse: isReverse)
        }
        genes.append(
            Gene(
                id: "GENE" + zeroPadded(index + 1, to: 5), symbol: "SIM\(index + 1)", isReverse: isReverse,
                exons: exons))
    }

    /// Introns begin with GT and end with AG on their gene's strand, as nearly all do: aligners tell the strand by that.
    private mutating func plantSpliceSites(intron: Range<Int>, isReverse: Bool) {
        let (first, last) = isReverse ? ("CT", "AC") : ("GT", "AG")
        chromosome.replaceSubrange(intron.prefix(2), with: first.utf8)
        chromosome.replaceSubrange(intron.suffix(2), with: last.utf8)
    }

    /// The gene's transcript, as it is read.
    package func transcript(of gene: Gene) -> [UInt8] {
        let letters = gene.exons.flatMap { chromosome[$0] }
        return gene.isReverse ? reverseComplement(letters) : letters
    }

    /// FASTA, 60 letters a line.
    package var fasta: [UInt8] {
        var text = Array(">\(Self.chromosomeName)\n".utf8)
        for start in stride(from: 0, to: chromosome.count, by: 60) {
            text += chromosome[start..<min(start + 60, chromosome.count)]
            text.append(UInt8(ascii: "\n"))
        }
        return text
    }

    /// Gene, transcript and exons, in GTF, as Ensembl writes it.
    package var annotation: [UInt8] {
        var text = TabSeparatedText()
        for gene in genes {
            func append(_ feature: String, _ range: Range<Int>, _ attributes: String) {
                text.append(
                    row: [
                        Self.chromosomeName, "simulated", feature, "\(range.lowerBound + 1)", "\(range.upperBound)",
                        ".", gene.isReverse ? "-" : "+", ".", attributes,
                    ])
            }
            let whole = gene.exons[0].lowerBound..<gene.exons[3].upperBound
            let names = "gene_id \"\(gene.id)\"; gene_name \"\(gene.symbol)\"; gene_biotype \"protein_coding\";"
            let transcript = "transcript_id \"\(gene.id)T\"; " + names
            append("gene", whole, names)
            append("transcript", whole, transcript)
            // Exons are numbered as they are transcribed.
            for (number, exon) in (gene.isReverse ? gene.exons.reversed() : gene.exons).enumerated() {
                append("exon", exon, "exon_number \"\(number + 1)\"; " + transcript)
            }
        }
        return text.bytes
    }
}

/// The other strand of a sequence of upper-case letters.
package func reverseComplement(_ letters: some BidirectionalCollection<UInt8>) -> [UInt8] {
    letters.reversed().map { letter in
        switch letter {
        case UInt8(ascii: "A"): UInt8(ascii: "T")
        case UInt8(ascii: "C"): UInt8(ascii: "G")
        case UInt8(ascii: "G"): UInt8(ascii: "C")
        default: UInt8(ascii: "A")
        }
    }
}
