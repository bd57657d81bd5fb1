import Foundation
import StudyReport
import Testing

@Suite("Numbers of three digits")
struct ThreeDigitsTests {
    @Test("The page's numbers are those that printf rounds to")
    func roundTrip() {
        var generator = SeededGenerator(state: 11)
        for _ in 0..<20_000 {
            let exponent = Double(generator.next() % 3_400) / 100 - 17
            let value = pow(10, exponent) * (generator.next() % 2 == 0 ? 1 : -1)
            #expect(decoded(ThreeDigits.code(value)) == Double(String(format: "%.2e", value)), "\(value)")
        }
        for value in [
            1.0, 0.1245, 0.01235, 1.005, 2.5e-4, 12_450.0, 12_350.0, 9.995, 9.994, 0.09995, 999.4, 999.6, 1e-3, 0.001,
        ] {
            #expect(decoded(ThreeDigits.code(value)) == Double(String(format: "%.2e", value)), "\(value)")
        }
    }

    @Test("What is no number of that size has codes of its own")
    func ends() {
        #expect(ThreeDigits.code(0.0) == 0 && ThreeDigits.code(-0.0) == 0 && ThreeDigits.code(1e-30) == 0)
        #expect(ThreeDigits.code(Double.nan) == .min)
        #expect(ThreeDigits.code(.infinity) == .max && ThreeDigits.code(-1e300) == -.max)
    }

    @Test(
        "Probabilities have three digits down to the smallest double",
        arguments: [1.0, 0.05, 0.0499949, 2.22e-16, 9.996e-8, 1e-70, 3.14159e-123, 1e-300, 2.2250738585072014e-308])
    func probabilities(_ value: Double) throws {
        let code = try #require(ThreeDigits.code(ofProbability: value))
        #expect(code >= 0 && code < ThreeDigits.zeroProbability)
        let shown = "\(code % 900 + 100)e-\(code / 900 + 2)"
        #expect(Double(shown) == Double(String(format: "%.2e", value)), "\(value): \(shown)")
    }

    @Test("A probability of zero and a missing one are told apart from small ones")
    func noProbability() throws {
        #expect(ThreeDigits.code(ofProbability: 0) == ThreeDigits.zeroProbability)
        #expect(ThreeDigits.code(ofProbability: .nan) == nil)
        let smallest = try #require(ThreeDigits.code(ofProbability: Double.leastNonzeroMagnitude))
        #expect(smallest / 900 == 324 && smallest < ThreeDigits.zeroProbability)
    }

    private func decoded(_ code: Int16) -> Double? {
        let size = Int(code.magnitude) - 1
        let text = "\(size % 900 + 100)e\(size / 900 - 20)"
        return Double(text).map { code < 0 ? -$0 : $0 }
    }
}

/// Numbers from a fixed seed.
private struct SeededGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
