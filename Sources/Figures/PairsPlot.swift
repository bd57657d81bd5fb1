/// Every pair of some variables: distributions on the diagonal, points below it, correlations with stars above it.
package struct PairsPlot: Sendable {
    package struct Correlation: Sendable {
        package let coefficient: Double
        package let pValue: Double

        package init(coefficient: Double, pValue: Double) { (self.coefficient, self.pValue) = (coefficient, pValue) }

        /// `***` below 0.001, `**` below 0.01, `*` below 0.05.
        package var stars: String {
            switch pValue {
            case ..<0.001: "***"
            case ..<0.01: "**"
            case ..<0.05: "*"
            default: ""
            }
        }
    }

    package let title: String
    package let names: [String]

    /// By variable, then sample.
    package let values: [[Double]]

    /// Of the first variable with the second, above the diagonal.
    package let correlation: @Sendable (Int, Int) -> Correlation

    package init(
        title: String, names: [String], values: [[Double]],
        correlation: @escaping @Sendable (Int, Int) -> Correlation
    ) {
        (self.title, self.names, self.values, self.correlation) = (title, names, values, correlation)
    }

    package var drawing: Drawing {
        let width = names.count > 3 ? Drawing.pageWidth : Drawing.columnWidth
        let cell = (width - 10) / Double(max(names.count, 1))
        let pairs = names.indices.flatMap { a in names.indices.filter { $0 > a }.map { (a, $0) } }
        var drawing = Drawing(
            width: width, height: width, title: title,
            summary: pairs.map {
                "\(names[$0.0]) and \(names[$0.1]): r = \(fixed(correlation($0.0, $0.1).coefficient, decimals: 2))"
            }
            .joined(separator: "; "))
        for row in names.indices {
            for column in names.indices {
                let (x, y) = (5 + Double(column) * cell, 5 + Double(row) * cell)
                drawing.rectangle(
                    x: x + 1, y: y + 1, width: cell - 2, height: cell - 2, fill: nil, stroke: Palette.grid)
                if row == column {
                    drawDistribution(of: row, x: x, y: y, cell: cell, on: &drawing)
                } else if row > column {
                    drawPoints(row, column, x: x, y: y, cell: cell, on: &drawing)
                } else {
                    let found = correlation(row, column)
                    let size = min(13, 6 + 8 * abs(found.coefficient))
                    drawing.text(
                        fixed(found.coefficient, decimals: 2) + found.stars,
                        at: (x + cell / 2, y + cell / 2 + size / 3),
                        size: size, anchor: .middle)
                }
            }
        }
        return drawing
    }

    private func drawDistribution(of index: Int, x: Double, y: Double, cell: Double, on drawing: inout Drawing) {
        let finite = values[index].filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
        var counts = [Int](repeating: 0, count: 12)
        for value in finite {
            let share = high > low ? (value - low) / (high - low) : 0.5
            counts[min(Int(share * 12), 11)] += 1
        }
        let most = Double(max(counts.max() ?? 1, 1))
        let width = (cell - 10) / 12
        for (bin, count) in counts.enumerated() where count > 0 {
            let height = (cell - 26) * Double(count) / most
            drawing.rectangle(
                x: x + 5 + Double(bin) * width, y: y + cell - 5 - height, width: width - 0.4, height: height,
                fill: Colour(0x8FA8BA))
        }
        drawing.text(
            shortened(names[index], to: cell - 8), at: (x + cell / 2, y + 13), anchor: .middle, isBold: true)
    }

    private func drawPoints(_ row: Int, _ column: Int, x: Double, y: Double, cell: Double, on drawing: inout Drawing) {
        let across = Scale(of: values[column], range: (x + 5, x + cell - 5))
        let upwards = Scale(of: values[row], range: (y + cell - 5, y + 5))
        let points = zip(values[column], values[row]).filter { $0.isFinite && $1.isFinite }
        drawing.circles(
            points.map { (across.place($0), upwards.place($1)) }, radius: points.count > 300 ? 0.8 : 1.3,
            fill: Palette.down,
            opacity: 0.6)
    }
}
