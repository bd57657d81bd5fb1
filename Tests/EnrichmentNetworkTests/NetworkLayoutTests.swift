import EnrichmentNetwork
import Testing

@Suite("Layout of a network")
struct NetworkLayoutTests {
    /// Groups of overlapping sets that share nothing with each other, and sets alone.
    static func network(groups: [Int], alone: Int) -> EnrichmentNetwork {
        var sets: [AnalyzedSets.TestedSet] = []
        func add(_ name: String, _ genes: ClosedRange<Int>) {
            let statistics = SetStatistics(
                enrichmentScore: 0.6, normalizedEnrichmentScore: 2, pValue: 0.001, falseDiscoveryRate: 0.01,
                familyWiseErrorRate: 0.2)
            sets.append(
                AnalyzedSets.TestedSet(
                    name: name, description: name, source: "sets.gmt", genes: genes.map { Int32($0) },
                    statistics: statistics))
        }
        for (group, size) in groups.enumerated() {
            for member in 0..<size { add("theme \(group) part \(member)", group * 1000...group * 1000 + 30 + member) }
        }
        for single in 0..<alone { add("alone \(single)", 900_000 + single * 100...900_000 + single * 100 + 20) }
        return EnrichmentNetwork(
            of: [AnalyzedSets(name: "A", sets: sets, rankedGenes: 20_000)], settings: NetworkSettings())
    }

    @Test(
        "Clusters do not overlap, and each holds its own nodes",
        arguments: [[3], [12, 2, 7], [40, 40, 5, 2, 2, 2, 9]])
    func clustersApart(groups: [Int]) {
        let network = Self.network(groups: groups, alone: 17)
        let layout = NetworkLayout(of: network)
        #expect(network.clusters.map(\.nodes.count) == groups.sorted(by: >))
        for (a, box) in layout.boxes.enumerated() {
            for other in layout.boxes[(a + 1)...] { #expect(!box.overlaps(other)) }
            for (node, position) in layout.positions.enumerated() {
                let isInside =
                    position.x > box.origin.x && position.x < box.origin.x + box.width && position.y > box.origin.y
                    && position.y < box.origin.y + box.height
                #expect(isInside == network.clusters[a].nodes.contains(node))
            }
        }
        for position in layout.positions {
            #expect(position.x >= 0 && position.x <= layout.width && position.y >= 0 && position.y <= layout.height)
        }
    }

    @Test("Nodes of a cluster do not cover each other")
    func nodesApart() {
        let network = Self.network(groups: [25, 10], alone: 3)
        let layout = NetworkLayout(of: network)
        for a in network.nodes.indices {
            for b in network.nodes.indices where b > a {
                let (dx, dy) = (
                    layout.positions[a].x - layout.positions[b].x, layout.positions[a].y - layout.positions[b].y
                )
                #expect((dx * dx + dy * dy).squareRoot() > 0.9 * (layout.radii[a] + layout.radii[b]))
            }
        }
    }

    @Test("The same network has the same layout, bit for bit")
    func deterministic() {
        let network = Self.network(groups: [12, 5], alone: 4)
        #expect(NetworkLayout(of: network) == NetworkLayout(of: network))
    }

    @Test("A network without nodes has a layout without extent")
    func empty() {
        let layout = NetworkLayout(of: Self.network(groups: [], alone: 0))
        #expect(layout.positions.isEmpty && layout.height == 0)
    }

    @Test(
        "Many sets of no cluster make a picture that is wider than high, as all else", arguments: [(0, 300), (2, 240)])
    func shapeOfLoneSets(groups: Int, alone: Int) {
        let layout = NetworkLayout(of: Self.network(groups: Array(repeating: 4, count: groups), alone: alone))
        #expect(layout.width > layout.height && layout.width < 3 * layout.height)
    }
}
