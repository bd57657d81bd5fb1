/// Makes a profile of alignments that come sorted by position, in one pass, holding the genes under way only.
package struct AlignmentProfiler {
    private let genes: GeneExons
    private var profile = AlignmentProfile()
    private var summaries: [CoveredGene.Summary] = []

    /// Of the chromosome under way.
    private var reference = -1
    private var exons = Stretches([])
    private var spans = Stretches([])
    private var coming: ArraySlice<GeneExons.Gene> = []
    private var open: [CoveredGene] = []

    /// As many genes of the highest coverage make the biases: Qualimap's number of transcripts.
    private static let bestGenes = 1_000

    package init(_ genes: GeneExons) { self.genes = genes }

    package mutating func add(_ alignment: AlignmentReader.Alignment, references: [String]) {
        if alignment.reference != reference {
            begin(references.indices.contains(alignment.reference) ? references[alignment.reference] : "")
            reference = alignment.reference
        }
        let blocks = alignment.blocks
        let aligned = blocks.reduce(0) { $0 + $1.count }
        if 2 * exons.overlap(with: blocks) > aligned {
            profile.exonic += 1
        } else if 2 * spans.overlap(with: blocks) > aligned {
            profile.intronic += 1
        } else {
            profile.intergenic += 1
        }
        let (start, end) = (blocks[0].lowerBound, blocks[blocks.count - 1].upperBound)
        close { $0.end <= start }
        while let gene = coming.first, gene.span.lowerBound < end {
            if gene.span.upperBound > start { open.append(CoveredGene(gene)) }
            coming.removeFirst()
        }
        for index in open.indices { open[index].add(blocks) }
    }

    package mutating func finish() -> AlignmentProfile {
        close { _ in true }
        let bases = summaries.reduce(0) { $0 + $1.bases }
        let length = summaries.reduce(0) { $0 + $1.length }
        if length > 0 { profile.meanCoverage = Double(bases) / Double(length) }
        let best = summaries.filter { $0.length >= CoveredGene.leastLength }
            .sorted { ($0.mean, $0.length) > ($1.mean, $1.length) }.prefix(Self.bestGenes)
        guard !best.isEmpty else { return profile }
        profile.fivePrimeBias = Outliers.median(best.map(\.fivePrimeBias))
        profile.threePrimeBias = Outliers.median(best.map(\.threePrimeBias))
        profile.bodyCoverage = (0..<100).map { place in
            best.reduce(0.0) { $0 + Double($1.body[place]) } / Double(best.count)
        }
        return profile
    }

    private mutating func begin(_ chromosome: String) {
        close { _ in true }
        let genes = genes.chromosomes[chromosome] ?? []
        exons = Stretches(GeneExons.union(of: genes.flatMap(\.exons)))
        spans = Stretches(GeneExons.union(of: genes.map(\.span)))
        coming = genes[...]
    }

    private mutating func close(_ isDone: (CoveredGene) -> Bool) {
        guard open.contains(where: isDone) else { return }
        summaries += open.filter(isDone).compactMap { $0.summary() }
        open.removeAll(where: isDone)
    }
}

/// Disjoint, sorted stretches of a chromosome, asked for in the order of positions.
private struct Stretches {
    private let ranges: [Range<Int>]

    /// The first one that does not end before what is asked for.
    private var next = 0

    init(_ ranges: [Range<Int>]) { self.ranges = ranges }

    /// Bases in both.
    mutating func overlap(with blocks: [Range<Int>]) -> Int {
        while next < ranges.count, ranges[next].upperBound <= blocks[0].lowerBound { next += 1 }
        var (bases, index) = (0, next)
        for block in blocks {
            while index < ranges.count, ranges[index].upperBound <= block.lowerBound { index += 1 }
            var covered = index
            while covered < ranges.count, ranges[covered].lowerBound < block.upperBound {
                bases += ranges[covered].clamped(to: block).count
                covered += 1
            }
        }
        return bases
    }
}
