import Testing

import SamplePermutation

@Suite("Sums of whole numbers in two words")
struct WideSumTests {
    @Test("Sums beyond one word keep every unit, whatever the sign", arguments: [1, -1])
    func wide(sign: Int64) {
        var sum = WideSum()
        for _ in 0..<6 { sum.add(sign * (1 << 62)) }
        sum.add(sign * 3)
        #expect(sum.value == Double(sign) * 6 * 0x1p62)
        for _ in 0..<6 { sum.add(-sign * (1 << 62)) }
        #expect(sum.value == Double(sign) * 3)
    }
}
