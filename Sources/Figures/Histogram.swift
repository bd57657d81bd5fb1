/// Counts of values in equal bins, with curves over them.
package struct Histogram: Sendable {
    /// A line over the bars, in the bars' own unit: expected values per bin.
    package struct Curve: Sendable {
        package let label: String
        package let colour: Colour

        /// The expected count of a bin whose middle is the argument.
        package let height: @Sendable (Double) -> Double

        package init(_ label: String, colour: Colour, height: @escaping @Sendable (Double) -> Double) {
            (self.label, self.colour, self.height) = (label, colour, height)
        }
    }

    package let title: String
    package let xLabel: String
    package let yLabel: String
    package let edges: ClosedRange<Double>
    package let counts: [Int]
    package let curves: [Curve]

    /// - Parameter range: Values outside it are counted in its first or last bin; those that are not finite not at all.
    package init(
        title: String, xLabel: String, yLabel: String = "genes", values: [Double], range: ClosedRange<Double>,
        bins: Int,
        curves: [Curve] = []
    ) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        edges = range
        var counts = [Int](repeating: 0, count: bins)
        for value in values where value.isFinite {
            let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
            counts[min(max(Int(share * Double(bins)), 0), bins - 1)] += 1
        }
        self.counts = counts
        self.curves = curves
    }

    package var drawing: Drawing {
        let total = counts.reduce(0, +)
        var drawing = Drawing(
            width: Drawing.columnWidth, height: 170, title: title, summary: "\(total) \(yLabel) by \(xLabel).")
        let span = edges.upperBound - edges.lowerBound
        let middles = counts.indices.map { edges.lowerBound + (Double($0) + 0.5) / Double(counts.count) * span }
        let highest = max(
            Double(counts.max() ?? 1), curves.flatMap { curve in middles.map { curve.height($0) } }.max() ?? 0, 1)
        let frame = PlotFrame(
            x: Scale(domain: edges, range: (36, Drawing.columnWidth - 6)),
            // Above the bars there is room for the curves' names.
            y: Scale(domain: 0...highest * (1.05 + 0.09 * Double(curves.count)), range: (142, 12)))
        frame.draw(on: &drawing, xLabel: xLabel, yLabel: yLabel)
        let width = (frame.x.range.end - frame.x.range.start) / Double(counts.count)
        for (index, count) in counts.enumerated() where count > 0 {
            let top = frame.y.place(Double(count))
            drawing.rectangle(
                x: frame.x.range.start + Double(index) * width, y: top, width: max(width - 0.4, 0.4),
                height: frame.y.range.start - top, fill: Colour(0x8FA8BA))
        }
        for (index, curve) in curves.enumerated() {
            drawing.polyline(middles.map { frame.place($0, curve.height($0)) }, colour: curve.colour, width: 1.2)
            let y = 20 + 9 * Double(index)
            let textWidth = Drawing.width(of: curve.label, size: 7)
            drawing.text(curve.label, at: (frame.x.range.end - 2, y), size: 7, anchor: .end)
            drawing.line(
                (frame.x.range.end - textWidth - 16, y - 2.5), (frame.x.range.end - textWidth - 6, y - 2.5),
                colour: curve.colour, width: 1.5)
        }
        return drawing
    }
}
