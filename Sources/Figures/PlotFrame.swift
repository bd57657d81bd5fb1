/// The axes of a plot, and the space between them.
package struct PlotFrame: Sendable {
    package let x: Scale
    package let y: Scale

    /// - Parameters:
    ///   - area: Left, top, right and bottom of the space between the axes.
    ///   - xDomain: Kind and values of each axis; the scales leave a little room around the values.
    package init(
        area: (left: Double, top: Double, right: Double, bottom: Double),
        x: (kind: Scale.Kind, values: [Double]), y: (kind: Scale.Kind, values: [Double])
    ) {
        self.x = Scale(x.kind, of: x.values, range: (area.left, area.right))
        self.y = Scale(y.kind, of: y.values, range: (area.bottom, area.top))
    }

    package init(x: Scale, y: Scale) { (self.x, self.y) = (x, y) }

    package func place(_ x: Double, _ y: Double) -> (Double, Double) { (self.x.place(x), self.y.place(y)) }

    /// Draws grid, axes, ticks and their labels.
    package func draw(on drawing: inout Drawing, xLabel: String, yLabel: String, grid: Bool = true) {
        let (left, right) = x.range
        let (bottom, top) = y.range
        for tick in x.ticks(about: max(3, Int((right - left) / 45))) {
            let place = x.place(tick.value)
            if grid { drawing.line((place, top), (place, bottom), colour: Palette.grid, width: 0.4) }
            drawing.line((place, bottom), (place, bottom + 2.5))
            drawing.text(tick.label, at: (place, bottom + 10.5), size: 7, anchor: .middle, colour: Palette.axis)
        }
        var widest = 0.0
        for tick in y.ticks(about: max(3, Int((bottom - top) / 30))) {
            let place = y.place(tick.value)
            if grid { drawing.line((left, place), (right, place), colour: Palette.grid, width: 0.4) }
            drawing.line((left - 2.5, place), (left, place))
            drawing.text(tick.label, at: (left - 4, place + 2.4), size: 7, anchor: .end, colour: Palette.axis)
            widest = max(widest, Drawing.width(of: tick.label, size: 7))
        }
        drawing.line((left, bottom), (right, bottom))
        drawing.line((left, top), (left, bottom))
        drawing.text(xLabel, at: ((left + right) / 2, bottom + 21), anchor: .middle)
        drawing.text(yLabel, at: (left - 9 - widest, (top + bottom) / 2), anchor: .middle, turned: true)
    }
}
