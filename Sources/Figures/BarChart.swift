/// Horizontal bars with their names and values, the first at the top.
package struct BarChart: Sendable {
    package struct Bar: Sendable {
        package let name: String
        package let value: Double

        /// What stands behind the bar.
        package let label: String
        package let colour: Colour

        package init(_ name: String, value: Double, label: String, colour: Colour = Palette.down) {
            (self.name, self.value, self.label, self.colour) = (name, value, label, colour)
        }
    }

    package let title: String
    package let xLabel: String
    package let bars: [Bar]

    package init(title: String, xLabel: String, bars: [Bar]) {
        (self.title, self.xLabel, self.bars) = (title, xLabel, bars)
    }

    package var drawing: Drawing {
        let nameWidth = min(110, bars.map { Drawing.width(of: $0.name, size: 7) }.max() ?? 0) + 8
        let labelWidth = bars.map { Drawing.width(of: $0.label, size: 7) }.max() ?? 0
        let rowHeight = bars.count > 40 ? 7.0 : 12.0
        let height = Double(bars.count) * rowHeight + 34
        var drawing = Drawing(
            width: Drawing.columnWidth, height: height, title: title,
            summary: bars.map { "\($0.name): \($0.label)" }.joined(separator: "; "))
        let scale = Scale(
            domain: min(0, bars.map(\.value).min() ?? 0)...max(bars.map(\.value).max() ?? 1, 1e-9),
            range: (nameWidth, Drawing.columnWidth - labelWidth - 10))
        let bottom = 6 + Double(bars.count) * rowHeight
        for tick in scale.ticks(about: 4) {
            drawing.line(
                (scale.place(tick.value), 4), (scale.place(tick.value), bottom), colour: Palette.grid, width: 0.4)
            drawing.text(
                tick.label, at: (scale.place(tick.value), bottom + 9), size: 7, anchor: .middle, colour: Palette.axis)
        }
        for (index, bar) in bars.enumerated() {
            let top = 6 + Double(index) * rowHeight
            let size = rowHeight > 10 ? 7.0 : 5.5
            let ends = (scale.place(min(0, bar.value)), scale.place(max(0, bar.value)))
            drawing.rectangle(
                x: ends.0, y: top + 1, width: ends.1 - ends.0, height: rowHeight - 2, fill: bar.colour, opacity: 0.9)
            drawing.text(
                shortened(bar.name, to: nameWidth - 6, size: size),
                at: (nameWidth - 4, top + rowHeight / 2 + size * 0.35), size: size, anchor: .end)
            drawing.text(
                bar.label, at: (ends.1 + 3, top + rowHeight / 2 + size * 0.35), size: size, colour: Palette.axis)
        }
        drawing.line((scale.place(0), 4), (scale.place(0), bottom))
        drawing.text(xLabel, at: ((nameWidth + Drawing.columnWidth) / 2, bottom + 21), anchor: .middle)
        return drawing
    }
}
