/// Two or three sets as circles whose areas, and the areas that two of them share, are in proportion to their sizes.
///
/// Three circles cannot in general have seven areas right: the three circles and their pairwise overlaps are, and the
/// numbers are printed in every region.
package struct VennDiagram: Sendable {
    package let title: String
    package let names: [String]

    /// By region, the bits of its number being the sets it lies in: `counts[0b011]` is in the first two only.
    package let counts: [Int]

    /// - Precondition: Two or three names, and 2^names counts.
    package init(title: String, names: [String], counts: [Int]) {
        precondition(
            (2...3).contains(names.count) && counts.count == 1 << names.count, "a Venn diagram has 2 or 3 sets")
        (self.title, self.names, self.counts) = (title, names, counts)
    }

    package struct Circle: Equatable, Sendable {
        package var x: Double
        package var y: Double
        package let radius: Double
    }

    /// The size of a set, or of what several share, by the bits of the sets.
    private func size(_ sets: Int) -> Double {
        Double(counts.indices.filter { $0 & sets == sets }.reduce(0) { $0 + counts[$1] })
    }

    /// The circles, in units in which a set of n has the area n.
    package var circles: [Circle] {
        // An empty set still gets a point to stand at.
        let radii = names.indices.map { (max(size(1 << $0), 0.05) / 3.141_592_653_589_793).squareRoot() }
        func distance(_ a: Int, _ b: Int) -> Double {
            Lens.distance(radii: (radii[a], radii[b]), shared: size(1 << a | 1 << b))
        }
        let first = Circle(x: 0, y: 0, radius: radii[0])
        let second = Circle(x: distance(0, 1), y: 0, radius: radii[1])
        guard names.count == 3 else { return [first, second] }
        let (a, b, c) = (distance(0, 1), distance(0, 2), distance(1, 2))
        // Distances that no triangle has: the third circle stands as near to them as a line allows.
        let x = a > 0 ? (a * a + b * b - c * c) / (2 * a) : 0
        let y = max(b * b - x * x, 0).squareRoot()
        return [first, second, Circle(x: x, y: y, radius: radii[2])]
    }

    package var drawing: Drawing {
        var drawing = Drawing(
            width: Drawing.columnWidth, height: 200, title: title,
            summary: counts.indices.dropFirst().map { "\(regionName($0)): \(counts[$0])" }.joined(separator: "; "))
        let circles = circles
        let left = circles.map { $0.x - $0.radius }.min() ?? 0
        let right = circles.map { $0.x + $0.radius }.max() ?? 1
        let top = circles.map { $0.y - $0.radius }.min() ?? 0
        let bottom = circles.map { $0.y + $0.radius }.max() ?? 1
        let scale = min((Drawing.columnWidth - 40) / (right - left), 140 / (bottom - top))
        let shift = (
            (Drawing.columnWidth - (right - left) * scale) / 2 - left * scale,
            22 + (140 - (bottom - top) * scale) / 2 - top * scale
        )
        func place(_ x: Double, _ y: Double) -> (Double, Double) { (x * scale + shift.0, y * scale + shift.1) }
        for (index, circle) in circles.enumerated() {
            drawing.circle(
                place(circle.x, circle.y), radius: circle.radius * scale, fill: Palette.category(index),
                stroke: Palette.category(index), strokeWidth: 1, opacity: 0.25)
        }
        for region in counts.indices.dropFirst() where counts[region] > 0 {
            guard let middle = middle(of: region, circles: circles) else { continue }
            let (x, y) = place(middle.0, middle.1)
            drawing.text("\(counts[region])", at: (x, y + 2.8), anchor: .middle, isBold: true)
        }
        for (index, name) in names.enumerated() {
            let y = 175 + 9 * Double(index)
            drawing.circle((10, y - 2.5), radius: 3, fill: Palette.category(index), opacity: 0.5)
            drawing.text("\(name) (\(Int(size(1 << index))))", at: (17, y), size: 7)
        }
        return drawing
    }

    private func regionName(_ region: Int) -> String {
        let inside = names.indices.filter { region >> $0 & 1 == 1 }.map { names[$0] }
        return inside.joined(separator: " and ") + (inside.count == names.count ? "" : " only")
    }

    /// The point of a region that is farthest from all circles' edges, on a grid; nil where the drawing has no such region.
    private func middle(of region: Int, circles: [Circle]) -> (Double, Double)? {
        let left = circles.map { $0.x - $0.radius }.min() ?? 0
        let top = circles.map { $0.y - $0.radius }.min() ?? 0
        let span = max(
            (circles.map { $0.x + $0.radius }.max() ?? 1) - left, (circles.map { $0.y + $0.radius }.max() ?? 1) - top)
        var best: (depth: Double, point: (Double, Double))?
        for row in 0..<80 {
            for column in 0..<80 {
                let (x, y) = (left + span * (Double(column) + 0.5) / 80, top + span * (Double(row) + 0.5) / 80)
                var depth = Double.infinity
                for (index, circle) in circles.enumerated() {
                    let (dx, dy) = (x - circle.x, y - circle.y)
                    let inside = circle.radius - (dx * dx + dy * dy).squareRoot()
                    depth = min(depth, region >> index & 1 == 1 ? inside : -inside)
                }
                if depth > 0, depth > best?.depth ?? 0 { best = (depth, (x, y)) }
            }
        }
        return best?.point
    }
}

/// What two circles share.
enum Lens {
    /// Returns the distance of two middles at which the circles share an area.
    static func distance(radii: (Double, Double), shared: Double) -> Double {
        var (near, far) = (abs(radii.0 - radii.1), radii.0 + radii.1)
        for _ in 0..<60 {
            let middle = (near + far) / 2
            if area(radii: radii, distance: middle) > shared { near = middle } else { far = middle }
        }
        return (near + far) / 2
    }

    /// The shared area: of each circle the part beyond the chord through both crossings.
    static func area(radii: (Double, Double), distance: Double) -> Double {
        guard distance < radii.0 + radii.1 else { return 0 }
        guard distance > abs(radii.0 - radii.1), distance > 0 else {
            let radius = min(radii.0, radii.1)
            return 3.141_592_653_589_793 * radius * radius
        }
        let chord = (distance * distance + radii.0 * radii.0 - radii.1 * radii.1) / (2 * distance)
        return cap(radius: radii.0, from: chord) + cap(radius: radii.1, from: distance - chord)
    }

    /// `∫ 2 √(r² − x²) dx` from `start` to `r`, by substituting x = r − (r − start) s², which has no steep end, and Simpson's rule.
    private static func cap(radius: Double, from start: Double) -> Double {
        let span = radius - start
        func height(_ s: Double) -> Double {
            let x = radius - span * s * s
            return 2 * max(radius * radius - x * x, 0).squareRoot() * 2 * span * s
        }
        let steps = 200
        let sum = (0...steps).reduce(0.0) { sum, index in
            let weight = index == 0 || index == steps ? 1.0 : index % 2 == 1 ? 4 : 2
            return sum + weight * height(Double(index) / Double(steps))
        }
        return sum / Double(3 * steps)
    }
}
