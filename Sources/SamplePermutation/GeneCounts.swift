import Payloads

/// What pass 1 learns of the genes: exceedances, the largest |z| of every permutation, and the null of z.
struct GeneCounts: Equatable, Sendable {
    /// How many permutations there were.
    private(set) var draws = 0

    /// By gene, how many had |z| at least as large.
    private var reached: [UInt32]

    /// By gene, the numbers of the first of these, `FirstExceedances.kept` places each.
    private var first: [UInt32]

    /// By gene, the largest null |z|, while fewer than ten reach the observed one.
    private(set) var tails: [LargestValues]

    /// By place in the descending order of observed |z|, how many permutations have their largest |z| between it and the
    /// one before: their sums are what max-T asks for.
    private(set) var largestReaching: [UInt64]

    /// How many null z lie in each bin of `NullOfZ`.
    private(set) var bins: [UInt64]
    private(set) var sum = WideSum()
    private(set) var squares = WideSum()

    /// Values closer than this are equal: the two labellings of a balanced comparison give the same |z| but for rounding.
    static let tie = 1e-12

    init(geneCount: Int) {
        reached = [UInt32](repeating: 0, count: geneCount)
        first = [UInt32](repeating: 0, count: geneCount * FirstExceedances.kept)
        tails = [LargestValues](repeating: LargestValues(), count: geneCount)
        largestReaching = [UInt64](repeating: 0, count: geneCount + 1)
        bins = [UInt64](repeating: 0, count: NullOfZ.binCount)
    }

    var geneCount: Int { reached.count }

    func exceedances(ofGene gene: Int) -> FirstExceedances {
        let start = gene * FirstExceedances.kept
        let count = min(Int(reached[gene]), FirstExceedances.kept)
        return FirstExceedances(
            draws: draws, exceedances: Int(reached[gene]), first: Array(first[start..<start + count]))
    }

    package mutating func add(_ z: UnsafePointer<Double>, observed: ObservedGenes) {
        draws += 1
        let (largest, sum, squares) = Self.count(
            z, observed.thresholds, draw: UInt32(draws), reached: &reached, first: &first, tails: &tails, bins: &bins)
        self.sum.add(sum)
        self.squares.add(squares)
        largestReaching[observed.firstReached(by: largest)] &+= 1
    }

    private static func count(
        _ z: UnsafePointer<Double>, _ thresholds: [Double], draw: UInt32, reached: inout [UInt32],
        first: inout [UInt32], tails: inout [LargestValues], bins: inout [UInt64]
    ) -> (largest: Double, sum: Int64, squares: Int64) {
        var largest = 0.0
        var sum: Int64 = 0
        var squares: Int64 = 0
        reached.withUnsafeMutableBufferPointer { reached in
            bins.withUnsafeMutableBufferPointer { bins in
                tails.withUnsafeMutableBufferPointer { tails in
                    thresholds.withUnsafeBufferPointer { thresholds in
                        for gene in reached.indices {
                            let value = z[gene]
                            let magnitude = value.magnitude
                            largest = max(largest, magnitude)
                            if magnitude >= thresholds[gene] {
                                let count = Int(reached[gene])
                                if count < FirstExceedances.kept { first[gene * FirstExceedances.kept + count] = draw }
                                reached[gene] &+= 1
                                if Int(reached[gene]) >= ParetoTail.fewestForCounting { tails[gene].giveUp() }
                            }
                            tails[gene].add(Float(magnitude))
                            bins[NullOfZ.bin(of: value)] &+= 1
                            sum &+= FixedPoint.rounded(value, scale: FixedPoint.wideScale)
                            squares &+= FixedPoint.rounded(value * value, scale: NullOfZ.squareScale)
                        }
                    }
                }
            }
        }
        return (largest, sum, squares)
    }

    mutating func append(_ later: GeneCounts) {
        for gene in reached.indices {
            var own = exceedances(ofGene: gene)
            own.append(later.exceedances(ofGene: gene))
            reached[gene] = UInt32(own.exceedances)
            for (place, draw) in own.first.enumerated() { first[gene * FirstExceedances.kept + place] = draw }
            tails[gene].append(later.tails[gene])
            if own.exceedances >= ParetoTail.fewestForCounting { tails[gene].giveUp() }
        }
        draws += later.draws
        for place in largestReaching.indices { largestReaching[place] += later.largestReaching[place] }
        for bin in bins.indices { bins[bin] += later.bins[bin] }
        sum.add(later.sum)
        squares.add(later.squares)
    }

