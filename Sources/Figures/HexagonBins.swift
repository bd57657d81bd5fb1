/// Points counted in hexagons, for plots of more points than can be drawn one by one.
struct HexagonBins {
    /// The middle of each occupied hexagon, and how many points it holds; from the top left.
    let cells: [(centre: (x: Double, y: Double), count: Int)]

    /// The distance from the middle to a corner.
    let radius: Double

    init(_ points: [(Double, Double)], radius: Double) {
        self.radius = radius
        // Rows of pointy hexagons: each second row is shifted by half a width.
        let (width, step) = (radius * 1.732_050_807_568_877_2, radius * 1.5)
        var counts: [SIMD2<Int32>: Int] = [:]
        for (x, y) in points {
            let near = [0, 1].map { shift -> (cell: SIMD2<Int32>, distance: Double) in
                // The nearest middle among the even rows, and among the odd ones.
                let row = 2 * (y / step / 2 - Double(shift) / 2).rounded() + Double(shift)
                let column = (x / width - Double(shift) / 2).rounded()
                let (dx, dy) = (x - (column + Double(shift) / 2) * width, y - row * step)
                return (SIMD2(Int32(row), Int32(column)), dx * dx + dy * dy)
            }
            counts[near[0].distance <= near[1].distance ? near[0].cell : near[1].cell, default: 0] += 1
        }
        cells = counts.sorted { ($0.key.x, $0.key.y) < ($1.key.x, $1.key.y) }.map { cell, count in
            let shift = Double(cell.x & 1) / 2
            return (((Double(cell.y) + shift) * width, Double(cell.x) * step), count)
        }
    }

    /// The corners of a hexagon as a path.
    func path(around centre: (x: Double, y: Double)) -> String {
        let half = radius * 0.866_025_403_784_438_6
        let corners = [
            (0, -radius), (half, -radius / 2), (half, radius / 2), (0, radius), (-half, radius / 2),
            (-half, -radius / 2),
        ]
        return corners.enumerated().map { index, corner in
            "\(index == 0 ? "M" : "L")\(number(centre.x + corner.0)) \(number(centre.y + corner.1))"
        }.joined() + "Z"
    }
}
