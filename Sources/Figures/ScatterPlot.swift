/// Points in groups, with a legend: an ordination, a gene's counts against a covariate, one statistic against another.
package struct ScatterPlot: Sendable {
    package struct Group: Sendable {
        /// What the legend calls it; empty for a group without a name.
        package let name: String
        package let colour: Colour
        package let points: [(x: Double, y: Double)]

        package init(_ name: String, colour: Colour, points: [(x: Double, y: Double)]) {
            (self.name, self.colour, self.points) = (name, colour, points)
        }
    }

    package let title: String
    package let xLabel: String
    package let yLabel: String
    package let groups: [Group]
    package var yKind = Scale.Kind.linear
    package var xKind = Scale.Kind.linear

    /// A line through the plot, such as a fit, or the diagonal.
    package var line: [(x: Double, y: Double)] = []

    /// Texts beside points, the most important first.
    package var names: [(text: String, x: Double, y: Double)] = []

    package init(title: String, xLabel: String, yLabel: String, groups: [Group]) {
        (self.title, self.xLabel, self.yLabel, self.groups) = (title, xLabel, yLabel, groups)
    }

    package var drawing: Drawing {
        let hasLegend = groups.contains { !$0.name.isEmpty }
        let columns = 3
        let legendRows = hasLegend ? (groups.count + columns - 1) / columns : 0
        let bottom = 168.0
        var drawing = Drawing(
            width: Drawing.columnWidth, height: bottom + 30 + Double(legendRows) * 10, title: title,
            summary: "\(groups.reduce(0) { $0 + $1.points.count }) points, \(xLabel) against \(yLabel).")
        let area = (left: 38.0, top: 8.0, right: Drawing.columnWidth - 6, bottom: bottom)
        let all = groups.flatMap(\.points)
        let frame = PlotFrame(area: area, x: (xKind, all.map(\.x)), y: (yKind, all.map(\.y)))
        frame.draw(on: &drawing, xLabel: xLabel, yLabel: yLabel)
        let radius = all.count > 500 ? 1.0 : 2.0
        for group in groups {
            let places = group.points.filter { $0.x.isFinite && $0.y.isFinite }.map { frame.place($0.x, $0.y) }
            drawing.circles(places, radius: radius, fill: group.colour, opacity: all.count > 500 ? 0.5 : 0.85)
        }
        if !line.isEmpty { drawing.polyline(line.map { frame.place($0.x, $0.y) }, colour: Palette.ink, width: 0.9) }
        let texts = names.map { name -> (text: String, x: Double, y: Double) in
            let place = frame.place(name.x, name.y)
            return (name.text, place.0, place.1)
        }
        for label in LabelPlacement.place(texts, size: 6.5, within: area) {
            drawing.text(label.text, at: label.origin, size: 6.5)
        }
        guard hasLegend else { return drawing }
        let step = (Drawing.columnWidth - 12) / Double(columns)
        for (index, group) in groups.enumerated() {
            let (x, y) = (8 + Double(index % columns) * step, bottom + 31 + Double(index / columns) * 10)
            drawing.circle((x + 3, y - 2.4), radius: 2.4, fill: group.colour)
            drawing.text(shortened(group.name, to: step - 12, size: 7), at: (x + 9, y), size: 7)
        }
        return drawing
    }
}
