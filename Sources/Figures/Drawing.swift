/// A figure under construction: marks in points (1/72 inch) from the top left corner, written as SVG.
///
/// Fonts stay text, with a list to fall back on, so that a figure can be edited and its words found.
package struct Drawing: Sendable {
    package let width: Double
    package let height: Double

    /// What the figure shows, for readers that cannot see it.
    package let title: String
    package let summary: String

    private var body = ""

    /// Widths of a journal's column and page, in points.
    package static let columnWidth = 89 * pointsPerMillimetre
    package static let pageWidth = 183 * pointsPerMillimetre
    package static let fontSize = 8.0
    private static let pointsPerMillimetre = 72 / 25.4

    package init(width: Double, height: Double, title: String, summary: String) {
        (self.width, self.height) = (width, height)
        (self.title, self.summary) = (title, summary)
    }

    package enum Anchor: String, Sendable { case start, middle, end }

    package mutating func line(
        _ from: (Double, Double), _ to: (Double, Double), colour: Colour = Palette.axis, width: Double = 0.6,
        dashes: String? = nil
    ) {
        let dash = dashes.map { " stroke-dasharray=\"\($0)\"" } ?? ""
        body += "<line x1=\"\(number(from.0))\" y1=\"\(number(from.1))\" x2=\"\(number(to.0))\" y2=\"\(number(to.1))\""
        body += " stroke=\"\(colour.code)\" stroke-width=\"\(number(width))\"\(dash)/>\n"
    }

    package mutating func polyline(
        _ points: [(Double, Double)], colour: Colour, width: Double = 1, fill: Colour? = nil, opacity: Double = 1
    ) {
        let places = points.map { "\(number($0.0)),\(number($0.1))" }.joined(separator: " ")
        let element = fill == nil ? "polyline" : "polygon"
        body += "<\(element) points=\"\(places)\" fill=\"\(fill?.code ?? "none")\" fill-opacity=\"\(number(opacity))\""
        body += " stroke=\"\(colour.code)\" stroke-width=\"\(number(width))\" stroke-linejoin=\"round\"/>\n"
    }

    package mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, fill: Colour?, stroke: Colour? = nil,
        strokeWidth: Double = 0.6, opacity: Double = 1, radius: Double = 0
    ) {
        body += "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(max(width, 0)))\""
        body += " height=\"\(number(max(height, 0)))\""
        if radius > 0 { body += " rx=\"\(number(radius))\"" }
        body += " fill=\"\(fill?.code ?? "none")\" fill-opacity=\"\(number(opacity))\""
        if let stroke { body += " stroke=\"\(stroke.code)\" stroke-width=\"\(number(strokeWidth))\"" }
        body += "/>\n"
    }

    package mutating func circle(
        _ centre: (Double, Double), radius: Double, fill: Colour?, stroke: Colour? = nil, strokeWidth: Double = 0.5,
        opacity: Double = 1
    ) {
        body += "<circle cx=\"\(number(centre.0))\" cy=\"\(number(centre.1))\" r=\"\(number(radius))\""
        body += " fill=\"\(fill?.code ?? "none")\" fill-opacity=\"\(number(opacity))\""
        if let stroke { body += " stroke=\"\(stroke.code)\" stroke-width=\"\(number(strokeWidth))\"" }
        body += "/>\n"
    }

    /// Many small circles of one colour as one element.
    package mutating func circles(_ centres: [(Double, Double)], radius: Double, fill: Colour, opacity: Double = 1) {
        guard !centres.isEmpty else { return }
        // A line of no length with round ends is a dot, in a third of the bytes of a circle.
        let path = centres.map { "M\(number($0.0)) \(number($0.1))h0" }.joined()
        stroke(path, colour: fill, opacity: opacity, width: 2 * radius)
    }

    private mutating func stroke(_ path: String, colour: Colour, opacity: Double, width: Double) {
        body += "<path d=\"\(path)\" stroke=\"\(colour.code)\" stroke-opacity=\"\(number(opacity))\""
        body += " stroke-width=\"\(number(width))\" stroke-linecap=\"round\" fill=\"none\"/>\n"
    }

    /// Dots; more than 5,000 as the spots of a grid that hold any, of which those side by side are one stroke: the dots are
    /// larger than the spots, and most of so many would lie on top of others.
    package mutating func cloud(_ centres: [(Double, Double)], radius: Double, fill: Colour, opacity: Double) {
        guard centres.count > 5_000 else { return circles(centres, radius: radius, fill: fill, opacity: opacity) }
        let spot = radius * 4 / 3
        let taken = Set(centres.map { SIMD2(Int32($0.0 / spot), Int32($0.1 / spot)) })
        var strokes = ""
        for start in taken.sorted(by: { ($0.y, $0.x) < ($1.y, $1.x) })
        where !taken.contains(SIMD2(start.x - 1, start.y)) {
            var end = start
            while taken.contains(SIMD2(end.x + 1, end.y)) { end.x += 1 }
            strokes += "M\(number((Double(start.x) + 0.5) * spot)) \(number((Double(start.y) + 0.5) * spot))"
            strokes += "h\(number(Double(end.x - start.x) * spot))"
        }
        stroke(strokes, colour: fill, opacity: opacity, width: 2 * radius)
    }

    /// A path in SVG's own words, for shapes that have no other.
    package mutating func path(_ commands: String, fill: Colour?, stroke: Colour? = nil, opacity: Double = 1) {
        body += "<path d=\"\(commands)\" fill=\"\(fill?.code ?? "none")\" fill-opacity=\"\(number(opacity))\""
        if let stroke { body += " stroke=\"\(stroke.code)\" stroke-width=\"0.8\"" }
        body += "/>\n"
    }

    /// - Parameter turned: Whether the text runs upwards.
    package mutating func text(
        _ text: String, at place: (Double, Double), size: Double = Drawing.fontSize, anchor: Anchor = .start,
        colour: Colour = Palette.ink, isBold: Bool = false, isItalic: Bool = false, turned: Bool = false
    ) {
        body += "<text x=\"\(number(place.0))\" y=\"\(number(place.1))\" font-size=\"\(number(size))\""
        body += " text-anchor=\"\(anchor.rawValue)\" fill=\"\(colour.code)\""
        if isBold { body += " font-weight=\"bold\"" }
        if isItalic { body += " font-style=\"italic\"" }
        if turned { body += " transform=\"rotate(-90 \(number(place.0)) \(number(place.1)))\"" }
        body += ">\(XMLText.escaped(text))</text>\n"
    }

    /// Draws another figure inside this one.
    package mutating func place(_ drawing: Drawing, at origin: (Double, Double), scale: Double = 1) {
        let turn = scale == 1 ? "" : " scale(\(number(scale)))"
        body += "<g transform=\"translate(\(number(origin.0)) \(number(origin.1)))\(turn)\">\n\(drawing.body)</g>\n"
    }

    /// The figure as an SVG document.
    package var svg: String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" width="\(number(width))pt" height="\(number(height))pt" \
        viewBox="0 0 \(number(width)) \(number(height))" role="img" aria-labelledby="title summary" \
        font-family="Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif">
        <title id="title">\(XMLText.escaped(title))</title>
        <desc id="summary">\(XMLText.escaped(summary))</desc>
        <rect width="\(number(width))" height="\(number(height))" fill="\(Palette.paper.code)"/>
        \(body)</svg>

        """
    }

    /// A rough width of a text in Arial: exact enough to keep labels apart.
    package static func width(of text: String, size: Double = Drawing.fontSize) -> Double {
        let ems = text.unicodeScalars.reduce(0.0) { sum, scalar in
            switch scalar {
            case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!": sum + 0.26
            case " ", "f", "t", "r", "(", ")", "-", "/": sum + 0.31
            case "m", "M", "W", "w", "@", "%": sum + 0.85
            case "A"..."Z": sum + 0.68
            default: sum + 0.56
            }
        }
        return ems * size
    }
}

/// A number for SVG, with two decimals at most and without an exponent.
package func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let hundredths = Int((min(max(value, -1e9), 1e9) * 100).rounded())
    let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
    let sign = hundredths < 0 ? "-" : ""
    switch rest {
    case 0: return "\(sign)\(whole)"
    case _ where rest % 10 == 0: return "\(sign)\(whole).\(rest / 10)"
    case ..<10: return "\(sign)\(whole).0\(rest)"
    default: return "\(sign)\(whole).\(rest)"
    }
}
