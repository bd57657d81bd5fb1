/// An order in which alike items stand beside each other: the leaves of a tree by average linkage, as `hclust` of R with
/// `method = "average"` joins them.
package enum ClusterOrder {
    /// - Parameter distances: Symmetric, by item.
    package static func leaves(_ distances: [[Double]]) -> [Int] {
        var groups = distances.indices.map { [$0] }
        var between = distances
        while groups.count > 1 {
            var nearest = (a: 0, b: 1, distance: Double.infinity)
            for a in groups.indices {
                for b in (a + 1)..<max(groups.count, a + 1) where between[a][b] < nearest.distance {
                    nearest = (a, b, between[a][b])
                }
            }
            let (a, b) = (nearest.a, nearest.b)
            let (sizeA, sizeB) = (Double(groups[a].count), Double(groups[b].count))
            for other in groups.indices {
                let mean = (between[a][other] * sizeA + between[b][other] * sizeB) / (sizeA + sizeB)
                between[a][other] = mean
                between[other][a] = mean
            }
            groups[a] += groups[b]
            groups.remove(at: b)
            between.remove(at: b)
            for row in between.indices { between[row].remove(at: b) }
        }
        return groups.first ?? []
    }
}
