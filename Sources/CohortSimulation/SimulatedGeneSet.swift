import ExpressionData
import StatisticalKernels

/// One gene set of a simulated collection.
package struct SimulatedGeneSet: Equatable, Sendable {
    package let name: String
    package let description: String

    /// Indices of its genes, all with symbols, in the order drawn.
    package let genes: [Int]

    /// The theme most of its genes come from; nil for a null set.
    package let theme: Theme?
}

/// Draws gene sets over the protein-coding genes of a cohort.
struct SimulatedCollection {
    private let seed: UInt64

    /// Protein-coding genes, those that are in many sets first.
    private let universe: [Int]

    /// The genes of each theme.
    private let pools: [[Int]]

    /// Which set a gene was last put in: keeps a gene from being drawn twice for one set.
    private var lastSet: [Int]

    init(over genes: [SimulatedGene], seed: UInt64) {
        self.seed = seed
        universe = genes.indices.filter { genes[$0].biotype == "protein_coding" }
            .sorted { (genes[$0].obscurity, $0) < (genes[$1].obscurity, $1) }
        pools = Theme.allCases.map { theme in
            genes.indices.filter {
                if case .themes(let themes) = genes[$0].planting { themes.contains(theme) } else { false }
            }
        }
        lastSet = [Int](repeating: -1, count: genes.count)
    }

    /// The main collection.
    ///
    /// One set in sixty belongs to a theme, spread evenly over the file; at least
    /// twelve do where there are as many as a hundred sets.
    mutating func makeSets(_ count: Int) -> [SimulatedGeneSet] {
        let themed = count < 100 ? count / 8 : max(12, count / 60)
        return (0..<count).map { index in
            let before = index * themed / count
            let isThemed = (index + 1) * themed / count > before
            return isThemed ? makeThemedSet(index, .allCases[before % 3]) : makeNullSet(index)
        }
    }

    /// Sets of the kind a laboratory adds of its own, none of which follows an exposure.
    mutating func makeCustomSets(_ count: Int, after mainCount: Int) -> [SimulatedGeneSet] {
        (0..<count).map { index in
            var stream = DrawStream(seed: seed, purpose: .geneSet, index: mainCount + index)
            let number = zeroPadded(index + 1, to: 2)
            return SimulatedGeneSet(
                name: "SIMULATED_AUTOIMMUNITY_\(number)", description: "simulated association study \(number)",
                genes: draw(
                    min(20 + stream.integer(below: 131), universe.count / 2), for: mainCount + index, from: &stream),
                theme: nil)
        }
    }

    /// A set whose genes have nothing in common.
    ///
    /// Sizes are log-normal: with 26,000 ranked genes about three sets in ten
    /// keep 15 to 200 genes, most of the others fewer.
    private mutating func makeNullSet(_ index: Int) -> SimulatedGeneSet {
        var stream = DrawStream(seed: seed, purpose: .geneSet, index: index)
        let size = exp(2.10 + 1.70 * stream.normal())
        let largest = max(20, min(2_500, universe.count / 5))
        let genes = draw(min(largest, max(3, Int(size))), for: index, from: &stream)
        return named(GeneSetName(ofNullSet: index, from: &stream), genes, nil)
    }

    /// A set with six to nine tenths of its genes from a theme's pool, so that the sets of a theme overlap.
    private mutating func makeThemedSet(_ index: Int, _ theme: Theme) -> SimulatedGeneSet {
        var stream = DrawStream(seed: seed, purpose: .geneSet, index: index)
        let pool = pools[theme.rawValue]
        let size = Int(exp(stream.uniform(in: log(20)...log(140))))
        let fromTheme = min(Int(Double(size) * stream.uniform(in: 0.6...0.9)), pool.count * 4 / 5)
        var genes: [Int] = []
        while genes.count < fromTheme {
            let gene = pool[stream.integer(below: pool.count)]
            if lastSet[gene] != index {
                lastSet[gene] = index
                genes.append(gene)
            }
        }
        genes += draw(max(1, size - genes.count), for: index, from: &stream)
        return named(GeneSetName(of: theme, set: index, from: &stream), genes, theme)
    }

    private func named(_ name: GeneSetName, _ genes: [Int], _ theme: Theme?) -> SimulatedGeneSet {
        SimulatedGeneSet(name: name.text, description: name.title.lowercased(), genes: genes, theme: theme)
    }

    /// Distinct genes of the universe, the well-known ones preferred.
    private mutating func draw(_ count: Int, for set: Int, from stream: inout DrawStream) -> [Int] {
        var genes: [Int] = []
        genes.reserveCapacity(count)
        while genes.count < count {
            let u = stream.uniform()
            // Density falls from the first gene to the last as that of u·√u does.
            let gene = universe[Int(Double(universe.count) * u * u.squareRoot())]
            if lastSet[gene] != set {
                lastSet[gene] = set
                genes.append(gene)
            }
        }
        return genes
    }
}
