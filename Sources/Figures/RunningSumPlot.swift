/// A gene set's running sum over the ranked list, where its genes stand, and the metric that ranks them.
package struct RunningSumPlot: Sendable {
    package let setName: String

    /// Ranks of the set's genes, counted from 0, ascending.
    package let hits: [Int]

    /// The running sum behind each of the hits.
    package let sumAtHits: [Double]

    /// By rank.
    package let scores: [Double]
    package let metric: String

    /// What is said of the set in a line, such as its NES and q.
    package let caption: String

    package init(
        setName: String, hits: [Int], sumAtHits: [Double], scores: [Double], metric: String, caption: String
    ) {
        self.setName = setName
        self.hits = hits
        self.sumAtHits = sumAtHits
        self.scores = scores
        self.metric = metric
        self.caption = caption
    }

    /// The running sum as corners of its line: it falls by 1/(N − k) a gene and rises at each hit.
    package var corners: [(rank: Double, sum: Double)] {
        let fall = 1 / Double(max(scores.count - hits.count, 1))
        var points = [(rank: 0.0, sum: 0.0)]
        var previous = (rank: 0, sum: 0.0)
        for (hit, sum) in zip(hits, sumAtHits) {
            points.append((Double(hit), previous.sum - Double(hit - previous.rank) * fall))
            points.append((Double(hit + 1), sum))
            previous = (hit + 1, sum)
        }
        points.append((Double(scores.count), previous.sum - Double(scores.count - previous.rank) * fall))
        return points
    }

    package var drawing: Drawing {
        var drawing = Drawing(
            width: Drawing.columnWidth, height: 220, title: setName, summary: "Running sum of \(setName). \(caption)")
        let corners = corners
        let x = Scale(domain: 0...Double(max(scores.count, 1)), range: (36, Drawing.columnWidth - 12))
        let sums = PlotFrame(x: x, y: Scale(of: corners.map(\.sum) + [0], range: (122, 26)))
        for tick in sums.y.ticks(about: 4) {
            drawing.line((36, sums.y.place(tick.value)), (x.range.end, sums.y.place(tick.value)), colour: Palette.grid)
            drawing.text(
                tick.label, at: (33, sums.y.place(tick.value) + 2.4), size: 7, anchor: .end, colour: Palette.axis)
        }
        drawing.line((36, sums.y.place(0)), (x.range.end, sums.y.place(0)))
        drawing.text("running sum", at: (9, 74), anchor: .middle, turned: true)
        let peak = corners.map(\.sum).max { abs($0) < abs($1) } ?? 0
        let colour = peak >= 0 ? Palette.up : Palette.down
        drawing.polyline(corners.map { sums.place($0.rank, $0.sum) }, colour: colour, width: 1.2)
        for hit in hits {
            drawing.line((x.place(Double(hit)), 126), (x.place(Double(hit)), 138), colour: Palette.ink, width: 0.35)
        }
        drawMetric(x, on: &drawing)
        drawing.text(shortened(setName, to: Drawing.columnWidth - 44), at: (36, 10), isBold: true)
        drawing.text(caption, at: (36, 20), size: 7, colour: Palette.axis)
        return drawing
    }

    private func drawMetric(_ x: Scale, on drawing: inout Drawing) {
        let finite = scores.filter(\.isFinite)
        let frame = PlotFrame(x: x, y: Scale(of: finite + [0], range: (192, 144)))
        // A list of tens of thousands of genes has more points than the line has pixels.
        let step = max(1, scores.count / 400)
        let line = stride(from: 0, to: scores.count, by: step).map { frame.place(Double($0), scores[$0]) }
        let zero = frame.y.place(0)
        drawing.polyline(
            [(x.range.start, zero)] + line + [(x.range.end, zero)], colour: Palette.notSignificant, width: 0.5,
            fill: Colour(0xD0D0D0))
        for tick in frame.y.ticks(about: 3) {
            drawing.text(
                tick.label, at: (33, frame.y.place(tick.value) + 2.4), size: 7, anchor: .end, colour: Palette.axis)
        }
        for tick in x.ticks(about: 5) {
            drawing.text(tick.label, at: (x.place(tick.value), 202), size: 7, anchor: .middle, colour: Palette.axis)
        }
        drawing.text("rank in the list, by \(metric)", at: ((36 + x.range.end) / 2, 213), anchor: .middle)
    }
}

/// The text, cut with an ellipsis where it is wider than there is room.
package func shortened(_ text: String, to width: Double, size: Double = Drawing.fontSize) -> String {
    guard Drawing.width(of: text, size: size) > width else { return text }
    var kept = text
    while !kept.isEmpty, Drawing.width(of: kept + "…", size: size) > width { kept.removeLast() }
    return kept + "…"
}
