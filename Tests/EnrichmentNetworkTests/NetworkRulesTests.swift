import EnrichmentNetwork
import Testing

@Suite("Rules of the enrichment network")
struct NetworkRulesTests {
    private static func set(_ name: String, _ genes: [Int32], q: Double, p: Double = 0.01) -> AnalyzedSets.TestedSet {
        AnalyzedSets.TestedSet(
            name: name, description: name, source: "s.gmt", genes: genes,
            statistics: SetStatistics(
                enrichmentScore: 0.5, normalizedEnrichmentScore: 1.5, pValue: p, falseDiscoveryRate: q,
                familyWiseErrorRate: 1))
    }

    @Test("Thresholds are inclusive, and q is not rounded")
    func thresholds() {
        let sets = [
            Self.set("at", [1, 2], q: 0.05), Self.set("above", [1, 2], q: 0.05004), Self.set("none", [1, 2], q: .nan),
        ]
        let network = EnrichmentNetwork(
            of: [AnalyzedSets(name: "A", sets: sets, rankedGenes: 100)], settings: NetworkSettings())
        #expect(network.nodes.map(\.name) == ["at"])
    }

    @Test("Of several analyses a set that passes in enough is a node, with its numbers in all")
    func minimumAnalyses() {
        let first = AnalyzedSets(
            name: "A", sets: [Self.set("x", [1, 2], q: 0.01), Self.set("y", [1, 2], q: 0.01)], rankedGenes: 100)
        let second = AnalyzedSets(
            name: "B", sets: [Self.set("x", [1, 2, 3], q: 0.02), Self.set("y", [1, 2], q: 0.9)], rankedGenes: 100)
        var settings = NetworkSettings()
        let either = EnrichmentNetwork(of: [first, second], settings: settings)
        #expect(either.nodes.map(\.name) == ["x", "y"])
        #expect(either.nodes[0].genes == [1, 2, 3])
        #expect(either.nodes[1].statistics[1]?.falseDiscoveryRate == 0.9)
        settings.minimumAnalyses = 2
        #expect(EnrichmentNetwork(of: [first, second], settings: settings).nodes.map(\.name) == ["x"])
    }

    @Test("Two analyses of other genes have edges of their own; of the same genes one from both")
    func edgesOfSeveralAnalyses() {
        let sets = [Self.set("x", [1, 2, 3], q: 0.01), Self.set("y", [2, 3, 4], q: 0.01)]
        func edges(_ genes: Int, count: Int = 2) -> [Int?] {
            let analyses = (0..<count).map {
                AnalyzedSets(name: "\($0)", sets: sets, rankedGenes: $0 == 0 ? 100 : genes)
            }
            return EnrichmentNetwork(of: analyses, settings: NetworkSettings()).edges.map(\.analysis)
        }
        #expect(edges(100) == [nil])
        #expect(edges(99) == [0, 1])
        #expect(edges(99, count: 3) == [nil])
        #expect(edges(100, count: 1) == [0])
    }

    @Test("Similarities are those of Jaccard, overlap and their mixture")
    func similarities() {
        func coefficient(_ similarity: SetSimilarity) -> Double {
            similarity.coefficient(shared: 2, sizes: (4, 8), combinedConstant: 0.25)
        }
        #expect(coefficient(.jaccard) == 0.2)
        #expect(coefficient(.overlap) == 0.5)
        #expect(abs(coefficient(.combined) - (0.25 * 0.5 + 0.75 * 0.2)) < 1e-15)
    }

    @Test("Two groups that a single weak edge joins are two clusters, and a node alone is in none")
    func markovClusters() {
        var edges: [(Int, Int, Double)] = [(2, 3, 0.1)]
        for group in [0..<3, 3..<6] {
            for a in group { for b in group where b > a { edges.append((a, b, 0.9)) } }
        }
        #expect(MarkovClusters(nodeCount: 7, edges: edges, inflation: 2).clusters == [[0, 1, 2], [3, 4, 5]])
        #expect(MarkovClusters(nodeCount: 3, edges: [], inflation: 2).clusters.isEmpty)
    }

    @Test("A label leaves out words that say nothing, and takes adjacent ones together")
    func labels() {
        let descriptions = [
            "type I interferon signaling pathway", "response to type I interferon", "interferon gamma signaling",
            "mitochondrial translation", "mitochondrial transport",
        ]
        let sets = descriptions.enumerated().map { index, text in
            let genes: [Int32] = index < 3 ? [1, 2, 3, 4] : [11, 12, 13, 14]
            return AnalyzedSets.TestedSet(
                name: "S\(index)", description: text, source: "", genes: genes,
                statistics: Self.set("", [], q: 0.01).statistics)
        }
        let network = EnrichmentNetwork(
            of: [AnalyzedSets(name: "A", sets: sets, rankedGenes: 100)], settings: NetworkSettings())
        #expect(network.clusters.map(\.label) == ["type interferon signaling", "mitochondrial transport translation"])
    }
}
