/// The nodes of one cluster, pulled together along edges and pushed apart otherwise (Fruchterman & Reingold, 1991),
/// from a spiral in the order of the nodes; at the end circles that still overlap are moved apart.
struct ClusterLayout {
    /// By member, from the top left corner of the drawing.
    let positions: [NetworkLayout.Point]
    let width: Double
    let height: Double

    private static let rounds = 150
    private static let separationRounds = 60

    /// Cosine and sine of the golden angle, π (3 − √5).
    private static let goldenTurn = (cosine: -0.737_368_878_078_319_8, sine: 0.675_490_294_261_523_7)

    init(of nodes: [Int], radii: [Double], edges: [EnrichmentNetwork.Edge]) {
        let place = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
        let members = nodes.map { radii[$0] }
        let springs = edges.compactMap { edge in
            place[edge.first].flatMap { first in
                place[edge.second].map { (first: first, second: $0, weight: edge.similarity) }
            }
        }
        let spacing = 2.6 * members.reduce(0, +) / Double(members.count)
        var points = ClusterLayout.spiral(count: nodes.count, spacing: spacing)
        for round in 0..<ClusterLayout.rounds {
            let reach = spacing * 2 * (1 - Double(round) / Double(ClusterLayout.rounds))
            ClusterLayout.move(&points, along: springs, spacing: spacing, reach: reach)
        }
        for _ in 0..<ClusterLayout.separationRounds { ClusterLayout.separate(&points, radii: members) }
        let left = zip(points, members).map { $0.x - $1 }.min() ?? 0
        let top = zip(points, members).map { $0.y - $1 }.min() ?? 0
        positions = points.map { NetworkLayout.Point(x: $0.x - left, y: $0.y - top) }
        width = zip(positions, members).map { $0.x + $1 }.max() ?? 0
        height = zip(positions, members).map { $0.y + $1 }.max() ?? 0
    }

    private static func spiral(count: Int, spacing: Double) -> [NetworkLayout.Point] {
        var (x, y) = (1.0, 0.0)
        return (0..<count).map { index in
            let radius = spacing * Double(index).squareRoot() * 0.6
            let point = NetworkLayout.Point(x: radius * x, y: radius * y)
            (x, y) = (
                x * goldenTurn.cosine - y * goldenTurn.sine, x * goldenTurn.sine + y * goldenTurn.cosine
            )
            return point
        }
    }

    private static func move(
        _ points: inout [NetworkLayout.Point], along springs: [(first: Int, second: Int, weight: Double)],
        spacing: Double, reach: Double
    ) {
        var shifts = [NetworkLayout.Point](repeating: NetworkLayout.Point(x: 0, y: 0), count: points.count)
        for a in points.indices {
            for b in points.indices where b > a {
                let (dx, dy) = (points[a].x - points[b].x, points[a].y - points[b].y)
                let push = spacing * spacing / max(dx * dx + dy * dy, 1)
                shifts[a].x += dx * push
                shifts[a].y += dy * push
                shifts[b].x -= dx * push
                shifts[b].y -= dy * push
            }
        }
        for (a, b, weight) in springs {
            let (dx, dy) = (points[a].x - points[b].x, points[a].y - points[b].y)
            let pull = weight * (dx * dx + dy * dy).squareRoot() / spacing
            shifts[a].x -= dx * pull
            shifts[a].y -= dy * pull
            shifts[b].x += dx * pull
            shifts[b].y += dy * pull
        }
        for index in points.indices {
            // A weak pull to the middle keeps parts that no edge joins from drifting apart.
            shifts[index].x -= 0.05 * points[index].x
            shifts[index].y -= 0.05 * points[index].y
            let length = (shifts[index].x * shifts[index].x + shifts[index].y * shifts[index].y).squareRoot()
            let scale = length > reach ? reach / length : 1
            points[index].x += shifts[index].x * scale
            points[index].y += shifts[index].y * scale
        }
    }

    private static func separate(_ points: inout [NetworkLayout.Point], radii: [Double]) {
        for a in points.indices {
            for b in points.indices where b > a {
                let (dx, dy) = (points[a].x - points[b].x, points[a].y - points[b].y)
                let distance = (dx * dx + dy * dy).squareRoot()
                let missing = radii[a] + radii[b] + 4 - distance
                guard missing > 0 else { continue }
                // Two nodes in one place part sideways.
                let (ux, uy) = distance > 1e-9 ? (dx / distance, dy / distance) : (1, 0)
                points[a].x += ux * missing / 2
                points[a].y += uy * missing / 2
                points[b].x -= ux * missing / 2
                points[b].y -= uy * missing / 2
            }
        }
    }
}
