import Figures
import Foundation
import FoundationXML
import Testing

/// One figure of each kind, of made-up numbers. `KEEP_FIGURES=FOLDER` leaves them there, to be looked at.
enum ExampleFigures {
    /// A fixed sequence of numbers from 0 to 1.
    static func noise(_ count: Int, seed: UInt64) -> [Double] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 33) / Double(UInt64(1) << 31)
        }
    }

    /// Roughly normal: the sum of twelve numbers from 0 to 1, less six.
    static func normal(_ count: Int, seed: UInt64) -> [Double] {
        let draws = noise(12 * count, seed: seed)
        return (0..<count).map { index in draws[12 * index..<12 * index + 12].reduce(-6, +) }
    }

    static let all: [(name: String, drawing: Drawing)] = {
        let genes = 12_000
        let z = normal(genes, seed: 1)
        let mean = normal(genes, seed: 2).map { pow(10, 2 + $0) }
        let change = zip(z, mean).map { $0 * (0.1 + 1 / $1.squareRoot()) }
        let marks = z.map { z -> GenePlot.Mark in z > 3 ? .up : z < -3 ? .down : .notSignificant }
        let order = z.indices.sorted { abs(z[$0]) > abs(z[$1]) }
        let named = order.prefix(25).map { (gene: $0, name: "GENE\($0)") }
        let trend = mean.map { 0.05 + 2 / $0 }
        let geneWise = zip(trend, normal(genes, seed: 3)).map { $0 * exp(0.8 * $1) }
        let groups = (0..<3).map { group in
            ScatterPlot.Group(
                "batch \(group + 1)", colour: Palette.category(group),
                points: zip(normal(20, seed: 10 + UInt64(group)), normal(20, seed: 20 + UInt64(group))).map {
                    (x: $0 + Double(group), y: $1)
                })
        }
        let hits = [3, 10, 14, 40, 90, 200, 201, 230, 600, 3_000]
        let rise = 1 / Double(hits.count)
        var sum = 0.0
        var previous = 0
        let sums = hits.map { hit in
            sum += rise - Double(hit - previous) / 4_990
            previous = hit + 1
            return sum
        }
        let variables = [normal(96, seed: 5), normal(96, seed: 6), noise(96, seed: 7)]
        let sets: [Set<String>] = [
            Set((0..<37).map { "g\($0)" }), Set((30..<47).map { "g\($0)" }), ["g0", "g33"],
            Set((20..<60).map { "g\($0)" }),
        ]
        return [
            (
                "ma",
                GenePlot.meanAverage(
                    baseMean: mean, log2FoldChange: change, unit: "per unit", marks: marks, named: named, title: "MA"
                ).drawing
            ),
            (
                "volcano",
                GenePlot.volcano(
                    log2FoldChange: change, pValue: z.map { exp(-$0 * $0 / 2) }, unit: "", marks: marks, named: named,
                    title: "Volcano"
                ).drawing
            ),
            (
                "z_histogram",
                Histogram(
                    title: "z", xLabel: "z", values: z, range: -5...5, bins: 60,
                    curves: [
                        .init("theoretical null", colour: Palette.ink) { 2_000 * 0.3989 * exp(-$0 * $0 / 2) },
                        .init("empirical null", colour: Palette.up) { 1_800 * 0.3989 * exp(-$0 * $0 / 2.4) },
                    ]
                ).drawing
            ),
            (
                "dispersion",
                DispersionPlot(
                    title: "Dispersions", baseMean: mean, geneWise: geneWise, fitted: trend,
                    final: zip(geneWise, trend).map { ($0 * $1).squareRoot() }, isOutlier: geneWise.map { $0 > 30 }
                ).drawing
            ),
            (
                "bars",
                BarChart(
                    title: "Biotypes", xLabel: "genes",
                    bars: [
                        .init("protein coding", value: 19, label: "19"), .init("lncRNA", value: 12, label: "12"),
                        .init("a name that is much too long for its place", value: 1, label: "1"),
                    ]
                ).drawing
            ),
            (
                "scatter", ScatterPlot(title: "PCA", xLabel: "PC1 (41 %)", yLabel: "PC2 (12 %)", groups: groups).drawing
            ),
            (
                "running_sum",
                RunningSumPlot(
                    setName: "INTERFERON ALPHA BETA SIGNALING%REACTOME%R-HSA-909733.1", hits: hits, sumAtHits: sums,
                    scores: normal(5_000, seed: 4).sorted(by: >), metric: "signed −log₁₀ p",
                    caption: "NES 2.31, q 2.4 × 10⁻⁸"
                ).drawing
            ),
            (
                "heatmap",
                Heatmap(
                    title: "Distances", rowNames: (1...24).map { "sample \($0)" },
                    columnNames: (1...24).map { "sample \($0)" },
                    values: (0..<24).map { row in (0..<24).map { Double(abs(row - $0)) } }, colours: .sequential,
                    legend: "distance"
                ).drawing
            ),
            (
                "correlations",
                Heatmap(
                    title: "Correlations", rowNames: ["neutrophils", "lymphocytes"],
                    columnNames: ["volume", "intensity"],
                    values: [[0.4, -0.2], [-0.7, .nan]], colours: .diverging(limit: 1), legend: "Pearson r",
                    texts: [["0.40**", "−0.20"], ["−0.70***", "NA"]]
                ).drawing
            ),
            (
                "strips",
                StripPlot(
                    title: "Cells", yLabel: "percent",
                    strips: [
                        .init("neutrophils", values: normal(96, seed: 8).map { 58 + 8 * $0 }, normalRange: 40...75),
                        .init("lymphocytes", values: normal(96, seed: 9).map { 30 + 6 * $0 }, normalRange: 20...45),
                    ]
                ).drawing
            ),
            (
                "pairs",
                PairsPlot(title: "Exposures", names: ["volume", "intensity", "composite"], values: variables) { _, _ in
                    .init(coefficient: 0.68, pValue: 1e-14)
                }.drawing
            ),
            (
                "venn3",
                VennDiagram(
                    title: "Genes", names: ["volume", "intensity", "composite"], counts: [0, 32, 0, 0, 5, 4, 0, 1]
                ).drawing
            ),
            ("venn2", VennDiagram(title: "Genes", names: ["main", "cells"], counts: [0, 30, 12, 60]).drawing),
            (
                "upset",
                UpSetPlot(title: "Genes", names: ["main/volume", "main/intensity", "cells/volume", "x"], members: sets)
                    .drawing
            ),
        ]
    }()
}

