/// Places for the names of some points, so that names cover neither each other nor the edges of the plot.
package enum LabelPlacement {
    package struct Label: Equatable, Sendable {
        package let text: String
        package let point: (x: Double, y: Double)

        /// Where the text begins, at its base line.
        package let origin: (x: Double, y: Double)

        package static func == (left: Label, right: Label) -> Bool {
            left.text == right.text && left.point == right.point && left.origin == right.origin
        }
    }

    /// Returns the labels that have room, in the order given: the first is the most important.
    package static func place(
        _ points: [(text: String, x: Double, y: Double)], size: Double,
        within area: (left: Double, top: Double, right: Double, bottom: Double)
    ) -> [Label] {
        var taken: [(left: Double, top: Double, right: Double, bottom: Double)] = []
        return points.compactMap { point in
            let width = Drawing.width(of: point.text, size: size)
            let candidates: [(Double, Double)] = [
                (point.x + 3.5, point.y - 2), (point.x - 3.5 - width, point.y - 2),
                (point.x - width / 2, point.y - 5), (point.x - width / 2, point.y + size + 3),
                (point.x + 3.5, point.y + size), (point.x - 3.5 - width, point.y + size),
                (point.x + 8, point.y - 9), (point.x - 8 - width, point.y - 9),
            ]
            for (x, y) in candidates {
                let box = (left: x - 1, top: y - size, right: x + width + 1, bottom: y + 1.5)
                let isInside =
                    box.left >= area.left && box.right <= area.right && box.top >= area.top
                    && box.bottom <= area.bottom
                let isFree = !taken.contains {
                    box.left < $0.right && $0.left < box.right && box.top < $0.bottom && $0.top < box.bottom
                }
                if isInside, isFree {
                    taken.append(box)
                    return Label(text: point.text, point: (point.x, point.y), origin: (x, y))
                }
            }
            return nil
        }
    }
}
