import StatisticalKernels
import Testing

@Suite("Order statistics")
struct OrderStatisticsTests {
    /// Spread over many magnitudes, with ties, signs and zeros of both signs.
    static func values(count: Int) -> [Double] {
        var state: UInt64 = 88_172_645_463_325_252
        return (0..<count).map { index in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            switch index % 7 {
            case 0: return Double(state % 10) - 5
            case 1: return -0.0
            case 2: return Double(bitPattern: state & 0x7fcf_ffff_ffff_ffff)
            default: return (Double(state >> 11) / 9_007_199_254_740_992 - 0.5) * 100
            }
        }
    }

    @Test("The order is ascending, stable, and puts missing values last", arguments: [0, 1, 5, 511, 512, 5_000])
    func ascending(count: Int) {
        var values = Self.values(count: count)
        if count > 3 { values[2] = .nan }
        if count > 600 { values[600] = -.infinity }
        let order = ascendingOrder(of: values)
        let expected = values.indices.sorted { left, right in
            if values[left].isNaN || values[right].isNaN {
                return values[left].isNaN == values[right].isNaN ? left < right : values[right].isNaN
            }
            return values[left] != values[right] ? values[left] < values[right] : left < right
        }
        #expect(order == expected)
    }

    @Test("The median is the middle of the sorted values", arguments: [1, 2, 3, 10, 11, 1_000, 1_001])
    func medians(count: Int) {
        let values = Self.values(count: count)
        let sorted = values.sorted()
        #expect(median(of: values) == (sorted[(count - 1) / 2] + sorted[count / 2]) / 2)
        #expect(median(of: [2.0, 2, 2, 2]) == 2)
        #expect(median(of: [Double]()).isNaN)
    }

    @Test("Quantiles are those of R's type 7")
    func quantiles() {
        let sorted = sortedAscending([3, 1, 4, 1, 5, 9, 2, 6, 5, 3.5])
        let quantiles = [0, 0.1, 1.0 / 3, 0.5, 0.95, 1].map { quantile($0, ofSorted: sorted) }
        #expect(quantiles == [1, 1, 3, 3.75, 7.649_999_999_999_996_8, 9])
        for (probability, expected) in zip([0, 0.1, 1.0 / 3, 0.5, 0.95, 1], quantiles) {
            #expect(quantile(probability, of: sorted.reversed()) == expected)
        }
        // Many equal values, both signs and both zeros.
        let tied = (0..<1_001).map { Double($0 * 37 % 11) - 5 } + [-0.0, 0]
        for probability in stride(from: 0, through: 1, by: 0.01) {
            #expect(quantile(probability, of: tied) == quantile(probability, ofSorted: sortedAscending(tied)))
        }
        #expect(quantile(0.5, of: []).isNaN && quantile(0.9, of: [7]) == 7)
        #expect(quantile(0.5, ofSorted: []).isNaN)
        #expect(quantile(0.9, ofSorted: [7]) == 7)
    }

    @Test("A trimmed mean leaves out the same number at both ends")
    func trimming() {
        #expect(trimmedMean(ofSorted: [-100, 1, 2, 3, 900], trimming: 0.2) == 2)
        #expect(trimmedMean(ofSorted: [-100, 1, 2, 3, 900], trimming: 0.19) == 806.0 / 5)
        #expect(trimmedMean(ofSorted: [], trimming: 0.2).isNaN)
    }

    @Test("A compensated sum keeps what a plain sum loses")
    func compensation() {
        #expect(compensatedSum([1e100, 1, -1e100, 1]) == 2)
    }

    @Test("Adjusted p-values agree with R's p.adjust")
    func adjustment() {
        let adjusted = benjaminiHochberg([0.01, .nan, 0.04, 0.03, 0.005, 0.5, 1, 0.04])
        let expected = [
            0.035_000_000_000_000_003, .nan, 0.055_999_999_999_999_994, 0.055_999_999_999_999_994,
            0.035_000_000_000_000_003, 0.583_333_333_333_333_370, 1, 0.055_999_999_999_999_994,
        ]
        #expect(adjusted[1].isNaN)
        #expect(zip(adjusted, expected).allSatisfy { $0 == $1 || $1.isNaN })
        #expect(benjaminiHochberg([]).isEmpty)
        #expect(benjaminiHochberg([.nan, .nan]).allSatisfy { $0.isNaN })
    }
}