@Suite("Figures")
struct FigureTests {
    @Test("Every figure is well-formed SVG of a few hundred kilobytes with a title and a summary")
    func wellFormed() throws {
        let folder = ProcessInfo.processInfo.environment["KEEP_FIGURES"]
        for (name, drawing) in ExampleFigures.all {
            let svg = drawing.svg
            #expect(XMLParser(data: Data(svg.utf8)).parse(), "\(name)")
            #expect(svg.utf8.count < 400_000, "\(name): \(svg.utf8.count)")
            #expect(!drawing.title.isEmpty && !drawing.summary.isEmpty, "\(name)")
            #expect(!svg.contains("nan") && !svg.contains("inf"), "\(name)")
            if let folder { try svg.write(toFile: "\(folder)/\(name).svg", atomically: true, encoding: .utf8) }
        }
    }

    @Test("Circles of two sets have the areas of the sets and of what they share")
    func vennAreas() throws {
        let circles = VennDiagram(title: "", names: ["a", "b"], counts: [0, 30, 12, 60]).circles
        #expect(abs(Double.pi * circles[0].radius * circles[0].radius - 90) < 1e-9)
        #expect(abs(Double.pi * circles[1].radius * circles[1].radius - 72) < 1e-9)
        // By counting the points of a fine grid that lie in both.
        let step = 0.01
        var shared = 0
        for row in -600..<600 {
            for column in -600..<1_200 {
                let (x, y) = (Double(column) * step, Double(row) * step)
                let isShared = circles.allSatisfy { circle in
                    (x - circle.x) * (x - circle.x) + (y - circle.y) * (y - circle.y) < circle.radius * circle.radius
                }
                if isShared { shared += 1 }
            }
        }
        #expect(abs(Double(shared) * step * step - 60) < 0.1)
    }

    @Test("Sets apart do not touch, and a set inside another lies inside it")
    func vennExtremes() {
        let apart = VennDiagram(title: "", names: ["a", "b"], counts: [0, 10, 20, 0]).circles
        #expect(apart[1].x >= apart[0].radius + apart[1].radius - 1e-6)
        let inside = VennDiagram(title: "", names: ["a", "b"], counts: [0, 0, 20, 10]).circles
        #expect(inside[1].x + inside[0].radius <= inside[1].radius + 1e-6)
    }

    @Test("An UpSet plot counts every element once")
    func upSet() {
        let plot = UpSetPlot(title: "", names: ["a", "b"], members: [["1", "2", "3"], ["3", "4"]])
        #expect(plot.combinations.map(\.sets) == [[0], [1], [0, 1]])
        #expect(plot.combinations.map(\.count) == [2, 1, 1])
    }

    @Test("A running sum falls between hits and ends at zero")
    func runningSum() {
        let plot = RunningSumPlot(
            setName: "S", hits: [0, 4], sumAtHits: [0.5, 0.5 + 0.5 - 3.0 / 8],
            scores: [Double](repeating: 1, count: 10),
            metric: "score", caption: "")
        #expect(plot.corners.first?.sum == 0 && plot.corners.first?.rank == 0)
        #expect(abs(plot.corners.last?.sum ?? 1) < 1e-12)
    }

    @Test("The same numbers give the same bytes")
    func deterministic() {
        #expect(ExampleFigures.all.map(\.drawing.svg) == ExampleFigures.all.map(\.drawing.svg))
    }
}
