/// Distributions side by side: every value a point, the median and the quartiles a box; where there is one, the normal
/// range behind them.
package struct StripPlot: Sendable {
    package struct Strip: Sendable {
        package let name: String
        package let values: [Double]
        package let normalRange: ClosedRange<Double>?

        package init(_ name: String, values: [Double], normalRange: ClosedRange<Double>? = nil) {
            self.name = name
            self.values = values.filter(\.isFinite)
            self.normalRange = normalRange
        }
    }

    package let title: String
    package let yLabel: String
    package let strips: [Strip]
    package var kind = Scale.Kind.linear

    package init(title: String, yLabel: String, strips: [Strip]) {
        (self.title, self.yLabel, self.strips) = (title, yLabel, strips)
    }

    package var drawing: Drawing {
        let width = strips.count > 8 ? Drawing.pageWidth : Drawing.columnWidth
        var drawing = Drawing(
            width: width, height: 200, title: title,
            summary: strips.map { "\($0.name): median \(fixed(quantile($0.values, 0.5), decimals: 2))" }
                .joined(separator: "; "))
        let ranges = strips.compactMap(\.normalRange).flatMap { [$0.lowerBound, $0.upperBound] }
        let y = Scale(kind, of: strips.flatMap(\.values) + ranges, range: (150, 8))
        let step = (width - 44) / Double(max(strips.count, 1))
        for tick in y.ticks() {
            drawing.line((38, y.place(tick.value)), (width - 6, y.place(tick.value)), colour: Palette.grid, width: 0.4)
            drawing.text(tick.label, at: (35, y.place(tick.value) + 2.4), size: 7, anchor: .end, colour: Palette.axis)
        }
        drawing.text(yLabel, at: (10, 79), anchor: .middle, turned: true)
        for (index, strip) in strips.enumerated() {
            let middle = 40 + (Double(index) + 0.5) * step
            if let range = strip.normalRange {
                drawing.rectangle(
                    x: middle - step * 0.42, y: y.place(range.upperBound), width: step * 0.84,
                    height: y.place(range.lowerBound) - y.place(range.upperBound), fill: Colour(0x009E73), opacity: 0.15
                )
            }
            draw(strip, at: middle, width: min(step * 0.6, 24), on: y, drawing: &drawing)
            if strips.count > 6 {
                drawing.text(
                    shortened(strip.name, to: 40, size: 6.5), at: (middle + 2.3, 196), size: 6.5, turned: true)
            } else {
                drawing.text(shortened(strip.name, to: step, size: 7), at: (middle, 161), size: 7, anchor: .middle)
            }
        }
        if strips.contains(where: { $0.normalRange != nil }) {
            drawing.rectangle(x: 40, y: 182, width: 8, height: 8, fill: Colour(0x009E73), opacity: 0.15)
            drawing.text("normal range", at: (51, 189), size: 7)
        }
        return drawing
    }

    private func draw(_ strip: Strip, at middle: Double, width: Double, on y: Scale, drawing: inout Drawing) {
        guard !strip.values.isEmpty else { return }
        // A fixed zigzag in the place of random noise.
        let points = strip.values.enumerated().map { index, value in
            (middle + (Double(index * 7 % 11) / 10 - 0.5) * width * 0.8, y.place(value))
        }
        let values = strip.values.count
        drawing.circles(points, radius: values > 200 ? 0.6 : 1, fill: Palette.down, opacity: 0.45)
        let (low, high) = (y.place(quantile(strip.values, 0.25)), y.place(quantile(strip.values, 0.75)))
        drawing.rectangle(
            x: middle - width / 2, y: high, width: width, height: low - high, fill: nil, stroke: Palette.ink,
            strokeWidth: 0.7)
        let median = y.place(quantile(strip.values, 0.5))
        drawing.line((middle - width / 2, median), (middle + width / 2, median), colour: Palette.ink, width: 1.2)
    }
}

/// The quantile by linear interpolation (R's type 7); NaN without values.
package func quantile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return .nan }
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    guard below + 1 < sorted.count else { return sorted[below] }
    return sorted[below] + (sorted[below + 1] - sorted[below]) * (place - Double(below))
}
