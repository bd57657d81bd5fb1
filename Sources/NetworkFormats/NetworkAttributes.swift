import EnrichmentNetwork
import StatisticalKernels

/// A value that a node or an edge has, of a type that all network formats know.
package enum NetworkValue: Equatable, Sendable {
    case text(String)
    case texts([String])
    case number(Double)
    case integer(Int)
}

/// A named property of nodes or edges; described once, for all formats and the tables.
package struct NetworkAttribute: Equatable, Sendable {
    package let name: String

    /// By node or edge. Nil where there is no value; all others are of one case.
    package let values: [NetworkValue?]

    init(_ name: String, _ values: [NetworkValue?]) {
        self.name = name
        self.values = values
    }

    init(_ name: String, numbers: [Double?]) {
        self.init(name, numbers.map { $0.flatMap { $0.isFinite ? .number($0) : nil } })
    }
}

/// A network with all that its files say: EnrichmentMap's attributes under its own names, and where things stand.
package struct NetworkContent: Sendable {
    package let name: String
    package let network: EnrichmentNetwork
    package let layout: NetworkLayout
    package let nodeAttributes: [NetworkAttribute]
    package let edgeAttributes: [NetworkAttribute]

    /// - Parameters:
    ///   - name: What the network is called in the programs that open it.
    ///   - geneNames: By the number that the network's sets have a gene under.
    package init(name: String, network: EnrichmentNetwork, layout: NetworkLayout, geneNames: [String]) {
        self.name = name
        self.network = network
        self.layout = layout
        nodeAttributes = NetworkContent.nodeAttributes(of: network, geneNames: geneNames)
        edgeAttributes = NetworkContent.edgeAttributes(of: network, geneNames: geneNames)
    }

    private static func nodeAttributes(of network: EnrichmentNetwork, geneNames: [String]) -> [NetworkAttribute] {
        let nodes = network.nodes
        var clusterOfNode = [Int?](repeating: nil, count: nodes.count)
        for (index, cluster) in network.clusters.enumerated() {
            for node in cluster.nodes { clusterOfNode[node] = index }
        }
        let shared = [
            NetworkAttribute("name", nodes.map { .text($0.name) }),
            NetworkAttribute("EM1_Name", nodes.map { .text($0.name) }),
            NetworkAttribute("EM1_GS_DESCR", nodes.map { .text($0.description) }),
            NetworkAttribute("EM1_GS_Type", nodes.map { _ in .text("ENR") }),
            NetworkAttribute("EM1_GS_datasource", nodes.map { .text($0.source) }),
            NetworkAttribute("EM1_Genes", nodes.map { .texts($0.genes.map { geneNames[Int($0)] }) }),
            NetworkAttribute("EM1_gs_size", nodes.map { .integer($0.genes.count) }),
            NetworkAttribute(
                "EM1_-log10(pvalue)_max",
                numbers: nodes.map { node in node.statistics.compactMap { $0.map { -log10($0.pValue) } }.max() }),
            NetworkAttribute("cluster", clusterOfNode.map { $0.map { .integer($0 + 1) } }),
            NetworkAttribute("cluster_label", clusterOfNode.map { $0.map { .text(network.clusters[$0].label) } }),
        ]
        let perAnalysis = network.analyses.enumerated().flatMap { index, analysis in
            statisticColumns.map { column in
                NetworkAttribute(
                    "EM1_\(column.name) (\(analysis))", numbers: nodes.map { $0.statistics[index].map(column.value) })
            }
        }
        return shared + perAnalysis
    }

    private static let statisticColumns: [(name: String, value: @Sendable (SetStatistics) -> Double)] = [
        ("pvalue", { $0.pValue }),
        ("fdr_qvalue", { $0.falseDiscoveryRate }),
        ("fwer_qvalue", { $0.familyWiseErrorRate }),
        ("ES", { $0.enrichmentScore }),
        ("NES", { $0.normalizedEnrichmentScore }),
        ("Colouring", { $0.colouring }),
        ("-log10(pvalue)", { -log10($0.pValue) }),
        ("-log10(pvalue)*sign(NES)", { ($0.normalizedEnrichmentScore >= 0 ? -1 : 1) * log10($0.pValue) }),
    ]

    private static func edgeAttributes(of network: EnrichmentNetwork, geneNames: [String]) -> [NetworkAttribute] {
        let edges = network.edges
        let names = edges.map { edge in
            "\(network.nodes[edge.first].name) (Geneset_Overlap) \(network.nodes[edge.second].name)"
        }
        let sharedGenes = edges.map { edge in
            let second = Set(network.nodes[edge.second].genes)
            return network.nodes[edge.first].genes.filter { second.contains($0) }.map { geneNames[Int($0)] }
        }
        return [
            NetworkAttribute("name", names.map { .text($0) }),
            NetworkAttribute("interaction", edges.map { _ in .text("Geneset_Overlap") }),
            NetworkAttribute(
                "EM1_Data Set", edges.map { .text($0.analysis.map { network.analyses[$0] } ?? "compound") }),
            NetworkAttribute("EM1_Overlap_size", edges.map { .integer($0.sharedGenes) }),
            NetworkAttribute("EM1_similarity_coefficient", numbers: edges.map(\.similarity)),
            NetworkAttribute("EM1_Overlap_genes", sharedGenes.map { .texts($0) }),
        ]
    }
}

private func log10(_ x: Double) -> Double { log(x) / 2.302_585_092_994_045_7 }
