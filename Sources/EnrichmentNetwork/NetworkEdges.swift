/// The pairs of nodes that share enough genes.
struct NetworkEdges {
    let edges: [EnrichmentNetwork.Edge]

    init(of candidates: [EnrichmentNetwork.Candidate], rankedGenes: [Int], settings: NetworkSettings) {
        let isDistinct =
            switch settings.edges {
            case .compound: false
            case .distinct: true
            case .automatic: rankedGenes.count == 1 || rankedGenes.count == 2 && rankedGenes[0] != rankedGenes[1]
            }
        guard isDistinct else {
            edges = NetworkEdges.pairs(of: candidates.map(\.node.genes), analysis: nil, settings: settings)
            return
        }
        let each = rankedGenes.indices.flatMap { analysis in
            NetworkEdges.pairs(of: candidates.map { $0.passingGenes[analysis] }, analysis: analysis, settings: settings)
        }
        edges = each.sorted { ($0.first, $0.second, $0.analysis ?? -1) < ($1.first, $1.second, $1.analysis ?? -1) }
    }

    /// Returns the similar pairs among some sets, by first and second position.
    ///
    /// - Complexity: O(Σ over genes of the square of the sets it is in): pairs that share nothing cost nothing.
    private static func pairs(
        of sets: [[Int32]], analysis: Int?, settings: NetworkSettings
    ) -> [EnrichmentNetwork.Edge] {
        var setsOfGene: [Int32: [Int32]] = [:]
        for (index, genes) in sets.enumerated() {
            for gene in genes { setsOfGene[gene, default: []].append(Int32(index)) }
        }
        var found: [EnrichmentNetwork.Edge] = []
        var shared = [Int](repeating: 0, count: sets.count)
        for first in sets.indices {
            var touched: [Int32] = []
            for gene in sets[first] {
                for second in setsOfGene[gene] ?? [] where second > first {
                    if shared[Int(second)] == 0 { touched.append(second) }
                    shared[Int(second)] += 1
                }
            }
            for second in touched.sorted().map(Int.init) {
                let similarity = settings.similarity.coefficient(
                    shared: shared[second], sizes: (sets[first].count, sets[second].count),
                    combinedConstant: settings.combinedConstant)
                if similarity >= settings.cutoff {
                    found.append(
                        EnrichmentNetwork.Edge(
                            first: first, second: second, similarity: similarity, sharedGenes: shared[second],
                            analysis: analysis))
                }
                shared[second] = 0
            }
        }
        return found
    }
}
