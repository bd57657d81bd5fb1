import StatisticalKernels

/// Clusters of a weighted graph by Markov clustering, as the Cytoscape app clusterMaker2 runs it.
///
/// Flow spreads by squaring the column-stochastic matrix of weights and gathers by raising its entries to the
/// inflation (van Dongen, 2000). The app stops after at most 16 rounds, and as soon as the residual, the largest of
/// `Σ x − Σ x²` over the columns, does not fall; so its clusters are those of that moment, not of convergence.
package struct MarkovClusters: Equatable, Sendable {
    /// Positions of nodes, ascending; clusters by descending size, then by their first member. Nodes alone are left out.
    package let clusters: [[Int]]

    /// How many rounds were run.
    package let rounds: Int

    static let maximumRounds = 16
    static let residualOfConvergence = 1e-3

    /// Entries below it become 0 after inflation.
    static let smallestFlow = 1e-15

    /// - Parameter edges: Two different positions and a positive weight, at most 1 edge per pair counts: of several
    ///   (one per analysis) the last, as the app's matrix takes it.
    package init(nodeCount: Int, edges: [(Int, Int, Double)], inflation: Double) {
        var blocks = FlowBlock.blocks(nodeCount: nodeCount, edges: edges)
        var residual = 1.0
        var rounds = 0
        while rounds < MarkovClusters.maximumRounds, residual > MarkovClusters.residualOfConvergence, !blocks.isEmpty {
            var next = 0.0
            for index in blocks.indices {
                blocks[index].expand()
                next = max(next, blocks[index].inflate(by: inflation))
            }
            rounds += 1
            if next >= residual { break }
            residual = next
        }
        self.rounds = rounds
        clusters = blocks.flatMap { $0.components() }
            .filter { $0.count > 1 }
            .sorted { (-$0.count, $0[0]) < (-$1.count, $1[0]) }
    }
}

/// The flow between the nodes of one connected part of the graph, column by column.
///
/// Parts never exchange flow, so that the matrix of the whole graph is that of its parts.
private struct FlowBlock {
    /// Positions of the block's nodes in the graph, ascending.
    let nodes: [Int]

    /// `flow[column * nodes.count + row]`.
    var flow: [Double]

    static func blocks(nodeCount: Int, edges: [(Int, Int, Double)]) -> [FlowBlock] {
        var parts = DisjointSets(count: nodeCount)
        for (a, b, _) in edges { parts.join(a, b) }
        let groups = parts.groups().filter { $0.count > 1 }
        var blockOfNode = [Int](repeating: -1, count: nodeCount)
        var placeOfNode = [Int](repeating: 0, count: nodeCount)
        for (block, nodes) in groups.enumerated() {
            for (place, node) in nodes.enumerated() {
                blockOfNode[node] = block
                placeOfNode[node] = place
            }
        }
        var blocks = groups.map { FlowBlock(nodes: $0, flow: [Double](repeating: 0, count: $0.count * $0.count)) }
        for (a, b, weight) in edges {
            let block = blockOfNode[a]
            let size = blocks[block].nodes.count
            blocks[block].flow[placeOfNode[a] * size + placeOfNode[b]] = weight
            blocks[block].flow[placeOfNode[b] * size + placeOfNode[a]] = weight
        }
        for index in blocks.indices {
            blocks[index].addLoops()
            blocks[index].normalizeColumns()
        }
        return blocks
    }

    /// Every node gets a loop of its largest weight.
    private mutating func addLoops() {
        let size = nodes.count
        for column in 0..<size {
            flow[column * size + column] = flow[column * size..<(column + 1) * size].max() ?? 1
        }
    }

    private mutating func normalizeColumns() {
        let size = nodes.count
        for column in 0..<size {
            var sum = 0.0
            for row in 0..<size { sum += flow[column * size + row] }
            if sum == 0 {
                flow[column * size + column] = 1
            } else {
                for row in 0..<size { flow[column * size + row] /= sum }
            }
        }
    }

    /// Squares the matrix, and makes its columns sum to 1 again.
    mutating func expand() {
        let size = nodes.count
        var square = [Double](repeating: 0, count: size * size)
        flow.withUnsafeBufferPointer { flow in
            square.withUnsafeMutableBufferPointer { square in
                for column in 0..<size {
                    for middle in 0..<size {
                        let weight = flow[column * size + middle]
                        guard weight != 0 else { continue }
                        let source = flow.baseAddress! + middle * size
                        let target = square.baseAddress! + column * size
                        for row in 0..<size { target[row] += source[row] * weight }
                    }
                }
            }
        }
        flow = square
        normalizeColumns()
    }

    /// Raises the entries to the inflation, drops the smallest, and makes columns sum to 1.
    ///
    /// - Returns: The largest `Σ x − Σ x²` over the columns.
    mutating func inflate(by inflation: Double) -> Double {
        if inflation == 2 {
            for index in flow.indices { flow[index] *= flow[index] }
        } else {
            for index in flow.indices where flow[index] > 0 { flow[index] = pow(flow[index], inflation) }
        }
        for index in flow.indices where flow[index] < MarkovClusters.smallestFlow { flow[index] = 0 }
        normalizeColumns()
        let size = nodes.count
        return (0..<size).map { column in
            flow[column * size..<(column + 1) * size].reduce(0) { $0 + $1 - $1 * $1 }
        }.max() ?? 0
    }

    /// The nodes between which flow is left, as positions in the graph.
    func components() -> [[Int]] {
        var parts = DisjointSets(count: nodes.count)
        for column in nodes.indices {
            for row in nodes.indices where flow[column * nodes.count + row] != 0 { parts.join(column, row) }
        }
        return parts.groups().map { $0.map { nodes[$0] } }
    }
}
