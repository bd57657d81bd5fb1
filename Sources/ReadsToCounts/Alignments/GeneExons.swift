import ExpressionData

/// Genes as the unions of their exons: what alignments are held against.
package struct GeneExons: Equatable, Sendable {
    package struct Gene: Equatable, Sendable {
        package var isReverse: Bool

        /// Disjoint and sorted; positions from 0, half-open.
        package var exons: [Range<Int>]

        package init(isReverse: Bool, exons: [Range<Int>]) {
            self.isReverse = isReverse
            self.exons = GeneExons.union(of: exons)
        }

        /// Bases in exons.
        package var length: Int { exons.reduce(0) { $0 + $1.count } }

        /// From the first base of the first exon to the last of the last.
        package var span: Range<Int> { (exons.first?.lowerBound ?? 0)..<(exons.last?.upperBound ?? 0) }
    }

    /// By chromosome, sorted by position.
    package private(set) var chromosomes: [String: [Gene]] = [:]

    package init() {}

    /// - Parameter genes: Each with its chromosome, in any order.
    package init(_ genes: some Sequence<(chromosome: String, gene: Gene)>) {
        for (chromosome, gene) in genes where !gene.exons.isEmpty { chromosomes[chromosome, default: []].append(gene) }
        for chromosome in chromosomes.keys {
            chromosomes[chromosome]?.sort {
                ($0.span.lowerBound, $0.span.upperBound, $0.isReverse ? 1 : 0)
                    < ($1.span.lowerBound, $1.span.upperBound, $1.isReverse ? 1 : 0)
            }
        }
    }

    /// A line for each gene: chromosome, strand, and exons as `start-end,start-end`.
    package var text: String {
        chromosomes.sorted { $0.key < $1.key }.flatMap { chromosome, genes in
            genes.map { gene in
                "\(chromosome)\t\(gene.isReverse ? "-" : "+")\t"
                    + gene.exons.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",") + "\n"
            }
        }.joined()
    }

    /// Reads what `text` writes.
    ///
    /// - Throws: `LogProblem` for anything else.
    package init(text: String) throws(LogProblem) {
        var genes: [(chromosome: String, gene: Gene)] = []
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t")
            let exons = fields.last?.split(separator: ",").compactMap { exon -> Range<Int>? in
                let ends = exon.split(separator: "-").compactMap { Int($0) }
                return ends.count == 2 && ends[0] < ends[1] ? ends[0]..<ends[1] : nil
            }
            guard fields.count == 3, let exons, !exons.isEmpty else {
                throw LogProblem(log: "the list of exons", missing: "chromosome, strand and exons")
            }
            genes.append((String(fields[0]), Gene(isReverse: fields[1] == "-", exons: exons)))
        }
        self.init(genes)
    }

    /// The same positions in disjoint stretches, sorted; stretches that touch become one.
    static func union(of ranges: [Range<Int>]) -> [Range<Int>] {
        var union: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = union.last, range.lowerBound <= last.upperBound {
                union[union.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                union.append(range)
            }
        }
        return union
    }
}
