/// A sum of whole numbers in two words, which no order of adding changes and no number of permutations overflows.
package struct WideSum: Equatable, Sendable {
    package private(set) var high: Int64 = 0
    package private(set) var low: UInt64 = 0

    package init() {}

    init(high: Int64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package mutating func add(_ value: Int64) {
        let (sum, carries) = low.addingReportingOverflow(UInt64(bitPattern: value))
        low = sum
        high &+= (value >> 63) &+ (carries ? 1 : 0)
    }

    package mutating func add(_ other: WideSum) {
        let (sum, carries) = low.addingReportingOverflow(other.low)
        low = sum
        high &+= other.high &+ (carries ? 1 : 0)
    }

    /// The sum, rounded once or twice.
    package var value: Double {
        guard high < 0 else { return Double(high) * 0x1p64 + Double(low) }
        let negatedLow = ~low &+ 1
        let negatedHigh = ~high &+ (low == 0 ? 1 : 0)
        return -(Double(negatedHigh) * 0x1p64 + Double(negatedLow))
    }
}

/// Numbers as multiples of a power of two, rounded half to even, so that their sums are exact.
enum FixedPoint {
    /// Enrichment scores and shares lie between −1 and 1.
    static let unitScale = 0x1p40

    /// Means of z leave that range.
    static let wideScale = 0x1p32

    static func scale(of statistic: SetStatistic) -> Double {
        statistic == .ks ? unitScale : wideScale
    }

    @inline(__always)
    static func rounded(_ value: Double, scale: Double) -> Int64 {
        let scaled = value * scale
        guard scaled.magnitude < 0x1p51 else { return Int64(scaled.rounded(.toNearestOrEven)) }
        // Adding 1.5·2^52 rounds to an integer, half to even, and leaves it in the low bits.
        return Int64(bitPattern: (scaled + 0x1.8p52).bitPattern) &- Int64(bitPattern: (0x1.8p52).bitPattern)
    }
}
