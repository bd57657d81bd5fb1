import Deflate
import ExpressionFormats
import Foundation
import Testing

import SamplePermutation

@Suite("Tails of permutation p-values")
struct ParetoTailTests {
    @Test("The predictive tail equals the goldens of known tails", .enabled(if: SamplePermutationGoldens.isPresent))
    func goldens() throws {
        let golden = SamplePermutationGoldens.reference
        let path = golden.folder.appending(path: "tail/null_draws.f32.gz").path
        let bytes = try Gzip.decompress(Array(Data(contentsOf: URL(fileURLWithPath: path))))
        let table = try golden.table("tail/tails.tsv")
        let observed = try table.doubles("observed")
        let expected = try golden.doubles("tail/reference_estimate.tsv", "p_predictive")
        let reached = try table.doubles("n_draws_ge")
        for row in observed.indices {
            var tail = LargestValues()
            for draw in 0..<10_000 {
                let start = (row * 10_000 + draw) * 4
                let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
                tail.add(Float(bitPattern: bits))
            }
            let b = Int(reached[row])
            let p = ParetoTail.pValue(
                observed: observed[row], largest: tail.descending.map(Double.init), count: 10_000, exceedances: b)
            #expect(agrees(p ?? Double(b + 1) / 10_001, expected[row], relative: 1e-6), "row \(row)")
        }
    }

    @Test("The predictive tail of an exponential sample equals a sum in plain arithmetic")
    func ownGolden() throws {
        let table = try SamplePermutationGoldens.own.table("tail.tsv")
        let observed = try table.doubles("observed")
        let expected = try table.doubles("p_predictive")
        let largest = (0..<251).map { -log((Double($0) + 0.5) / 10_000) }
        for (observed, expected) in zip(observed, expected) {
            let p = ParetoTail.pValue(observed: observed, largest: largest, count: 10_000, exceedances: 0)
            #expect(agrees(p ?? .nan, expected))
        }
    }

    @Test("No tail is fitted to few distinct values, to a value inside the draws, or where counting is as good")
    func noTail() {
        let ramp = (0..<251).map { 5 - Double($0) / 100 }
        #expect(ParetoTail.pValue(observed: 6, largest: ramp, count: 10_000, exceedances: 0) != nil)
        #expect(ParetoTail.pValue(observed: 6, largest: ramp, count: 10_000, exceedances: 10) == nil)
        #expect(ParetoTail.pValue(observed: 2, largest: ramp, count: 10_000, exceedances: 0) == nil)
        let steps = (0..<251).map { 5 - Double($0 / 100) }
        #expect(ParetoTail.pValue(observed: 6, largest: steps, count: 10_000, exceedances: 0) == nil)
        #expect(ParetoTail.pValue(observed: 6, largest: [1, 2, 3], count: 3, exceedances: 0) == nil)
    }
}
