/// How many elements each combination of sets has, of any number of sets (Lex et al., 2014).
package struct UpSetPlot: Sendable {
    package let title: String
    package let names: [String]

    /// Combinations with at least one element: the sets it lies in and no others, and how many it has.
    package let combinations: [(sets: [Int], count: Int)]

    /// More combinations than these are left out, the smallest first.
    package static let limit = 30

    /// - Parameter members: By set: its elements.
    package init(title: String, names: [String], members: [Set<String>]) {
        self.title = title
        self.names = names
        var setsOfElement: [String: [Int]] = [:]
        for (index, elements) in members.enumerated() {
            for element in elements { setsOfElement[element, default: []].append(index) }
        }
        combinations = Dictionary(grouping: setsOfElement.values) { $0 }
            .map { (sets: $0.key, count: $0.value.count) }
            .sorted {
                (-$0.count, $0.sets.count, $0.sets.lexicographicKey) < (
                    -$1.count, $1.sets.count, $1.sets.lexicographicKey
                )
            }
    }

    package var drawing: Drawing {
        let shown = combinations.prefix(UpSetPlot.limit)
        let nameWidth = min(150, (names.map { Drawing.width(of: $0, size: 7) }.max() ?? 0) + 8)
        let width = shown.count > 10 ? Drawing.pageWidth : Drawing.columnWidth
        let step = (width - nameWidth - 10) / Double(max(shown.count, 1))
        let height = 110 + Double(names.count) * 13
        var drawing = Drawing(
            width: width, height: height, title: title,
            summary: shown.map { combination in
                combination.sets.map { names[$0] }.joined(separator: " and ") + ": \(combination.count)"
            }.joined(separator: "; "))
        let y = Scale(domain: 0...Double(max(shown.first?.count ?? 1, 1)), range: (94, 12))
        for (index, name) in names.enumerated() {
            let row = 106 + Double(index) * 13
            if index % 2 == 0 {
                drawing.rectangle(
                    x: nameWidth, y: row - 6, width: width - nameWidth - 6, height: 13, fill: Colour(0xF3F3F3))
            }
            drawing.text(
                shortened(name, to: nameWidth - 6, size: 7), at: (nameWidth - 4, row + 2.6), size: 7, anchor: .end)
        }
        for (index, combination) in shown.enumerated() {
            let x = nameWidth + (Double(index) + 0.5) * step
            let top = y.place(Double(combination.count))
            drawing.rectangle(
                x: x - min(step * 0.35, 8), y: top, width: min(step * 0.7, 16), height: 94 - top, fill: Palette.down)
            drawing.text("\(combination.count)", at: (x, top - 2), size: 6.5, anchor: .middle)
            let rows = combination.sets.map { 106 + Double($0) * 13 }
            for row in names.indices {
                drawing.circle((x, 106 + Double(row) * 13), radius: 2.6, fill: Colour(0xD9D9D9))
            }
            if let first = rows.first, let last = rows.last, last > first {
                drawing.line((x, first), (x, last), colour: Palette.ink, width: 1.4)
            }
            drawing.circles(rows.map { (x, $0) }, radius: 2.8, fill: Palette.ink)
        }
        drawing.text(
            shortened("elements", to: nameWidth - 6, size: 7), at: (nameWidth - 4, 60), size: 7, anchor: .end,
            colour: Palette.axis)
        return drawing
    }
}

extension [Int] {
    /// Small numbers that sort as the lists do, for lists of one length.
    fileprivate var lexicographicKey: Int { reduce(0) { $0 &* 1_000 &+ $1 } }
}
