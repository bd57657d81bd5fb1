/// The coverage of one gene's exons, while alignments over it come.
struct CoveredGene {
    private let gene: GeneExons.Gene

    /// Where each exon begins in the exons laid end to end.
    private let offsets: [Int]

    /// By how much the coverage changes at each base.
    private var changes: [Int32]

    /// What of a gene is needed when all are known.
    struct Summary {
        var length: Int
        var bases: Int
        var fivePrimeBias: Double
        var threePrimeBias: Double

        /// Of each hundredth, over the mean.
        var body: [Float]

        var mean: Double { Double(bases) / Double(length) }
    }

    /// The ends that biases look at, and the shortest gene whose ends are apart.
    private static let endLength = 100
    static let leastLength = 400

    var end: Int { gene.span.upperBound }

    init(_ gene: GeneExons.Gene) {
        self.gene = gene
        var (offsets, sum): ([Int], Int) = ([], 0)
        for exon in gene.exons {
            offsets.append(sum)
            sum += exon.count
        }
        self.offsets = offsets
        changes = [Int32](repeating: 0, count: sum + 1)
    }

    mutating func add(_ blocks: [Range<Int>]) {
        var exon = 0
        for block in blocks {
            while exon < gene.exons.count, gene.exons[exon].upperBound <= block.lowerBound { exon += 1 }
            var covered = exon
            while covered < gene.exons.count, gene.exons[covered].lowerBound < block.upperBound {
                let part = block.clamped(to: gene.exons[covered])
                let first = offsets[covered] + part.lowerBound - gene.exons[covered].lowerBound
                changes[first] += 1
                changes[first + part.count] -= 1
                covered += 1
            }
        }
    }

    /// Nil where no base is covered.
    func summary() -> Summary? {
        let length = changes.count - 1
        var coverage: [Int] = []
        coverage.reserveCapacity(length)
        var depth = 0
        for change in changes.dropLast() {
            depth += Int(change)
            coverage.append(depth)
        }
        if gene.isReverse { coverage.reverse() }
        let bases = coverage.reduce(0, +)
        guard bases > 0 else { return nil }
        let mean = Double(bases) / Double(length)
        func relative(_ part: ArraySlice<Int>) -> Double {
            Double(part.reduce(0, +)) / Double(max(part.count, 1)) / mean
        }
        let body =
            length < 100
            ? [] : (0..<100).map { Float(relative(coverage[(length * $0 / 100)..<(length * ($0 + 1) / 100)])) }
        return Summary(
            length: length, bases: bases, fivePrimeBias: relative(coverage.prefix(Self.endLength)),
            threePrimeBias: relative(coverage.suffix(Self.endLength)), body: body)
    }
}
