import EnrichmentNetwork
import Testing

@Suite("Maps of EnrichmentMap and AutoAnnotate", .enabled(if: ReferenceTables.isPresent))
struct ReferenceMapTests {
    /// A map of the reference: which genes count, and how alike sets are measured.
    struct Golden: Sendable {
        let name: String
        let similarity: SetSimilarity
        var cutsToList = true
    }

    static let maps = [
        Golden(name: "A_q05_combined0.375", similarity: .combined),
        Golden(name: "A_q01_p005_combined0.375", similarity: .combined),
        Golden(name: "A_q05_jaccard0.25", similarity: .jaccard),
        Golden(name: "A_q05_combined0.375_unfiltered_genes", similarity: .combined, cutsToList: false),
    ]

    /// The map's own nodes as the sets of one analysis; all of them pass.
    private static func network(_ golden: Golden, inflation: Double = 2) throws -> EnrichmentNetwork {
        let geneSets = try ReferenceTables.geneSets("bader_2013_open.gmt")
        let list = try ReferenceTables.rankedGenes("A_mesen_vs_immuno.rnk")
        var numbers: [String: Int32] = [:]
        let sets = try ReferenceTables.rows(golden.name + ".nodes.tsv").map { row in
            let set = try #require(geneSets[row.text("set")])
            let genes = golden.cutsToList ? set.genes.intersection(list) : set.genes
            return AnalyzedSets.TestedSet(
                name: row.text("set"), description: row.text("GS_DESCR"), source: "bader_2013_open.gmt",
                genes: genes.map { gene in
                    let number = numbers[gene] ?? Int32(numbers.count)
                    numbers[gene] = number
                    return number
                }.sorted(),
                statistics: SetStatistics(row))
        }
        var settings = NetworkSettings()
        settings.similarity = golden.similarity
        settings.cutoff = golden.similarity.defaultCutoff
        settings.inflation = inflation
        return EnrichmentNetwork(
            of: [AnalyzedSets(name: "A", sets: sets, rankedGenes: list.count)], settings: settings)
    }

    @Test("Nodes and edges are EnrichmentMap's", arguments: maps)
    func edges(golden: Golden) throws {
        let network = try Self.network(golden)
        let nodes = try ReferenceTables.rows(golden.name + ".nodes.tsv")
        #expect(network.nodes.map(\.name) == nodes.map { $0.text("set") })
        #expect(network.nodes.map(\.genes.count) == nodes.map { Int($0.number("gs_size")) })
        for (node, row) in zip(network.nodes, nodes) {
            // The golden's p are rounded to four digits.
            #expect(abs((node.statistics[0]?.colouring ?? 0) - row.number("Colouring")) < 1e-12, "\(node.name)")
        }
        let edges = try ReferenceTables.rows(golden.name + ".edges.tsv")
        #expect(network.edges.count == edges.count)
        for (edge, row) in zip(network.edges, edges) {
            #expect(network.nodes[edge.first].name == row.text("set1"))
            #expect(network.nodes[edge.second].name == row.text("set2"))
            #expect(edge.similarity == row.number("similarity_coefficient"))
            #expect(edge.sharedGenes == Int(row.number("Overlap_size")))
        }
    }

    @Test(
        "Clusters and their labels are those of MCL and the word cloud",
        arguments: maps.map { ($0, 2.0) } + maps.prefix(2).map { ($0, 2.5) })
    func clusters(golden: Golden, inflation: Double) throws {
        let network = try Self.network(golden, inflation: inflation)
        let rows = try ReferenceTables.rows("\(golden.name).clusters_mcl\(inflation).tsv")
        #expect(network.clusters.count == rows.count)
        for (cluster, row) in zip(network.clusters, rows) {
            #expect(cluster.nodes.map { network.nodes[$0].name }.joined(separator: "|") == row.text("members"))
            #expect(cluster.label == row.text("label"))
        }
    }

    @Test("The sets and edges of a session that the app saved are chosen")
    func savedSession() throws {
        let nodes = try ReferenceTables.rows("appsession22.nodes.tsv")
        var numbers: [Substring: Int32] = [:]
        var genesOfSet: [String: [Int32]] = [:]
        for row in nodes {
            genesOfSet[row.text("set")] = (row["genes"] ?? "").split(separator: " ").map { gene in
                let number = numbers[gene] ?? Int32(numbers.count)
                numbers[gene] = number
                return number
            }.sorted()
        }
        let sets = try ReferenceTables.rows("appsession22.all_results.tsv").map { row in
            AnalyzedSets.TestedSet(
                name: row.text("set"), description: "", source: "", genes: genesOfSet[row.text("set")] ?? [],
                statistics: SetStatistics(row))
        }
        var settings = NetworkSettings()
        settings.maximumPValue = 0.005
        settings.maximumFalseDiscoveryRate = 0.1
        settings.similarity = .overlap
        settings.cutoff = 0.5
        let network = EnrichmentNetwork(
            of: [AnalyzedSets(name: "session", sets: sets, rankedGenes: numbers.count)], settings: settings)
        #expect(network.nodes.map(\.name) == nodes.map { $0.text("set") })
        let edges = try ReferenceTables.rows("appsession22.edges.tsv")
        #expect(
            network.edges.map { [network.nodes[$0.first].name, network.nodes[$0.second].name] }
                == edges.map { [$0.text("set1"), $0.text("set2")] })
        #expect(network.edges.map(\.similarity) == edges.map { $0.number("similarity_coefficient") })
    }
}

extension SetStatistics {
    fileprivate init(_ row: [String: Substring]) {
        self.init(
            enrichmentScore: row.number("ES"), normalizedEnrichmentScore: row.number("NES"),
            pValue: row.number("pvalue"), falseDiscoveryRate: row.number("fdr_qvalue"),
            familyWiseErrorRate: row.number("fwer_qvalue"))
    }
}
