import Figures
import Testing

@Suite("Scales and numbers of figures")
struct ScaleTests {
    @Test(
        "Linear ticks are round numbers inside the domain",
        arguments: [
            (0.0, 1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
            (-3.2, 3.9, ["−2", "0", "2"]),
            (0.0, 48_000.0, ["0", "10000", "20000", "30000", "40000"]),
            (0.0003, 0.0011, ["0.0004", "0.0006", "0.0008", "0.0010"]),
        ])
    func linearTicks(low: Double, high: Double, labels: [String]) {
        #expect(Scale(domain: low...high, range: (0, 100)).ticks(about: 5).map(\.label) == labels)
    }

    @Test("Logarithmic ticks are powers of ten")
    func logarithmicTicks() {
        let scale = Scale(.logarithmic, domain: 0.02...3e6, range: (0, 100))
        #expect(scale.ticks(about: 8).map(\.label) == ["0.1", "1", "10", "100", "1000", "10,000", "10⁵", "10⁶"])
        #expect(scale.place(0.02) == 0 && scale.place(3e6) == 100)
    }

    @Test("A scale of equal values still has room")
    func equalValues() {
        let scale = Scale(of: [5, 5], range: (0, 100))
        #expect(scale.domain.lowerBound < 5 && scale.domain.upperBound > 5)
        #expect(scale.place(5) == 50)
    }

    @Test(
        "Numbers are written with two decimals at most",
        arguments: [
            (0.0, "0"), (-0.004, "0"), (1.5, "1.5"), (-2.05, "-2.05"), (3.999, "4"), (.nan, "0"),
        ])
    func numbers(value: Double, text: String) {
        #expect(number(value) == text)
    }

    @Test("Names of points keep apart")
    func labels() {
        let points = (0..<30).map { index in
            let (column, row) = (Double(index % 6), Double(index / 6))
            return (text: "GENE\(index)", x: 50 + column * 3, y: 50 + row * 2)
        }
        let labels = LabelPlacement.place(points, size: 7, within: (0, 0, 120, 100))
        #expect(labels.first?.text == "GENE0" && labels.count < 30)
        for (index, label) in labels.enumerated() {
            for other in labels[(index + 1)...] {
                let isApart =
                    abs(label.origin.y - other.origin.y) >= 7
                    || label.origin.x + Drawing.width(of: label.text, size: 7) <= other.origin.x
                    || other.origin.x + Drawing.width(of: other.text, size: 7) <= label.origin.x
                #expect(isApart)
            }
        }
    }
}