    func write(to writer: inout PayloadWriter) {
        writer.write(draws)
        writer.write(reached)
        writer.write(first)
        for tail in tails { tail.write(to: &writer) }
        writer.write(largestReaching)
        writer.write(bins)
        writer.write(sum)
        writer.write(squares)
    }

    init(from reader: inout PayloadReader) throws(PayloadError) {
        draws = try reader.readCount()
        reached = try reader.readArray()
        first = try reader.readArray()
        tails = []
        for _ in reached { tails.append(try LargestValues(from: &reader)) }
        largestReaching = try reader.readArray()
        bins = try reader.readArray()
        sum = try reader.readSum()
        squares = try reader.readSum()
        guard reached.allSatisfy({ $0 <= draws }), first.count == reached.count * FirstExceedances.kept,
            largestReaching.count == reached.count + 1,
            bins.count == NullOfZ.binCount
        else { throw .misfit }
    }
}

/// The observed z, and what null values are held against.
struct ObservedGenes: Sendable {
    let z: [Double]

    /// By gene, |z| less the tie.
    let thresholds: [Double]

    /// The genes by descending |z|.
    package let order: [Int]
    private let descending: [Double]

    init(z: [Double]) {
        self.z = z
        let thresholds = z.map { $0.magnitude - GeneCounts.tie }
        self.thresholds = thresholds
        order = thresholds.indices.sorted { (-thresholds[$0], $0) < (-thresholds[$1], $1) }
        descending = order.map { thresholds[$0] }
    }

    /// The first place in the order whose |z| is not larger.
    func firstReached(by magnitude: Double) -> Int {
        var low = 0
        var high = descending.count
        while low < high {
            let middle = (low + high) / 2
            if descending[middle] <= magnitude { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// The distribution of null z over all genes and permutations: the permutations' own empirical null.
package struct NullOfZ: Equatable, Sendable {
    package let count: UInt64
    package let mean: Double
    package let standardDeviation: Double

    /// In bins of 1/128 from −16 on; what lies outside is in the first or last one.
    package let bins: [UInt64]

    package static let binCount = 4096
    package static let binsPerUnit = 128.0
    static let squareScale = 0x1p24

    init(_ counts: GeneCounts) {
        bins = counts.bins
        count = counts.bins.reduce(0, +)
        let n = count > 0 ? Double(count) : .nan
        let mean = counts.sum.value / FixedPoint.wideScale / n
        self.mean = mean
        standardDeviation = max(0, counts.squares.value / Self.squareScale / n - mean * mean).squareRoot()
    }

    /// A distribution that was stored.
    ///
    /// - Precondition: There are `binCount` bins.
    package init(bins: [UInt64], mean: Double, standardDeviation: Double) {
        precondition(bins.count == Self.binCount)
        (self.bins, self.mean, self.standardDeviation) = (bins, mean, standardDeviation)
        count = bins.reduce(0, +)
    }

    /// Whether null values lie on both sides of zero, as those of z do; a joint statistic is never negative.
    package var isSigned: Bool { bins[..<Self.bin(of: 0)].contains { $0 > 0 } }

    @inline(__always)
    static func bin(of z: Double) -> Int {
        let position = (z + 16) * binsPerUnit
        return position < 0 ? 0 : position >= Double(binCount - 1) ? binCount - 1 : Int(position)
    }

    /// The share of null values from one number to the next, to the width of a bin.
    package func share(from lower: Double, to upper: Double) -> Double {
        guard count > 0 else { return .nan }
        let first = lower < -16 ? 0 : Self.bin(of: lower)
        let end = upper >= 16 ? Self.binCount : Self.bin(of: upper)
        return first < end ? Double(bins[first..<end].reduce(0, +)) / Double(count) : 0
    }

    /// The two-sided p-value of z under this null, to the width of a bin: the share of null values whose bin is at least as far out.
    package func pValue(of z: Double) -> Double {
        guard count > 0 else { return .nan }
        let upper = Self.bin(of: z.magnitude)
        let lower = Self.bin(of: -z.magnitude)
        let beyond = bins[upper...].reduce(0, +) + bins[...min(lower, upper - 1)].reduce(0, +)
        return Double(beyond + 1) / Double(count + 1)
    }
}
