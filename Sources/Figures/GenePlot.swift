/// A plot of all genes: those that are not significant as a grey cloud, the others as coloured points above it, and
/// the names of the strongest.
package struct GenePlot: Sendable {
    /// What a gene is drawn as.
    package enum Mark: Sendable { case none, notSignificant, up, down }

    package struct Axis: Sendable {
        package let label: String
        package let kind: Scale.Kind

        /// By gene; one that is not finite, or not above 0 on a logarithmic axis, leaves its gene out.
        package let values: [Double]

        package init(_ label: String, kind: Scale.Kind = .linear, values: [Double]) {
            (self.label, self.kind, self.values) = (label, kind, values)
        }
    }

    package let title: String
    package let x: Axis
    package let y: Axis
    package let marks: [Mark]

    /// The genes to be named, the most important first.
    package let named: [(gene: Int, name: String)]

    /// A horizontal line, such as no change.
    package let baseline: Double?

    /// More points than these are counted in hexagons.
    private static let drawnOneByOne = 5_000

    package init(
        title: String, x: Axis, y: Axis, marks: [Mark], named: [(gene: Int, name: String)], baseline: Double? = nil
    ) {
        self.title = title
        self.x = x
        self.y = y
        self.marks = marks
        self.named = named
        self.baseline = baseline
    }

    /// Mean of normalized counts against log2 fold change, as `plotMA`.
    package static func meanAverage(
        baseMean: [Double], log2FoldChange: [Double], unit: String, marks: [Mark], named: [(gene: Int, name: String)],
        title: String
    ) -> GenePlot {
        GenePlot(
            title: title, x: Axis("mean of normalized counts", kind: .logarithmic, values: baseMean),
            y: Axis("log₂ fold change \(unit)", values: log2FoldChange), marks: marks, named: named, baseline: 0)
    }

    /// log2 fold change against −log10 p.
    package static func volcano(
        log2FoldChange: [Double], pValue: [Double], unit: String, marks: [Mark], named: [(gene: Int, name: String)],
        title: String
    ) -> GenePlot {
        GenePlot(
            title: title, x: Axis("log₂ fold change \(unit)", values: log2FoldChange),
            y: Axis("−log₁₀ p", values: pValue.map { max(0, -logarithm($0)) }), marks: marks, named: named)
    }

    package var drawing: Drawing {
        let shown = marks.indices.filter { isShown($0) }
        let ups = shown.count { marks[$0] == .up }
        let downs = shown.count { marks[$0] == .down }
        var drawing = Drawing(
            width: Drawing.columnWidth, height: 200, title: title,
            summary: "\(shown.count) genes, \(x.label) against \(y.label): \(ups) significantly up, \(downs) down.")
        let area = (left: 36.0, top: 16.0, right: Drawing.columnWidth - 6, bottom: 172.0)
        let frame = PlotFrame(
            area: area, x: (x.kind, shown.map { x.values[$0] }), y: (y.kind, shown.map { y.values[$0] }))
        frame.draw(on: &drawing, xLabel: x.label, yLabel: y.label)
        if let baseline {
            drawing.line(
                frame.place(frame.x.domain.lowerBound, baseline), frame.place(frame.x.domain.upperBound, baseline))
        }
        func places(_ mark: Mark) -> [(Double, Double)] {
            shown.filter { marks[$0] == mark }.map { frame.place(x.values[$0], y.values[$0]) }
        }
        drawCloud(places(.notSignificant), on: &drawing)
        drawing.circles(places(.down), radius: 1.2, fill: Palette.down, opacity: 0.85)
        drawing.circles(places(.up), radius: 1.2, fill: Palette.up, opacity: 0.85)
        drawNames(frame, area: area, on: &drawing)
        drawing.text("\(ups) up", at: (area.left + 4, 11), size: 7, colour: Palette.up)
        drawing.text(
            "\(downs) down", at: (area.left + 14 + Drawing.width(of: "\(ups) up", size: 7), 11), size: 7,
            colour: Palette.down)
        return drawing
    }

    private func isShown(_ gene: Int) -> Bool {
        func isUsable(_ value: Double, _ kind: Scale.Kind) -> Bool { value.isFinite && (kind == .linear || value > 0) }
        return marks[gene] != .none && isUsable(x.values[gene], x.kind) && isUsable(y.values[gene], y.kind)
    }

    private func drawCloud(_ points: [(Double, Double)], on drawing: inout Drawing) {
        guard points.count > GenePlot.drawnOneByOne else {
            drawing.circles(points, radius: 0.8, fill: Palette.notSignificant, opacity: 0.6)
            return
        }
        let bins = HexagonBins(points, radius: 1.6)
        let most = Double(bins.cells.map(\.count).max() ?? 1)
        // One path per shade: a hexagon of one point is pale, and shades follow the logarithm of the count.
        var shades: [Int: String] = [:]
        for cell in bins.cells {
            let shade = most > 1 ? Int((logarithm(Double(cell.count)) / logarithm(most) * 7).rounded()) : 0
            shades[shade, default: ""] += bins.path(around: cell.centre)
        }
        for (shade, path) in shades.sorted(by: { $0.key < $1.key }) {
            drawing.path(path, fill: Colour(0xCFCFCF).mixed(with: Colour(0x4A4A4A), share: Double(shade) / 7))
        }
    }

    private func drawNames(
        _ frame: PlotFrame, area: (left: Double, top: Double, right: Double, bottom: Double), on drawing: inout Drawing
    ) {
        let candidates = named.filter { isShown($0.gene) }.map { gene, name in
            let place = frame.place(x.values[gene], y.values[gene])
            return (text: name, x: place.0, y: place.1)
        }
        for label in LabelPlacement.place(candidates, size: 6.5, within: area) {
            drawing.text(label.text, at: label.origin, size: 6.5, isItalic: true)
        }
    }
}
