/// Dispersions against mean counts, as `plotDispEsts`: gene-wise, the trend, and what the models use.
package struct DispersionPlot: Sendable {
    package let title: String

    /// By gene, all on their own scale; genes with a missing value are left out.
    package let baseMean: [Double]
    package let geneWise: [Double]
    package let fitted: [Double]
    package let final: [Double]

    /// By gene: whether the gene-wise value was kept because it lies far above the trend.
    package let isOutlier: [Bool]

    package init(
        title: String, baseMean: [Double], geneWise: [Double], fitted: [Double], final: [Double], isOutlier: [Bool]
    ) {
        self.title = title
        self.baseMean = baseMean
        self.geneWise = geneWise
        self.fitted = fitted
        self.final = final
        self.isOutlier = isOutlier
    }

    package var drawing: Drawing {
        let shown = baseMean.indices.filter { baseMean[$0] > 0 && geneWise[$0] > 0 && final[$0] > 0 && fitted[$0] > 0 }
        var drawing = Drawing(
            width: Drawing.columnWidth, height: 200, title: title,
            summary: "Dispersions of \(shown.count) genes against their mean normalized counts.")
        // Gene-wise values at the floor of 1e-8 would squeeze all others into a strip.
        let lowest = (shown.map { final[$0] }.min() ?? 1e-4) / 10
        let frame = PlotFrame(
            area: (left: 42, top: 8, right: Drawing.columnWidth - 6, bottom: 160),
            x: (.logarithmic, shown.map { baseMean[$0] }),
            y: (.logarithmic, shown.map { max(geneWise[$0], lowest) } + shown.map { final[$0] }))
        frame.draw(on: &drawing, xLabel: "mean of normalized counts", yLabel: "dispersion")
        func places(_ values: [Double], _ genes: [Int]) -> [(Double, Double)] {
            genes.map { frame.place(baseMean[$0], max(values[$0], lowest)) }
        }
        drawing.cloud(places(geneWise, shown), radius: 0.6, fill: Colour(0x8C8C8C), opacity: 0.55)
        drawing.cloud(places(final, shown.filter { !isOutlier[$0] }), radius: 0.6, fill: Palette.down, opacity: 0.55)
        for gene in shown.filter({ isOutlier[$0] }).prefix(400) {
            drawing.circle(
                frame.place(baseMean[gene], geneWise[gene]), radius: 1.4, fill: nil, stroke: Palette.down,
                strokeWidth: 0.4)
        }
        let trend = shown.sorted { (baseMean[$0], $0) < (baseMean[$1], $1) }
        let step = max(1, trend.count / 200)
        drawing.polyline(
            stride(from: 0, to: trend.count, by: step).map { frame.place(baseMean[trend[$0]], fitted[trend[$0]]) },
            colour: Palette.up, width: 1.4)
        let legend = [("gene-wise", Colour(0x8C8C8C)), ("trend", Palette.up), ("used", Palette.down)]
        for (index, (name, colour)) in legend.enumerated() {
            let x = 44 + Double(index) * 62
            drawing.circle((x, 191), radius: 2.2, fill: colour)
            drawing.text(name, at: (x + 5, 193.5), size: 7)
        }
        return drawing
    }
}
