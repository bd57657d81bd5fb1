/// A matrix of colours with the names of its rows and columns.
package struct Heatmap: Sendable {
    package enum Colours: Sendable {
        /// From the least value, dark, to the greatest, light.
        case sequential

        /// From −limit, blue, over 0, white, to limit, vermillion.
        case diverging(limit: Double)
    }

    package let title: String
    package let rowNames: [String]
    package let columnNames: [String]

    /// By row, then column; a missing value is grey.
    package let values: [[Double]]
    package let colours: Colours

    /// What the colours mean.
    package let legend: String

    /// What stands in the cells, by row; empty for none.
    package let texts: [[String]]

    package init(
        title: String, rowNames: [String], columnNames: [String], values: [[Double]], colours: Colours, legend: String,
        texts: [[String]] = []
    ) {
        self.title = title
        self.rowNames = rowNames
        self.columnNames = columnNames
        self.values = values
        self.colours = colours
        self.legend = legend
        self.texts = texts
    }

    package var drawing: Drawing {
        let isWide = columnNames.count > 12
        let width = isWide ? Drawing.pageWidth : Drawing.columnWidth
        let showsNames = columnNames.count <= 120
        let left = min(width / 3, (rowNames.map { Drawing.width(of: $0, size: 6) }.max() ?? 0) + 8)
        let cell = (width - left - 8) / Double(max(columnNames.count, 1))
        let rowHeight = min(max(cell, 5), 16)
        let nameSize = min(6.5, max(2.5, cell * 0.9))
        let top = showsNames ? min(80, (columnNames.map { Drawing.width(of: $0, size: nameSize) }.max() ?? 0) + 6) : 8
        let bottom = top + Double(rowNames.count) * rowHeight
        var drawing = Drawing(
            width: width, height: bottom + 26, title: title,
            summary: "\(rowNames.count) × \(columnNames.count) cells, coloured by \(legend).")
        let finite = values.joined().filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
        drawCells(values.map { $0.map { colour($0, low: low, high: high) } }, on: &drawing) { row, columns in
            let (x, y) = (left + Double(columns.lowerBound) * cell, top + Double(row) * rowHeight)
            return (x, y, Double(columns.count) * cell + 0.05, rowHeight + 0.05)
        }
        for (row, name) in rowNames.enumerated() {
            let y = top + Double(row) * rowHeight
            for column in columnNames.indices where !texts.isEmpty {
                drawing.text(
                    texts[row][column], at: (left + (Double(column) + 0.5) * cell, y + rowHeight / 2 + 2.2), size: 6,
                    anchor: .middle)
            }
            if rowHeight >= 5 {
                drawing.text(
                    shortened(name, to: left - 4, size: 6), at: (left - 3, y + rowHeight / 2 + 2),
                    size: min(6, rowHeight),
                    anchor: .end)
            }
        }
        if showsNames {
            for (column, name) in columnNames.enumerated() {
                drawing.text(
                    shortened(name, to: top - 4, size: nameSize),
                    at: (left + (Double(column) + 0.5) * cell + nameSize * 0.35, top - 3), size: nameSize, turned: true)
            }
        }
        drawLegend(low: low, high: high, at: (left, bottom + 8), on: &drawing)
        return drawing
    }

    /// Draws the cells of each colour as one path, and equal neighbours in a row as one rectangle.
    private func drawCells(
        _ colours: [[Colour]], on drawing: inout Drawing,
        place: (_ row: Int, _ columns: Range<Int>) -> (x: Double, y: Double, width: Double, height: Double)
    ) {
        var paths: [String: (colour: Colour, path: String)] = [:]
        for (row, colours) in colours.enumerated() {
            let codes = colours.map(\.code)
            var start = 0
            while start < codes.count {
                let end = codes[start...].firstIndex { $0 != codes[start] } ?? codes.count
                let cell = place(row, start..<end)
                let width = number(cell.width)
                paths[codes[start], default: (colours[start], "")].path +=
                    "M\(number(cell.x)) \(number(cell.y))h\(width)v\(number(cell.height))h-\(width)z"
                start = end
            }
        }
        for (_, drawn) in paths.sorted(by: { $0.key < $1.key }) { drawing.path(drawn.path, fill: drawn.colour) }
    }

    private func colour(_ value: Double, low: Double, high: Double) -> Colour {
        guard value.isFinite else { return Colour(0xDDDDDD) }
        return switch colours {
        case .sequential: Palette.sequential(high > low ? (value - low) / (high - low) : 0.5)
        case .diverging(let limit): Palette.diverging(value / limit)
        }
    }

    private func drawLegend(low: Double, high: Double, at origin: (Double, Double), on drawing: inout Drawing) {
        let ends: (Double, Double) =
            switch colours {
            case .sequential: (low, high)
            case .diverging(let limit): (-limit, limit)
            }
        let decimals = max(abs(ends.0), abs(ends.1)) >= 100 ? 0 : 2
        let from = fixed(ends.0, decimals: decimals)
        drawing.text(from, at: (origin.0, origin.1 + 7), size: 6.5)
        let start = origin.0 + Drawing.width(of: from, size: 6.5) + 4
        for step in 0..<30 {
            let value = ends.0 + (ends.1 - ends.0) * (Double(step) + 0.5) / 30
            drawing.rectangle(
                x: start + Double(step) * 2, y: origin.1, width: 2.05, height: 8,
                fill: colour(value, low: low, high: high))
        }
        drawing.text("\(fixed(ends.1, decimals: decimals))  \(legend)", at: (start + 64, origin.1 + 7), size: 6.5)
    }
}
