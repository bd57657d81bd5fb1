/// The observed NES of one sign, and how the NES of a permutation are counted against all of them.
struct SharedThresholds: Sendable {
    /// The sets, from the most extreme on.
    package let order: [Int]

    /// Their |NES| less the tie, descending.
    private let thresholds: [Double]

    /// By bin of |NES|, how many thresholds are certainly larger than every value in it.
    private let above: [Int32]

    private static let binsPerUnit = 256.0
    private static let binCount = 2048

    /// NES closer than this are equal.
    private static let tie = 1e-12

    /// - Parameters:
    ///   - observed: By set; NaN for none.
    ///   - sign: 1 or −1. Zero counts among the positive ones, whose p-values are taken on that side.
    init(observed: [Double], isNegative: [Bool], sign: Double) {
        let order = observed.indices
            .filter { !observed[$0].isNaN && isNegative[$0] == (sign < 0) }
            .sorted { (-observed[$0].magnitude, $0) < (-observed[$1].magnitude, $1) }
        let thresholds = order.map { observed[$0].magnitude - Self.tie }
        self.order = order
        self.thresholds = thresholds
        var place = thresholds.count
        var above = [Int32](repeating: 0, count: Self.binCount)
        for bin in 0..<Self.binCount - 1 {
            let end = Double(bin + 1) / Self.binsPerUnit
            while place > 0 && thresholds[place - 1] < end { place -= 1 }
            above[bin] = Int32(place)
        }
        self.above = above
    }

    var count: Int { order.count }

    /// The first place whose threshold `value` reaches.
    @inline(__always)
    func firstReached(by value: Double) -> Int {
        let position = value * Self.binsPerUnit
        var place = Int(above[position < Double(Self.binCount - 1) ? Int(position) : Self.binCount - 1])
        while place < thresholds.count && thresholds[place] > value { place &+= 1 }
        return place
    }
}
