import StatisticalKernels
import Testing

@Suite("Counter-based stream")
struct PhiloxTests {
    @Test("Blocks equal the known answers published with Random123")
    func knownAnswers() {
        #expect(
            philox4x32(counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0))
                == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        #expect(
            philox4x32(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
                == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            philox4x32(
                counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
                key: SIMD2(0xa409_3822, 0x299f_31d0))
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test("A stream reads the blocks of its counter in order")
    func stream() {
        var stream = PhiloxStream(seed: 0x299f_31d0_a409_3822, stream: 0x0370_7344_1319_8a2e)
        let words = (0..<12).map { _ in stream.next() }
        let expected = (0..<3).flatMap { block -> [UInt32] in
            let words = philox4x32(
                counter: SIMD4(UInt32(block), 0, 0x1319_8a2e, 0x0370_7344), key: SIMD2(0xa409_3822, 0x299f_31d0))
            return [words.x, words.y, words.z, words.w]
        }
        #expect(words == expected)
    }

    @Test("Whole numbers below a bound are all about as frequent", arguments: [1, 2, 3, 7, 100])
    func bounded(bound: Int) {
        var stream = PhiloxStream(seed: 5, stream: UInt64(bound))
        var counts = [Int](repeating: 0, count: bound)
        let draws = 10_000 * bound
        for _ in 0..<draws { counts[stream.next(below: bound)] += 1 }
        // Five standard deviations of a binomial count, √10,000 = 100 at most.
        #expect(counts.allSatisfy { abs($0 - 10_000) <= 500 })
    }
}
