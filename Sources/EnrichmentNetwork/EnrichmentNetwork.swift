/// The enriched gene sets of one or several analyses, joined where they share genes, in labelled clusters.
///
/// Nodes and edges follow EnrichmentMap (Merico et al., 2010), clusters and labels AutoAnnotate with clusterMaker2
/// and WordCloud (Kucera et al., 2016), without rounding of q and with a fixed order where the apps leave it open.
package struct EnrichmentNetwork: Equatable, Sendable {
    package let settings: NetworkSettings

    /// The analyses' names.
    package let analyses: [String]

    /// By name, in the order of its bytes.
    package let nodes: [Node]

    /// By first and second node.
    package let edges: [Edge]

    /// By descending size, then by the first member; nodes without a neighbour in theirs are in none.
    package let clusters: [Cluster]

    /// A gene set that passes in enough analyses.
    package struct Node: Equatable, Sendable {
        package let name: String
        package let description: String
        package let source: String

        /// The set's genes in any analysis, ascending.
        package let genes: [Int32]

        /// By analysis; nil where the set was not tested.
        package let statistics: [SetStatistics?]
    }

    /// Two sets that share enough genes.
    package struct Edge: Equatable, Sendable {
        /// Positions in `nodes`; the first is the smaller.
        package let first: Int
        package let second: Int
        package let similarity: Double
        package let sharedGenes: Int

        /// The analysis whose genes were compared; nil where those of all analyses were.
        package let analysis: Int?
    }

    /// Nodes that hang together, and what their names have in common.
    package struct Cluster: Equatable, Sendable {
        package let label: String

        /// Positions in `nodes`, ascending.
        package let nodes: [Int]
    }

    package init(of analyses: [AnalyzedSets], settings: NetworkSettings) {
        self.settings = settings
        self.analyses = analyses.map(\.name)
        let candidates = EnrichmentNetwork.nodes(of: analyses, settings: settings)
        nodes = candidates.map(\.node)
        edges = NetworkEdges(of: candidates, rankedGenes: analyses.map(\.rankedGenes), settings: settings).edges
        let members = MarkovClusters(
            nodeCount: nodes.count, edges: edges.map { ($0.first, $0.second, $0.similarity) },
            inflation: settings.inflation
        ).clusters
        let cloud = NetworkWords(descriptions: nodes.map(\.description))
        clusters = members.map { Cluster(label: cloud.label(of: $0), nodes: $0) }
    }

    /// A node with its genes in each analysis, for edges that compare these.
    struct Candidate {
        let node: Node

        /// By analysis; empty where the set does not pass.
        let passingGenes: [[Int32]]
    }

    private static func nodes(of analyses: [AnalyzedSets], settings: NetworkSettings) -> [Candidate] {
        var tested: [String: [(analysis: Int, set: AnalyzedSets.TestedSet)]] = [:]
        for (index, analysis) in analyses.enumerated() {
            for set in analysis.sets { tested[set.name, default: []].append((index, set)) }
        }
        let names = tested.filter { entry in
            entry.value.count { $0.set.statistics.passes(settings) } >= settings.minimumAnalyses
        }.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return names.map { name in
            let entries = tested[name] ?? []
            var statistics = [SetStatistics?](repeating: nil, count: analyses.count)
            var passingGenes = [[Int32]](repeating: [], count: analyses.count)
            for (analysis, set) in entries {
                statistics[analysis] = set.statistics
                if set.statistics.passes(settings) { passingGenes[analysis] = set.genes }
            }
            let first = entries[0].set
            let genes = entries.dropFirst().reduce(first.genes) { union($0, $1.set.genes) }
            return Candidate(
                node: Node(
                    name: name, description: first.description, source: first.source, genes: genes,
                    statistics: statistics),
                passingGenes: passingGenes)
        }
    }

    private static func union(_ a: [Int32], _ b: [Int32]) -> [Int32] {
        a == b ? a : Set(a).union(b).sorted()
    }
}
