/// Where the nodes of a network stand when it is drawn: every cluster in a box of its own, with room for its label,
/// boxes side by side by falling size, and the nodes of no cluster in a grid below.
///
/// The layout depends on the network alone, and on nothing random: it uses + − × ÷ and √ only, so that it has the same
/// bits on every machine. Lengths are in pixels at full size; y grows downwards.
package struct NetworkLayout: Equatable, Sendable {
    package struct Point: Equatable, Sendable {
        package var x: Double
        package var y: Double

        package init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
    }

    package struct Box: Equatable, Sendable {
        package var origin: Point
        package let width: Double
        package let height: Double

        package func overlaps(_ other: Box) -> Bool {
            origin.x < other.origin.x + other.width && other.origin.x < origin.x + width
                && origin.y < other.origin.y + other.height && other.origin.y < origin.y + height
        }
    }

    /// By node: its centre.
    package let positions: [Point]

    /// By node: its radius, by the square root of its number of genes.
    package let radii: [Double]

    /// By cluster; the label stands in the top `labelHeight` of it.
    package let boxes: [Box]
    package let width: Double
    package let height: Double

    package static let labelHeight = 26.0

    private static let radiusRange = (smallest: 5.0, largest: 20.0)
    private static let padding = 14.0
    private static let gap = 24.0

    /// Wider than high, as screens and pages are.
    private static let aspect = 1.6

    /// A character of a label at 14 px, roughly.
    private static let characterWidth = 7.5

    package init(of network: EnrichmentNetwork) {
        let most = Double(network.nodes.map(\.genes.count).max() ?? 1)
        let radii = network.nodes.map { node in
            let (smallest, largest) = NetworkLayout.radiusRange
            return smallest + (largest - smallest) * (Double(node.genes.count) / most).squareRoot()
        }
        var positions = [Point](repeating: Point(x: 0, y: 0), count: network.nodes.count)
        var sizes: [(width: Double, height: Double)] = []
        for cluster in network.clusters {
            let placed = ClusterLayout(of: cluster.nodes, radii: radii, edges: network.edges)
            let labelWidth = Double(cluster.label.count) * NetworkLayout.characterWidth
            let width = max(placed.width, labelWidth)
            for (node, position) in zip(cluster.nodes, placed.positions) {
                positions[node] = Point(
                    x: position.x + NetworkLayout.padding + (width - placed.width) / 2,
                    y: position.y + NetworkLayout.padding + NetworkLayout.labelHeight)
            }
            sizes.append(
                (
                    width + 2 * NetworkLayout.padding,
                    placed.height + 2 * NetworkLayout.padding + NetworkLayout.labelHeight
                ))
        }
        let clustered = Set(network.clusters.flatMap(\.nodes))
        let alone = network.nodes.indices.filter { !clustered.contains($0) }
        let cell = 2 * NetworkLayout.radiusRange.largest + NetworkLayout.gap / 2
        var shelves = Shelves(
            sizes: sizes, gridArea: Double(alone.count) * cell * cell, gap: NetworkLayout.gap,
            aspect: NetworkLayout.aspect)
        for (cluster, origin) in zip(network.clusters, shelves.origins) {
            for node in cluster.nodes {
                positions[node].x += origin.x
                positions[node].y += origin.y
            }
        }
        shelves.appendGrid(of: alone, cell: cell) { positions[$0] = $1 }
        self.positions = positions
        self.radii = radii
        boxes = zip(shelves.origins, sizes).map { Box(origin: $0, width: $1.width, height: $1.height) }
        width = shelves.width
        height = shelves.height
    }
}

/// Boxes in rows, tallest first, and a grid below them.
private struct Shelves {
    private(set) var origins: [NetworkLayout.Point]
    private(set) var width: Double
    private(set) var height: Double
    private let gap: Double

    /// - Parameter gridArea: What the grid will take, so that all together has the aspect.
    init(sizes: [(width: Double, height: Double)], gridArea: Double, gap: Double, aspect: Double) {
        self.gap = gap
        let area = sizes.reduce(gridArea) { $0 + ($1.width + gap) * ($1.height + gap) }
        let widest = sizes.map(\.width).max() ?? 0
        let limit = max(widest, (area * aspect).squareRoot(), 600)
        origins = [NetworkLayout.Point](repeating: NetworkLayout.Point(x: 0, y: 0), count: sizes.count)
        var (x, y, shelf) = (0.0, 0.0, 0.0)
        width = limit
        for index in sizes.indices.sorted(by: { (-sizes[$0].height, $0) < (-sizes[$1].height, $1) }) {
            if x > 0, x + sizes[index].width > limit {
                (x, y, shelf) = (0, y + shelf + gap, 0)
            }
            origins[index] = NetworkLayout.Point(x: x, y: y)
            x += sizes[index].width + gap
            shelf = max(shelf, sizes[index].height)
        }
        height = y + shelf
    }

    mutating func appendGrid(of nodes: [Int], cell: Double, place: (Int, NetworkLayout.Point) -> Void) {
        guard !nodes.isEmpty else { return }
        let top = height > 0 ? height + gap : 0
        let columns = max(1, Int(width / cell))
        for (index, node) in nodes.enumerated() {
            place(
                node,
                NetworkLayout.Point(
                    x: (Double(index % columns) + 0.5) * cell, y: top + (Double(index / columns) + 0.5) * cell))
        }
        height = top + Double((nodes.count + columns - 1) / columns) * cell
    }
}
