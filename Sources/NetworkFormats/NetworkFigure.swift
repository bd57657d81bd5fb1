import EnrichmentNetwork
import Figures
import StatisticalKernels

/// The enrichment network as a picture: clusters in boxes with their labels, nodes by size and direction.
package enum NetworkFigure {
    /// Draws a network at a page's width.
    ///
    /// Node area grows with the number of genes. With one analysis its colour is the sign of NES times −log10 p, up to
    /// that of the most significant node; with several it is a pie with one slice for each analysis, grey where the set
    /// does not pass. Edges are wider where sets are more alike.
    package static func drawing(of network: EnrichmentNetwork, layout: NetworkLayout, title: String) -> Drawing {
        let margin = 8.0
        let scale = (Drawing.pageWidth - 2 * margin) / max(layout.width, 1)
        let height = layout.height * scale + 2 * margin + 34
        var drawing = Drawing(
            width: Drawing.pageWidth, height: height, title: title, summary: summary(of: network))
        guard !network.nodes.isEmpty else {
            drawing.text("No gene set passes the thresholds.", at: (Drawing.pageWidth / 2, height / 2), anchor: .middle)
            return drawing
        }
        func place(_ point: NetworkLayout.Point) -> (Double, Double) {
            (margin + point.x * scale, margin + point.y * scale)
        }
        for box in layout.boxes {
            let (x, y) = place(box.origin)
            drawing.rectangle(
                x: x, y: y, width: box.width * scale, height: box.height * scale, fill: Colour(0xF6F6F4),
                stroke: Colour(0xC8C8C4), strokeWidth: 0.5, radius: 3)
        }
        drawEdges(of: network, layout: layout, scale: scale, place: place, on: &drawing)
        drawLabels(of: network, layout: layout, scale: scale, place: place, on: &drawing)
        let strongest = strongest(of: network)
        for (index, node) in network.nodes.enumerated() {
            draw(
                node, at: place(layout.positions[index]), radius: layout.radii[index] * scale, strongest: strongest,
                settings: network.settings, on: &drawing)
        }
        drawLegend(of: network, at: (margin, height - 22), on: &drawing)
        return drawing
    }

    private static func summary(of network: EnrichmentNetwork) -> String {
        let labels = network.clusters.prefix(5).map { "\($0.label) (\($0.nodes.count) sets)" }
        let largest = labels.isEmpty ? "" : " The largest: " + labels.joined(separator: "; ") + "."
        return "\(network.nodes.count) gene sets joined by \(network.edges.count) similarities, in "
            + "\(network.clusters.count) clusters.\(largest)"
    }

    /// Edges between clusters are pale and lie below those inside them: there are many, and they say less.
    private static func drawEdges(
        of network: EnrichmentNetwork, layout: NetworkLayout, scale: Double,
        place: (NetworkLayout.Point) -> (Double, Double), on drawing: inout Drawing
    ) {
        var clusterOfNode = [Int](repeating: -1, count: network.nodes.count)
        for (index, cluster) in network.clusters.enumerated() {
            for node in cluster.nodes { clusterOfNode[node] = index }
        }
        for isInside in [false, true] {
            for edge in network.edges where (clusterOfNode[edge.first] == clusterOfNode[edge.second]) == isInside {
                drawing.line(
                    place(layout.positions[edge.first]), place(layout.positions[edge.second]),
                    colour: isInside ? Colour(0x9CC4DD) : Colour(0xDDE8EF),
                    width: isInside ? max(0.15, (0.4 + 1.6 * edge.similarity) * scale) : 0.25)
            }
        }
    }

    private static func drawLabels(
        of network: EnrichmentNetwork, layout: NetworkLayout, scale: Double,
        place: (NetworkLayout.Point) -> (Double, Double), on drawing: inout Drawing
    ) {
        for (cluster, box) in zip(network.clusters, layout.boxes) {
            let (x, y) = place(box.origin)
            // Labels shrink to their box; those of small clusters would cover their neighbours otherwise.
            let room = (box.width * scale - 4) / max(Drawing.width(of: cluster.label, size: 1.06), 1)
            let size = min(Drawing.fontSize, max(3.5, 20 * scale), room)
            drawing.text(
                cluster.label,
                at: (x + box.width * scale / 2, y + NetworkLayout.labelHeight * scale * 0.5 + size * 0.5),
                size: size, anchor: .middle, isBold: true)
        }
    }

    /// What the full colours stand for: the largest −ln p of a network.
    package static func strongest(of network: EnrichmentNetwork) -> Double {
        max(network.nodes.flatMap(\.statistics).compactMap { $0.map(strength) }.max() ?? 1, .ulpOfOne)
    }

    /// GSEA's own program prints p-values of zero.
    private static func strength(_ statistics: SetStatistics) -> Double {
        -log(max(statistics.pValue, .leastNormalMagnitude))
    }

    /// The colours of a node, one for each analysis: grey where its set does not pass.
    package static func colours(
        of node: EnrichmentNetwork.Node, strongest: Double, settings: NetworkSettings
    ) -> [Colour] {
        node.statistics.map { statistics in
            guard let statistics, statistics.passes(settings) else { return Colour(0xD8D8D8) }
            let strength = max(0.25, strength(statistics) / strongest)
            return Palette.diverging((statistics.normalizedEnrichmentScore >= 0 ? 1 : -1) * strength)
        }
    }

    private static func draw(
        _ node: EnrichmentNetwork.Node, at centre: (Double, Double), radius: Double, strongest: Double,
        settings: NetworkSettings, on drawing: inout Drawing
    ) {
        let colours = colours(of: node, strongest: strongest, settings: settings)
        drawing.circle(
            centre, radius: radius, fill: colours[0], stroke: Palette.axis, strokeWidth: max(0.2, radius * 0.06))
        guard colours.count > 1 else { return }
        for (index, colour) in colours.enumerated() {
            drawing.path(Slice.path(index, of: colours.count, centre: centre, radius: radius * 0.94), fill: colour)
        }
    }

    private static func drawLegend(
        of network: EnrichmentNetwork, at origin: (Double, Double), on drawing: inout Drawing
    ) {
        var x = origin.0
        func entry(_ text: String, colour: Colour) {
            drawing.circle((x + 4, origin.1 + 4), radius: 4, fill: colour, stroke: Palette.axis, strokeWidth: 0.4)
            drawing.text(text, at: (x + 11, origin.1 + 7), size: 7)
            x += 22 + Drawing.width(of: text, size: 7)
        }
        entry("up", colour: Palette.up)
        entry("down", colour: Palette.down)
        if network.analyses.count > 1 {
            entry("not significant or not tested", colour: Colour(0xD8D8D8))
            drawing.text(
                "slices clockwise from the top: " + network.analyses.joined(separator: ", "),
                at: (origin.0, origin.1 + 18), size: 7, colour: Palette.axis)
        }
        drawing.text("area: genes in the set", at: (x + 4, origin.1 + 7), size: 7, colour: Palette.axis)
    }
}

/// The slices of a pie; where they begin needs no sine, as a small turn is repeated.
private enum Slice {
    private static let steps = 96

    /// Unit vectors around the circle, clockwise from the top.
    private static let directions: [(x: Double, y: Double)] = {
        // Cosine and sine of 2π / 96.
        let (cosine, sine) = (0.997_858_923_238_603_5, 0.065_403_129_230_143_07)
        var (x, y) = (0.0, -1.0)
        return (0..<steps).map { _ in
            let direction = (x: x, y: y)
            (x, y) = (x * cosine - y * sine, x * sine + y * cosine)
            return direction
        }
    }()

    static func path(_ index: Int, of count: Int, centre: (Double, Double), radius: Double) -> String {
        let (first, last) = (index * steps / count, (index + 1) * steps / count)
        func place(_ step: Int) -> String {
            let direction = directions[step % steps]
            return "\(number(centre.0 + radius * direction.x)) \(number(centre.1 + radius * direction.y))"
        }
        let isLarge = last - first > steps / 2 ? 1 : 0
        return
            "M\(number(centre.0)) \(number(centre.1))L\(place(first))A\(number(radius)) \(number(radius)) 0 \(isLarge) 1 "
            + "\(place(last))Z"
    }
}
